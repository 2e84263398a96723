package dev.cobnut.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.ChannelException;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.UnixChannel;
import org.junit.jupiter.api.Test;

class DescriptorsTest {
    @Test
    void clientsStopBeforeNodesAndNodesBeforeAllOthers() {
        Descriptors hundred = new Descriptors(100, 10);

        assertThat(hundred.hasRoomForClient(new Numbered(77))).isTrue();
        assertThat(hundred.hasRoomForClient(new Numbered(78))).isFalse();
        Numbered last = new Numbered(87);
        assertThat(hundred.roomForNode(last)).isSameAs(last);
        Numbered tooMany = new Numbered(88);
        assertThatThrownBy(() -> hundred.roomForNode(tooMany))
                .isInstanceOf(ChannelException.class)
                .hasMessage("no file descriptor is left for connections to nodes, of 100 (ulimit -n)");
    }

    @Test
    void manyNodesLeaveThreeQuartersToClients() {
        assertThat(new Descriptors(1_000, 5_000).hasRoomForClient(new Numbered(685)))
                .isTrue();
        assertThat(new Descriptors(1_000, 5_000).hasRoomForClient(new Numbered(686)))
                .isFalse();
    }

    @Test
    void aProcessWithoutALimitTakesAll() {
        Descriptors endless = new Descriptors(Long.MAX_VALUE, Integer.MAX_VALUE);

        assertThat(endless.hasRoomForClient(new Numbered(Integer.MAX_VALUE))).isTrue();
        assertThatCode(() -> Descriptors.ofProcess(1)).doesNotThrowAnyException();
    }

    private static final class Numbered extends EmbeddedChannel implements UnixChannel {
        private final FileDescriptor descriptor;

        private Numbered(int number) {
            descriptor = new FileDescriptor(number);
        }

        @Override
        public FileDescriptor fd() {
            return descriptor;
        }
    }
}

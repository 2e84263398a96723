package dev.cobnut.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.Channel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TransportTest {

    @ParameterizedTest
    @EnumSource(Transport.Choice.class)
    void everyChoiceIsFoundByItsName(Transport.Choice choice) {
        assertThat(Transport.Choice.named(choice.toString())).isSameAs(choice);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void everyTransportCanBeChosen(Transport transport) {
        assertThat(Transport.Choice.named(transport.toString())).isNotNull();
    }

    @Test
    void namesAreThoseOfTheCommandLine() {
        assertThat(Transport.Choice.names()).isEqualTo("auto, epoll, io_uring or nio");
        assertThat(Transport.Choice.named("tcp")).isNull();
    }

    @Test
    void nioRunsEverywhereAndAutoIsNeverAnExperiment() {
        assertThat(Transport.Choice.NIO.select()).isSameAs(Transport.NIO);
        assertThat(Transport.Choice.AUTO.select()).isIn(Transport.EPOLL, Transport.NIO);
    }

    @Test
    void channelFitsTheAddress() {
        Channel tcp = Transport.NIO.newClientChannel(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1));
        assertThat(tcp).isInstanceOf(NioSocketChannel.class);
        tcp.unsafe().closeForcibly();
        assertThatThrownBy(() -> Transport.IO_URING.newClientChannel(new DomainSocketAddress("/run/a.sock")))
                .hasMessageContaining("unix sockets need transport epoll or nio");
    }
}

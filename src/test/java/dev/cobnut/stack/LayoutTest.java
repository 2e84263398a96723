package dev.cobnut.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cobnut.topology.NodeAddress;
import org.junit.jupiter.api.Test;

class LayoutTest {
    @Test
    void isTheReferenceStack() {
        Layout layout = new Layout(true, 0);

        assertThat(layout.redises(Cache.PAGES)).hasToString("[127.0.0.11:12001, 127.0.0.12:12001, 127.0.0.13:12001]");
        assertThat(layout.sentinels()).hasToString("[127.0.0.11:26379, 127.0.0.12:26379, 127.0.0.13:26379]");
        assertThat(layout.proxy(Cache.SESSIONS)).hasToString("127.0.0.1:6381");
        assertThat(layout.statistics()).hasToString("127.0.0.1:22222");
        assertThat(layout.hostName(0)).isEqualTo("redis-shard1");
    }

    @Test
    void hasTwelveServersAndFourListenersThatNeverShareAPort() {
        assertThat(new Layout(true, 0).everything()).hasSize(16);
        assertThat(new Layout(false, 0).everything()).hasSize(16);
        assertThat(new Layout(false, 0)
                        .everything().keySet().stream()
                                .map(NodeAddress.Tcp::port)
                                .distinct())
                .hasSize(16);
    }

    @Test
    void hostsThatShareAnAddressHavePortsTenApart() {
        Layout layout = new Layout(false, 100);

        assertThat(layout.redises(Cache.OBJECTS)).hasToString("[127.0.0.1:12100, 127.0.0.1:12110, 127.0.0.1:12120]");
        assertThat(layout.sentinels()).hasToString("[127.0.0.1:26479, 127.0.0.1:26489, 127.0.0.1:26499]");
    }

    @Test
    void refusesAnOffsetThatLeavesThePorts() {
        assertThatThrownBy(() -> Layout.of(40_000))
                .hasMessage("--port-offset 40000 moves a port below 1024 or above 65535 (expected: -5355 to 39136)");
        assertThatThrownBy(() -> Layout.of(-5356)).isInstanceOf(StackException.class);
    }

    @Test
    void poolsNameTheMasterSoThatThreeServersAreOneShard() {
        assertThat(PoolFile.render(new Layout(true, 0))).contains("""
                        cluster_fpc:
                          listen: 127.0.0.1:6380
                          hash: fnv1a_64
                          hash_tag: "{}"
                          distribution: ketama
                          redis: true
                          preconnect: true
                          servers:
                           - 127.0.0.11:12001:1 cluster_fpc
                           - 127.0.0.12:12001:1 cluster_fpc
                           - 127.0.0.13:12001:1 cluster_fpc
                        """);
    }
}

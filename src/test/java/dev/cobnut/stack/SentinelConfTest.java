package dev.cobnut.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.topology.NodeAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SentinelConfTest {
    private static final Layout LAYOUT = new Layout(true, 0);
    private static final List<String> IDS = List.of("a".repeat(40), "b".repeat(40), "c".repeat(40));

    @Test
    void listsEverybodySoThatNobodyHasToBeFound() {
        assertThat(render(0, SentinelConf.Settings.SOUND).lines())
                .contains(
                        "bind 127.0.0.11",
                        "port 26379",
                        "sentinel announce-ip 127.0.0.11",
                        "sentinel announce-port 26379",
                        "sentinel myid " + "a".repeat(40))
                .containsSubsequence(
                        "sentinel monitor cluster_fpc 127.0.0.12 12001 2",
                        "sentinel down-after-milliseconds cluster_fpc 2000",
                        "sentinel failover-timeout cluster_fpc 10000",
                        "sentinel known-replica cluster_fpc 127.0.0.11 12001",
                        "sentinel known-sentinel cluster_fpc 127.0.0.12 26379 " + "b".repeat(40),
                        "sentinel known-replica cluster_fpc 127.0.0.13 12001",
                        "sentinel known-sentinel cluster_fpc 127.0.0.13 26379 " + "c".repeat(40));
    }

    @Test
    void referenceSettingsAreThePublishedOnes() {
        assertThat(render(2, SentinelConf.Settings.REFERENCE).lines())
                .contains(
                        "sentinel monitor cluster_obj 127.0.0.11 12000 1",
                        "sentinel down-after-milliseconds cluster_obj 200",
                        "sentinel failover-timeout cluster_obj 1000",
                        "sentinel monitor cluster_sess 127.0.0.13 12002 1");
    }

    @Test
    void startsWithTheMastersOfTheLastRun() {
        String text = SentinelConf.render(
                LAYOUT, 0, Path.of("/d"), SentinelConf.Settings.SOUND, IDS, Map.of(Cache.OBJECTS, 2));

        assertThat(text.lines())
                .contains(
                        "sentinel monitor cluster_obj 127.0.0.13 12000 2",
                        "sentinel known-replica cluster_obj 127.0.0.11 12000",
                        "sentinel known-replica cluster_obj 127.0.0.12 12000")
                .doesNotContain("sentinel known-replica cluster_obj 127.0.0.13 12000");
    }

    @Test
    void readsWhatSentinelWroteItself() {
        assertThat(SentinelConf.learned(List.of(
                        "# sentinel monitor cluster_obj 127.0.0.99 1 2",
                        "sentinel announce-ip \"127.0.0.11\"",
                        "sentinel monitor cluster_obj 127.0.0.12 12000 2",
                        "sentinel monitor broken 127.0.0.12",
                        "sentinel config-epoch cluster_obj 7",
                        "sentinel current-epoch 9")))
                .containsExactly(
                        Map.entry("cluster_obj", new SentinelConf.Memory(new NodeAddress.Tcp("127.0.0.12", 12000), 7)));
    }

    private static String render(int host, SentinelConf.Settings settings) {
        return SentinelConf.render(LAYOUT, host, Path.of("/d"), settings, IDS, Map.of());
    }
}

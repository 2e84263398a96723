package dev.cobnut.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.topology.NodeAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MemoryTest {
    @Test
    void readsWhatSentinelWroteItself() {
        assertThat(Memory.in(List.of(
                        "# sentinel monitor cluster_obj 127.0.0.99 1 2",
                        "sentinel announce-ip \"127.0.0.11\"",
                        "sentinel monitor cluster_obj 127.0.0.12 12000 2",
                        "sentinel monitor broken 127.0.0.12",
                        "sentinel config-epoch cluster_obj 7",
                        "sentinel current-epoch 9")))
                .containsExactly(Map.entry("cluster_obj", new Memory(new NodeAddress.Tcp("127.0.0.12", 12000), 7)));
    }
}

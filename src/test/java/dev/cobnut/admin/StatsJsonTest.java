package dev.cobnut.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.stats.StatsSnapshot;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatsJsonTest {

    @Test
    void equalsWhatNutcrackerSendsToTheByte() {
        assertThat(StatsJson.of(Samples.STATS, "vm", "0.5.0", 1, 1_795_353_611L, false))
                .isEqualTo(Samples.STATS_FORMAT.formatted("vm", 1, 1_795_353_611L));
    }

    @Test
    void ourOwnCountersFollowOnAnotherPage() {
        assertThat(StatsJson.of(Samples.STATS, "vm", "0.5.0", 1, 1_795_353_611L, true))
                .contains(
                        "\"out_queue_bytes\":0, \"writes_refused\":0, \"subscribers_closed\":0, \"holds\":0, \"requests_held\":0, "
                                + "\"requests_repeated\":0}");
    }

    @Test
    void staysJsonWithoutPools() {
        assertThat(StatsJson.of(new StatsSnapshot(0, 0, List.of()), "vm", "1", 0, 0, false))
                .endsWith("\"curr_connections\":0}");
    }

    @Test
    void escapesNames() {
        StatsSnapshot odd =
                new StatsSnapshot(0, 0, List.of(new StatsSnapshot.Pool("a\"b\\c\n\u001fé", Map.of(), List.of())));
        assertThat(StatsJson.of(odd, "vm", "1", 0, 0, false)).contains(", \"a\\\"b\\\\c\\u000a\\u001fé\": {");
    }

    @Test
    void writesTheTopologyWithNullsForWhatNobodyKnows() {
        assertThat(TopologyJson.of(Samples.TOPOLOGY)).isEqualTo(Samples.TOPOLOGY_JSON);
    }
}

package dev.cobnut.control.discovery;

import static dev.cobnut.control.discovery.ScriptedSentinel.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cobnut.config.PoolConfig;
import dev.cobnut.control.Notice;
import dev.cobnut.testing.ScriptedNode;
import dev.cobnut.topology.NodeAddress;
import dev.cobnut.topology.Topology;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Sentinels that answer in time and in form, but say what does not fit.
class OddSentinelsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final List<Topology> published = new CopyOnWriteArrayList<>();
    private final List<Notice> notices = new CopyOnWriteArrayList<>();
    private final ScriptedNode master = ScriptedSentinel.master();
    private final ScriptedNode other = ScriptedSentinel.master();
    private final List<PoolConfig> pools =
            List.of(Pools.pool("obj", Pools.server(master.address(), "ours"), Pools.server(other.address(), "b")));

    @AfterEach
    void close() {
        master.close();
        other.close();
    }

    private @Nullable NodeAddress ours() {
        return published.isEmpty()
                ? null
                : published.getLast().pool("obj").shards().getFirst().master();
    }

    @Test
    void anotherGroupsRowThatDoesNotFitStopsNeitherTheStartNorTheFollowing() throws Exception {
        String odd = row("theirs", "", "6379", 1);
        ScriptedSentinel sentinel = new ScriptedSentinel(odd, row("ours", master.address(), 1));
        try (Discovery discovery = new Discovery(pools, List.of(sentinel.address()), published::add, notices::add)) {
            discovery.start();
            discovery.awaitFirst(PATIENCE, _ -> {});
            await().atMost(PATIENCE).until(() -> master.address().equals(ours()));

            sentinel.say(row("ours", other.address(), 2), odd, row("new", "10.0.0.1", "x", 1));
            await().atMost(PATIENCE).until(() -> other.address().equals(ours()));

            sentinel.say(row("ours", "", "6379", 3), odd);
            await().atMost(PATIENCE)
                    .until(() -> published.getLast().sentinels().getFirst().detail(), text -> text.contains("ours"));
            assertThat(ours()).as("what was known stays").isEqualTo(other.address());
        } finally {
            sentinel.close();
        }
        String prefix = "sentinel " + sentinel.address() + ": group theirs left out: ";
        assertThat(notices)
                .filteredOn(notice -> notice.line().contains("theirs"))
                .extracting(Notice::line)
                .containsExactly(prefix + "host \"\" (expected an IP address or a host name)");
    }
}

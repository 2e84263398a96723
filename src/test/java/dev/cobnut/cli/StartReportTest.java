package dev.cobnut.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.config.Config;
import dev.cobnut.config.ConfigException;
import dev.cobnut.config.ConfigFile;
import dev.cobnut.topology.Node;
import dev.cobnut.topology.NodeAddress;
import dev.cobnut.topology.PoolTopology;
import dev.cobnut.topology.Shard;
import dev.cobnut.topology.Topology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartReportTest {
    private static final NodeAddress A = new NodeAddress.Tcp("127.0.0.11", 12000);
    private static final NodeAddress B = new NodeAddress.Tcp("127.0.0.12", 12000);
    private static final NodeAddress C = new NodeAddress.Tcp("127.0.0.13", 12000);

    @TempDir
    private Path folder;

    @Test
    void namesListenerShardsAndNodes() throws Exception {
        Config config = config("- 127.0.0.11:12000:1", "- 127.0.0.12:12000:1");

        assertThat(StartReport.lines(
                        config, topology(shard("127.0.0.11:12000", null, A, A), shard("127.0.0.12:12000", null, B, B))))
                .containsExactly("pool cluster_obj on 127.0.0.1:6379: 2 shards, 2 nodes");
    }

    @Test
    void saysThatServersOfTheFileAreOneGroup() throws Exception {
        Config config = config("- redis-shard1:12000:1 r", "- redis-shard2:12000:1 r", "- redis-shard3:12000:1 r");

        assertThat(StartReport.lines(config, topology(shard("r", "cluster_obj", A, A, B, C))))
                .containsExactly("pool cluster_obj on 127.0.0.1:6379: 1 shard, 3 nodes"
                        + " (3 servers of the file are one group, cluster_obj)");
    }

    @Test
    void countsServersOfAGroupByNameAndByAddress() throws Exception {
        Config config = config("- h:1:1 a", "- 127.0.0.12:12000:1 b", "- 127.0.0.13:12000:1");

        assertThat(StartReport.lines(config, topology(shard("a", "m", A, A, B), shard("127.0.0.13:12000", null, C, C))))
                .containsExactly("pool cluster_obj on 127.0.0.1:6379: 2 shards, 3 nodes"
                        + " (2 servers of the file are one group, m)");
    }

    @Test
    void saysWhichShardHasNoMasterYet() throws Exception {
        assertThat(StartReport.lines(config("- h:1:1 a"), topology(shard("a", "m", null))))
                .containsExactly("pool cluster_obj on 127.0.0.1:6379: 1 shard, 0 nodes; no master known yet for m");
    }

    private Config config(String... servers) throws IOException, ConfigException {
        Path file = folder.resolve("a.yml");
        Files.writeString(
                file,
                "cluster_obj:\n  listen: 127.0.0.1:6379\n  redis: true\n  servers:\n  " + String.join("\n  ", servers)
                        + "\n");
        return ConfigFile.read(file, true);
    }

    private static Topology topology(Shard... shards) {
        return new Topology(1, List.of(new PoolTopology("cluster_obj", List.of(shards))), List.of());
    }

    private static Shard shard(
            String name, @Nullable String masterName, @Nullable NodeAddress master, NodeAddress... nodes) {
        List<Node> list = List.of(nodes).stream()
                .map(node -> new Node(node, Node.Role.UNKNOWN, ""))
                .toList();
        return new Shard(name, 1, masterName, master, 0, list);
    }
}

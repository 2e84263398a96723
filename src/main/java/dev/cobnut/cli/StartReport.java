package dev.cobnut.cli;

import dev.cobnut.config.Config;
import dev.cobnut.config.PoolConfig;
import dev.cobnut.config.ServerConfig;
import dev.cobnut.topology.Node;
import dev.cobnut.topology.PoolTopology;
import dev.cobnut.topology.Shard;
import dev.cobnut.topology.Topology;
import java.util.ArrayList;
import java.util.List;

/// What a process says once it serves: one line for each pool, so that nobody has to guess what became of the file.
final class StartReport {
    private StartReport() {}

    /// One line for each pool, in the order of the file. Where several servers of the file are one replication group
    /// the line says so.
    static List<String> lines(Config config, Topology topology) {
        List<String> lines = new ArrayList<>();
        for (PoolConfig pool : config.pools()) {
            lines.add(line(pool, topology.pool(pool.name())));
        }
        return lines;
    }

    private static String line(PoolConfig pool, PoolTopology topology) {
        int nodes = 0;
        List<String> groups = new ArrayList<>();
        List<String> leaderless = new ArrayList<>();
        for (Shard shard : topology.shards()) {
            nodes += shard.nodes().size();
            int servers = serversOf(shard, pool, topology);
            if (servers > 1) {
                groups.add(servers + " servers of the file are one group, " + groupName(shard));
            }
            if (shard.master() == null) {
                leaderless.add(groupName(shard));
            }
        }
        StringBuilder line = new StringBuilder(
                        "pool " + pool.name() + " on " + pool.listen().text() + ": ")
                .append(count(topology.shards().size(), "shard"))
                .append(", ")
                .append(count(nodes, "node"));
        if (!groups.isEmpty()) {
            line.append(" (").append(String.join("; ", groups)).append(')');
        }
        if (!leaderless.isEmpty()) {
            line.append("; no master known yet for ").append(String.join(", ", leaderless));
        }
        return line.toString();
    }

    /// How many servers of the file stand behind a shard: those of its ring name, and those whose address is one of
    /// its nodes. Sentinel may name by address what the file names by host, but with a single shard all are
    /// behind it.
    private static int serversOf(Shard shard, PoolConfig pool, PoolTopology topology) {
        if (topology.shards().size() == 1) {
            return pool.servers().size();
        }
        int servers = 0;
        for (ServerConfig server : pool.servers()) {
            if (server.ringName().equals(shard.name()) || isNode(server, shard)) {
                servers++;
            }
        }
        return servers;
    }

    private static boolean isNode(ServerConfig server, Shard shard) {
        for (Node node : shard.nodes()) {
            if (node.address().equals(server.address())) {
                return true;
            }
        }
        return false;
    }

    private static String groupName(Shard shard) {
        return shard.masterName() == null ? shard.name() : shard.masterName();
    }

    private static String count(int number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }
}

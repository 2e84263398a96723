package dev.cobnut.admin;

import dev.cobnut.stats.PoolCounter;
import dev.cobnut.stats.ServerCounter;
import dev.cobnut.stats.StatsSnapshot;
import dev.cobnut.topology.Node;
import dev.cobnut.topology.NodeAddress;
import dev.cobnut.topology.PoolTopology;
import dev.cobnut.topology.SentinelView;
import dev.cobnut.topology.Shard;
import dev.cobnut.topology.Topology;
import java.util.List;
import java.util.Map;

/// A snapshot and a topology, with the JSON that must come of them.
final class Samples {
    /// Captured from nutcracker 0.5.0; `source`, `uptime` and `timestamp` are for the reader to fill in.
    static final String STATS_FORMAT = "{\"service\":\"nutcracker\", \"source\":\"%s\", \"version\":\"0.5.0\","
            + " \"uptime\":%s, \"timestamp\":%s, \"total_connections\":10, \"curr_connections\":5,"
            + " \"zeta\": {\"client_eof\":2, \"client_err\":1, \"client_connections\":1, \"server_ejects\":0,"
            + " \"forward_error\":0, \"fragments\":0, \"node2\": {\"server_eof\":0, \"server_err\":0,"
            + " \"server_timedout\":0, \"server_connections\":0, \"server_ejected_at\":0, \"requests\":0,"
            + " \"request_bytes\":0, \"responses\":0, \"response_bytes\":0, \"in_queue\":0, \"in_queue_bytes\":0,"
            + " \"out_queue\":0, \"out_queue_bytes\":0},\"node10\": {\"server_eof\":0, \"server_err\":0,"
            + " \"server_timedout\":0, \"server_connections\":1, \"server_ejected_at\":0, \"requests\":3,"
            + " \"request_bytes\":89, \"responses\":3, \"response_bytes\":38, \"in_queue\":0, \"in_queue_bytes\":0,"
            + " \"out_queue\":0, \"out_queue_bytes\":0}},\"alpha\": {\"client_eof\":2, \"client_err\":0,"
            + " \"client_connections\":0, \"server_ejects\":0, \"forward_error\":0, \"fragments\":0,"
            + " \"127.0.0.1:31300\": {\"server_eof\":0, \"server_err\":0, \"server_timedout\":0,"
            + " \"server_connections\":1, \"server_ejected_at\":0, \"requests\":1, \"request_bytes\":27,"
            + " \"responses\":1, \"response_bytes\":5, \"in_queue\":0, \"in_queue_bytes\":0, \"out_queue\":0,"
            + " \"out_queue_bytes\":0}}}";

    static final StatsSnapshot STATS = new StatsSnapshot(
            10,
            5,
            List.of(
                    new StatsSnapshot.Pool(
                            "zeta",
                            Map.of(
                                    PoolCounter.CLIENT_EOF, 2L,
                                    PoolCounter.CLIENT_ERR, 1L,
                                    PoolCounter.CLIENT_CONNECTIONS, 1L),
                            List.of(
                                    new StatsSnapshot.Server("node2", Map.of()),
                                    new StatsSnapshot.Server("node10", traffic(3, 89, 38)))),
                    new StatsSnapshot.Pool(
                            "alpha",
                            Map.of(PoolCounter.CLIENT_EOF, 2L),
                            List.of(new StatsSnapshot.Server("127.0.0.1:31300", traffic(1, 27, 5))))));

    static final Topology TOPOLOGY = new Topology(
            7,
            List.of(new PoolTopology(
                    "cache",
                    List.of(
                            new Shard(
                                    "server_1",
                                    2,
                                    "redis_1",
                                    new NodeAddress.Tcp("127.0.0.11", 12000),
                                    4,
                                    List.of(
                                            new Node(new NodeAddress.Tcp("127.0.0.11", 12000), Node.Role.MASTER, ""),
                                            new Node(
                                                    new NodeAddress.Tcp("127.0.0.12", 12000),
                                                    Node.Role.REPLICA,
                                                    "says \"LOADING\"")),
                                    List.of(new NodeAddress.Tcp("127.0.0.13", 12000))),
                            new Shard("lost", 1, null, null, 0, List.of())))),
            List.of(new SentinelView(new NodeAddress.Tcp("127.0.0.11", 26379), "ok", "3 groups")));

    static final String TOPOLOGY_JSON = "{\"epoch\":7, \"pools\":[{\"name\":\"cache\", \"shards\":["
            + "{\"name\":\"server_1\", \"weight\":2, \"master_name\":\"redis_1\","
            + " \"master\":\"127.0.0.11:12000\", \"config_epoch\":4, \"nodes\":["
            + "{\"address\":\"127.0.0.11:12000\", \"role\":\"master\", \"note\":\"\"}, "
            + "{\"address\":\"127.0.0.12:12000\", \"role\":\"replica\", \"note\":\"says \\\"LOADING\\\"\"}],"
            + " \"readable\":[\"127.0.0.13:12000\"], \"lineage_breaks\":0, \"gate\":\"open\", \"gate_why\":\"\"}, "
            + "{\"name\":\"lost\", \"weight\":1, \"master_name\":null, \"master\":null, \"config_epoch\":0,"
            + " \"nodes\":[], \"readable\":[], \"lineage_breaks\":0, \"gate\":\"open\", \"gate_why\":\"\"}]}],"
            + " \"sentinels\":["
            + "{\"address\":\"127.0.0.11:26379\", \"state\":\"ok\", \"detail\":\"3 groups\"}]}";

    private Samples() {}

    private static Map<ServerCounter, Long> traffic(long requests, long requestBytes, long responseBytes) {
        return Map.of(
                ServerCounter.SERVER_CONNECTIONS, 1L,
                ServerCounter.REQUESTS, requests,
                ServerCounter.REQUEST_BYTES, requestBytes,
                ServerCounter.RESPONSES, requests,
                ServerCounter.RESPONSE_BYTES, responseBytes);
    }
}

package dev.cobnut.control.switchover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.testing.Requests;
import dev.cobnut.testing.ScriptedNode;
import dev.cobnut.topology.NodeAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What a Sentinel is asked, and what is made of its answers.
class SentinelDeskIT {
    private static final NodeAddress.Tcp MASTER = new NodeAddress.Tcp("10.0.0.1", 6379);
    private static final String ME = "ip 10.0.0.1 port 6379 flags master";

    private final List<String> asked = new ArrayList<>();

    private static String row(String fields) {
        return Requests.request(fields.split(" "));
    }

    /// @param answers by the first words of the question
    private ScriptedNode sentinel(Map<String, String> answers) {
        return ScriptedNode.start(peer -> {
            while (true) {
                String question = String.join(" ", peer.read());
                asked.add(question);
                peer.send(answers.entrySet().stream()
                        .filter(each -> question.equals(each.getKey()))
                        .map(Map.Entry::getValue)
                        .findFirst()
                        .orElse("-ERR unknown\r\n"));
            }
        });
    }

    private static SentinelDesk desk(ScriptedNode node) {
        return new SentinelDesk(node.address(), null, "g");
    }

    private static String info(String line) {
        return "$" + (line.length() + 3) + "\r\n#\r\n" + line + "\r\n";
    }

    @Test
    void objectsToWhatItCannotLead() {
        try (ScriptedNode well = sentinel(Map.of("SENTINEL MASTER g", row(ME), "SENTINEL CKQUORUM g", "+OK\r\n"));
                ScriptedNode other = sentinel(Map.of("SENTINEL MASTER g", row("ip 10.0.0.9 port 6379 flags master")));
                ScriptedNode busy = sentinel(Map.of("SENTINEL MASTER g", row(ME + ",failover_in_progress")));
                ScriptedNode alone = sentinel(
                        Map.of("SENTINEL MASTER g", row(ME), "SENTINEL CKQUORUM g", "-NOQUORUM 1 usable\r\n"))) {
            assertThat(desk(well).objection(MASTER).why()).isEmpty();
            assertThat(desk(other).objection(MASTER).why()).isEqualTo("it names 10.0.0.9:6379 as master");
            assertThat(desk(busy).objection(MASTER).why()).isEqualTo("a failover is under way");
            assertThat(desk(alone).objection(MASTER).why()).isEqualTo("it says NOQUORUM 1 usable");
        }
    }

    @Test
    void offersReplicasThatItCouldChoose() throws Exception {
        String good = row("ip 10.0.0.2 port 1 flags slave master-link-status ok slave-priority 7");
        String down = row("ip 10.0.0.3 port 1 flags slave,s_down master-link-status ok slave-priority 7");
        String cut = row("ip 10.0.0.4 port 1 flags slave master-link-status err slave-priority 7");
        try (ScriptedNode node = sentinel(Map.of("SENTINEL REPLICAS g", "*3\r\n" + good + down + cut))) {
            // It may choose one without a link.
            assertThat(desk(node).replicas())
                    .isEqualTo(Map.of(new NodeAddress.Tcp("10.0.0.2", 1), 7L, new NodeAddress.Tcp("10.0.0.4", 1), 7L));
        }
    }

    @Test
    void asksRedisForAFailover() throws Exception {
        try (ScriptedNode node = sentinel(
                Map.of("INFO server", info("redis_version:8.0.0"), "SENTINEL FAILOVER g", "-NOGOODSLAVE none\r\n"))) {
            assertThat(desk(node).failOver()).isEqualTo("NOGOODSLAVE none");
        }
        assertThat(asked).containsExactly("INFO server", "SENTINEL FAILOVER g");
    }

    @Test
    void asksValkeyToHaveTheNodesHandOver() throws Exception {
        try (ScriptedNode node = sentinel(
                Map.of("INFO server", info("valkey_version:9.0.1"), "SENTINEL FAILOVER g COORDINATED", "+OK\r\n"))) {
            assertThat(desk(node).failOver()).isNull();
        }
        assertThat(asked).containsExactly("INFO server", "SENTINEL FAILOVER g COORDINATED");
    }

    @Test
    void asksValkeyPlainlyIfItRefusesThat() throws Exception {
        try (ScriptedNode node =
                sentinel(Map.of("INFO server", info("valkey_version:9.0.1"), "SENTINEL FAILOVER g", "+OK\r\n"))) {
            assertThat(desk(node).failOver()).isNull();
        }
        assertThat(asked).containsExactly("INFO server", "SENTINEL FAILOVER g COORDINATED", "SENTINEL FAILOVER g");
    }
}

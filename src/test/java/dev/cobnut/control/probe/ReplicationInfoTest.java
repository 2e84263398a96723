package dev.cobnut.control.probe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cobnut.resp.RespValue;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Answers of real servers, shortened.
class ReplicationInfoTest {
    private static final String MASTER = """
            # Replication
            role:master
            connected_slaves:3
            slave0:ip=127.0.0.12,port=12000,state=online,offset=1400,lag=1
            slave1:ip=::1,port=12001,state=online,offset=1386,lag=0,type=replica
            slave2:ip=127.0.0.13,port=12000,state=send_bulk,offset=0,lag=0
            slave3:ip=127.0.0.14,port=0,state=online,offset=0,lag=0
            master_failover_state:no-failover
            master_replid:8371445ba8b4bd0ccd2a3a83ad6b0b5c1a8c3a6b
            master_replid2:0000000000000000000000000000000000000000
            master_repl_offset:1400
            second_repl_offset:-1
            """;

    private static final String REPLICA = """
            # Replication
            role:slave
            master_host:127.0.0.11
            master_port:12000
            master_link_status:up
            master_last_io_seconds_ago:3
            master_sync_in_progress:0
            slave_read_repl_offset:1401
            slave_repl_offset:1400
            slave_priority:100
            connected_slaves:0
            master_replid:8371445ba8b4bd0ccd2a3a83ad6b0b5c1a8c3a6b
            """;

    private static ReplicationInfo parse(String text) throws IOException {
        return ReplicationInfo.parse(
                new RespValue.Bulk(text.replace("\n", "\r\n").getBytes(UTF_8)));
    }

    @Test
    void masterNamesTheReplicasThatAreOnlineAndHaveAPort() throws IOException {
        assertThat(parse(MASTER))
                .isEqualTo(new ReplicationInfo.Master(
                        "8371445ba8b4bd0ccd2a3a83ad6b0b5c1a8c3a6b",
                        1400,
                        Set.of(new NodeAddress.Tcp("127.0.0.12", 12000), new NodeAddress.Tcp("::1", 12001))));
    }

    @Test
    void replicaTellsOfItsLinkAndWhatItHasApplied() throws IOException {
        NodeAddress.Tcp master = new NodeAddress.Tcp("127.0.0.11", 12000);
        String replid = "8371445ba8b4bd0ccd2a3a83ad6b0b5c1a8c3a6b";

        assertThat(parse(REPLICA)).isEqualTo(new ReplicationInfo.Replica(master, replid, 1400, true, false, 3, -1));
        assertThat(parse(REPLICA.replace("status:up", "status:down")
                        .replace("ago:3", "ago:-1")
                        .replace("progress:0", "progress:1")
                        .replace("slave_priority", "master_link_down_since_seconds:7\nslave_priority")))
                .isEqualTo(new ReplicationInfo.Replica(master, replid, 1400, false, true, -1, 7));
    }

    @Test
    void serversBeforeRedis4HaveNoIdentityOfTheirHistory() throws IOException {
        assertThat(parse("role:master\nconnected_slaves:0\nmaster_repl_offset:0\n"))
                .isEqualTo(new ReplicationInfo.Master("", 0, Set.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "role:sentinel\n",
                "role:master\n",
                "role:master\nmaster_repl_offset:x\n",
                "role:slave\nmaster_host:h\n"
            })
    void refusesWhatLacksSomethingOrIsNoNumber(String text) {
        assertThatThrownBy(() -> parse(text)).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ip=127.0.0.1,port=70000,state=online",
                "ip=a b,port=7000,state=online",
                "ip=,port=7000,state=online",
                "ip=127.0.0.1,port=7000",
                "port=7000,state=online",
                ""
            })
    void aReplicaThatAnnouncesNonsenseCostsItsOwnRowOnly(String row) throws IOException {
        String text = "role:master\nmaster_repl_offset:1\nslave0:" + row
                + "\nslave1:ip=127.0.0.1,port=7001,state=online,offset=1,lag=0\n";

        assertThat(parse(text))
                .isEqualTo(new ReplicationInfo.Master("", 1, Set.of(new NodeAddress.Tcp("127.0.0.1", 7001))));
    }

    @Test
    void anErrorIsNoAnswer() {
        assertThatThrownBy(() -> ReplicationInfo.parse(new RespValue.ErrorReply("NOAUTH Authentication required.")))
                .hasMessageContaining("NOAUTH");
    }

    @Test
    void aLiarCannotNameEndlessReplicas() {
        String slaves = IntStream.rangeClosed(1, 101)
                .mapToObj(i -> "slave" + i + ":ip=10.0.0.1,port=" + i + ",state=online\n")
                .collect(Collectors.joining());

        assertThatThrownBy(() -> parse("role:master\nmaster_repl_offset:1\n" + slaves))
                .hasMessageContaining("101 replicas (at most 100)");
    }
}

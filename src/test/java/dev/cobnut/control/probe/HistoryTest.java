package dev.cobnut.control.probe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cobnut.resp.RespValue;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistoryTest {
    /// What a promoted 7.0.15 says, shortened.
    private static final String PROMOTED = """
            # Server
            run_id:0b6dd0a8a5ee0c3f3a07b77d8cdd8a5b0a3c7dbd

            # Persistence
            aof_enabled:1

            # Memory
            maxmemory_policy:allkeys-lru

            # Replication
            role:master
            connected_slaves:1
            slave0:ip=127.0.0.1,port=7001,state=online,offset=84,lag=0
            master_replid:f1d0
            master_replid2:a0b1
            master_repl_offset:84
            second_repl_offset:71

            # Keyspace
            db0:keys=12,expires=0,avg_ttl=0
            db3:keys=30,expires=1,avg_ttl=12
            """;

    private static History parse(String text) throws IOException {
        RespValue reply = new RespValue.Bulk(text.replace("\n", "\r\n").getBytes(UTF_8));
        if (ReplicationInfo.parse(reply) instanceof ReplicationInfo.Master master) {
            return History.parse(reply, master);
        }
        throw new IOException("no master");
    }

    @Test
    void readsWhereTheDataComeFrom() throws IOException {
        assertThat(parse(PROMOTED))
                .isEqualTo(new History(
                        "0b6dd0a8a5ee0c3f3a07b77d8cdd8a5b0a3c7dbd",
                        "f1d0",
                        84,
                        "a0b1",
                        70,
                        42,
                        true,
                        true,
                        Set.of(new NodeAddress.Tcp("127.0.0.1", 7001))));
    }

    @Test
    void serversBeforeRedis4HaveNoIdentities() throws IOException {
        assertThat(parse("role:master\nmaster_repl_offset:0\n"))
                .isEqualTo(new History("", "", 0, "", -1, 0, false, false, Set.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "role:master\n",
                "role:master\nmaster_repl_offset:1\nsecond_repl_offset:x\n",
                "role:sentinel\n"
            })
    void refusesWhatNoMasterSays(String text) {
        assertThatThrownBy(() -> parse(text)).isInstanceOf(IOException.class);
    }
}

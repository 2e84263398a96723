package dev.cobnut.control.switchover;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DirectClientsTest {
    private static final String LIST = """
            id=1 addr=10.0.0.5:4001 laddr=10.0.0.1:6379 fd=8 name=cobnut age=9 flags=N db=0 cmd=info user=default
            id=2 addr=10.0.0.5:4002 laddr=10.0.0.1:6379 fd=9 name= age=9 flags=N db=0 cmd=set user=default
            id=3 addr=10.0.0.2:4003 laddr=10.0.0.1:6379 fd=10 name= age=9 flags=S db=0 cmd=replconf user=default
            id=4 addr=10.0.0.6:4004 laddr=10.0.0.1:6379 fd=11 name=sentinel-ab12-cmd age=9 flags=N db=0 cmd=ping
            id=5 addr=10.0.0.6:4005 laddr=10.0.0.1:6379 fd=12 name=sentinel-ab12-pubsub age=9 flags=P db=0 cmd=subscribe
            id=6 addr=10.0.0.7:4006 laddr=10.0.0.1:6379 fd=13 name=cron age=9 flags=N db=0 cmd=incr user=default
            id=7 addr=[::1]:4007 laddr=[::1]:6379 fd=14 name= age=9 flags=N db=0 cmd=get user=default
            """;

    @Test
    void whoIsNoCobnutNoSentinelAndNoReplicaComesDirectly() {
        assertThat(DirectClients.of(LIST)).containsExactly("10.0.0.7:4006", "[::1]:4007");
        assertThat(DirectClients.of("")).isEmpty();
        assertThat(DirectClients.of("something else\n=\n")).isEmpty();
    }

    @Test
    void aFewAreToldByAddress() {
        assertThat(DirectClients.sentence("10.0.0.1:6379", List.of())).isEmpty();
        assertThat(DirectClients.sentence("10.0.0.1:6379", List.of("a:1")))
                .startsWith("1 client comes to 10.0.0.1:6379 directly (a:1): ");
        assertThat(DirectClients.sentence("10.0.0.1:6379", List.of("a:1", "a:2", "a:3", "a:4", "a:5")))
                .isEqualTo(
                        "5 clients come to 10.0.0.1:6379 directly (a:1, a:2, a:3 and 2 more): for the time of the switch"
                                + " writes from there get NOREPLICAS");
    }
}

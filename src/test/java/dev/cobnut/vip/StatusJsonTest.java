package dev.cobnut.vip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.vip.vrrp.Effect.State;
import dev.cobnut.vip.vrrp.Rejection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatusJsonTest {
    private static final Status.Counts COUNTS =
            new Status.Counts(2, 30, 1, 40, Map.of(Rejection.PASSWORD, 7L, Rejection.HOP_LIMIT, 1L), 3, 4, 5);

    @Test
    void allThatIsKnownIsThere() {
        Status status = new Status(
                true,
                List.of(new Status.Instance(
                        "shop",
                        State.FAULT,
                        1_700_000_000_123L,
                        "a \"b\"\n",
                        100,
                        "10.0.0.22",
                        "eth0",
                        51,
                        3,
                        List.of("10.0.0.100/24", "10.0.0.101/32"),
                        List.of(new Status.CheckResult(
                                "ping 127.0.0.1:6379", Status.Verdict.BAD, "Connection refused")),
                        COUNTS)));

        assertThat(StatusJson.of(status)).isEqualTo("""
                {"drained": true, "instances": [{"name": "shop", "state": "fault",\
                 "since": "2023-11-14T22:13:20.123Z", "why": "a \\"b\\"\\u000a", "priority": 100, "master": "10.0.0.22",\
                 "interface": "eth0", "router_id": 51, "version": 3, "addresses": ["10.0.0.100/24", "10.0.0.101/32"],\
                 "checks": [{"name": "ping 127.0.0.1:6379", "verdict": "bad", "detail": "Connection refused"}],\
                 "counts": {"became_master": 2, "adverts_sent": 30, "adverts_not_sent": 1, "adverts_received": 40,\
                 "adverts_rejected": {"length": 0, "hop_limit": 1, "version": 0, "type": 0, "password": 7,\
                 "interval": 0, "checksum": 0, "destination": 0, "stranger": 0},\
                 "adverts_of_rivals": 3, "adverts_with_other_addresses": 4, "late_max_ms": 5}}]}
                """);
    }

    @Test
    void nobodyIsNullAndNothingIsAnEmptyList() {
        Status status = new Status(
                false,
                List.of(new Status.Instance(
                        "shop", State.MASTER, 0, "", 100, null, "eth0", 51, 3, List.of(), List.of(), COUNTS)));

        assertThat(StatusJson.of(status))
                .startsWith("{\"drained\": false, ")
                .contains(
                        "\"master\": null",
                        "\"checks\": []",
                        "\"addresses\": []",
                        "\"since\": \"1970-01-01T00:00:00Z\"");
        assertThat(StatusJson.of(new Status(false, List.of()))).isEqualTo("{\"drained\": false, \"instances\": []}\n");
    }
}

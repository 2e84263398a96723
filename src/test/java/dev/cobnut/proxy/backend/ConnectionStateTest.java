package dev.cobnut.proxy.backend;

import static dev.cobnut.proxy.backend.ConnectionState.CLOSED;
import static dev.cobnut.proxy.backend.ConnectionState.CONNECTING;
import static dev.cobnut.proxy.backend.ConnectionState.MOVED;
import static dev.cobnut.proxy.backend.ConnectionState.OPEN;
import static dev.cobnut.proxy.backend.ConnectionState.PREPARING;
import static dev.cobnut.proxy.backend.ConnectionState.RETIRED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ConnectionStateTest {
    private static final Map<ConnectionState, Set<ConnectionState>> WAYS = Map.of(
            CONNECTING, EnumSet.of(PREPARING, OPEN, CLOSED),
            PREPARING, EnumSet.of(OPEN, CLOSED),
            OPEN, EnumSet.of(RETIRED, MOVED, CLOSED),
            RETIRED, EnumSet.of(MOVED, CLOSED),
            MOVED, EnumSet.of(CLOSED),
            CLOSED, EnumSet.noneOf(ConnectionState.class));

    @Test
    void goesOnlyForward() {
        WAYS.forEach((from, ways) -> {
            for (ConnectionState to : ConnectionState.values()) {
                if (ways.contains(to)) {
                    assertThat(from.to(to)).isEqualTo(to);
                } else {
                    assertThatThrownBy(() -> from.to(to))
                            .hasMessage("a connection cannot go from " + from + " to " + to);
                }
            }
        });
    }

    @Test
    void opensOrLeaves() {
        for (ConnectionState each : ConnectionState.values()) {
            assertThat(each.isOpening()).isEqualTo(each == CONNECTING || each == PREPARING);
            assertThat(each.isLeaving()).isEqualTo(each == RETIRED || each == MOVED);
        }
    }
}

package dev.cobnut.proxy.backend;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ConnectionModeTest {
    @Test
    void isTheSameWhenAllIsTheSame() {
        ConnectionMode mode = ConnectionMode.of(2, true, "worker".getBytes(US_ASCII));
        assertThat(mode).isEqualTo(new ConnectionMode(2, true, "worker"));
        assertThat(ConnectionMode.of(2, true, new byte[0])).isEqualTo(new ConnectionMode(2, true));
        assertThat(mode.withDatabase(3)).isEqualTo(new ConnectionMode(3, true, "worker"));
        assertThat(mode.withResp3(false)).isEqualTo(new ConnectionMode(2, false, "worker"));
        assertThat(mode.withName(new byte[0])).isEqualTo(mode.withoutName());
    }

    @Test
    void withoutANameNothingChanges() {
        ConnectionMode mode = new ConnectionMode(0, false);
        assertThat(mode.withoutName()).isSameAs(mode);
    }
}

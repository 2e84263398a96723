package dev.cobnut.stats;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CounterTableTest {

    @Test
    void describesEveryCounterInOneLine() {
        assertThat(CounterTable.describe())
                .startsWith("pool stats:\n  client_eof          client connections ended by the client (EOF or QUIT)\n")
                .contains("\n\nserver stats:\n  server_eof          server connections ended by the server\n")
                .contains("  out_queue_bytes     bytes of those requests\n")
                .hasLineCount(PoolCounter.values().length + ServerCounter.values().length + 3);
    }
}

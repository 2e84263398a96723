package dev.cobnut.stats;

import dev.cobnut.testing.DocSection;
import org.junit.jupiter.api.Test;

class CountersDocTest {

    @Test
    void tablesOfCountersSayWhatTheRowsSay() {
        StringBuilder text = new StringBuilder("| counter of a pool | meaning |\n| --- | --- |\n");
        for (PoolCounter counter : PoolCounter.values()) {
            row(text, counter.label(), counter.help());
        }
        text.append("\n| counter of a server | meaning |\n| --- | --- |\n");
        for (ServerCounter counter : ServerCounter.values()) {
            row(text, counter.label(), counter.help());
        }
        DocSection.check("docs/operating/proxy.md", "counters", text.toString());
    }

    private static void row(StringBuilder text, String label, String help) {
        text.append("| `").append(label).append("` | ").append(help).append(" |\n");
    }
}

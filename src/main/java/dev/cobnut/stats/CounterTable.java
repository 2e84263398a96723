package dev.cobnut.stats;

/// All counters with what they mean, for people.
public final class CounterTable {
    private static final String ROW = "  %-20s%s\n";

    private CounterTable() {}

    /// The text of `-D`: one line for each counter, pools first, made from the rows of the tables.
    public static String describe() {
        StringBuilder text = new StringBuilder("pool stats:\n");
        for (PoolCounter counter : PoolCounter.values()) {
            text.append(ROW.formatted(counter.label(), counter.help()));
        }
        text.append("\nserver stats:\n");
        for (ServerCounter counter : ServerCounter.values()) {
            text.append(ROW.formatted(counter.label(), counter.help()));
        }
        return text.toString();
    }
}

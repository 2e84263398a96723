package dev.cobnut.attack;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What went wrong, by kind: all are counted, the first few told in full. For any thread.
final class Findings {
    private static final int TOLD_OF_A_KIND = Integer.getInteger("cobnut.attack.told", 2);

    private final Map<String, Integer> counts = new TreeMap<>();
    private final List<String> told = new ArrayList<>();

    /// @param kind `WRONG` or `HUNG` and what was done
    synchronized void add(String kind, String report) {
        if (counts.merge(kind, 1, Integer::sum) <= TOLD_OF_A_KIND) {
            told.add(kind + "\n" + report);
        }
    }

    synchronized boolean isEmpty() {
        return counts.isEmpty();
    }

    synchronized int total() {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    @Override
    public synchronized String toString() {
        return counts + "\n\n" + String.join("\n\n", told);
    }
}

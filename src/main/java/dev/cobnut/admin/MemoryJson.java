package dev.cobnut.admin;

import dev.cobnut.net.DirectMemory;
import dev.cobnut.net.Held;
import dev.cobnut.net.MemoryBudget;

/// What is held for clients, as JSON: one object of numbers, with one text, the stage.
final class MemoryJson {
    private MemoryJson() {}

    /// One object, without a line end. What is held by kind is as old as a tick of a loop, 0.1 s at most.
    static String of(MemoryBudget budget) {
        Runtime heap = Runtime.getRuntime();
        StringBuilder out = new StringBuilder(512);
        out.append("{\"stage\":\"").append(budget.stage().label()).append('"');
        number(out, "held", budget.held());
        number(out, "budget", budget.max());
        number(out, "closed", budget.closed());
        number(out, "refused", budget.refused());
        for (Held kind : Held.values()) {
            number(out, kind.label(), budget.held(kind));
        }
        number(out, "heap_used", heap.totalMemory() - heap.freeMemory());
        number(out, "heap_max", heap.maxMemory());
        number(out, "direct_used", DirectMemory.usedBytes());
        number(out, "direct_max", DirectMemory.limitBytes());
        return out.append('}').toString();
    }

    private static void number(StringBuilder out, String label, long value) {
        out.append(", \"").append(label).append("\":").append(value);
    }
}

package dev.cobnut.stats;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// One row of counters, one cell for each constant of an enum. A single event loop writes it; any thread may read,
/// and sees each cell whole, though not all cells of one instant.
public final class Counters<E extends Enum<E>> {
    private static final VarHandle CELLS = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] cells;

    public Counters(Class<E> table) {
        cells = new long[table.getEnumConstants().length];
    }

    /// Adds to a cell. Owner thread only.
    public void add(E counter, long delta) {
        int cell = counter.ordinal();
        CELLS.setOpaque(cells, cell, cells[cell] + delta);
    }

    /// Sets a cell. Owner thread only.
    public void set(E counter, long value) {
        CELLS.setOpaque(cells, counter.ordinal(), value);
    }

    /// The value of a cell, at most a few nanoseconds old.
    public long get(E counter) {
        return (long) CELLS.getOpaque(cells, counter.ordinal());
    }
}

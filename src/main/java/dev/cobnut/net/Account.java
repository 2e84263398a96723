package dev.cobnut.net;

import java.util.ArrayList;
import java.util.List;

/// What is held for one client. Whoever keeps something beyond the call takes it here and gives it back; what comes
/// and goes within one call is nobody's.
///
/// The [MemoryBudget] of the process hears of it in steps of [#STEP_BYTES], and of the rest with the next tick: so
/// an ordinary request costs it nothing. For the loop's own thread.
public final class Account {
    static final int STEP_BYTES = 4096;

    /// Handlers, scanner, queue, Netty's channel: 2 to 3 KiB were measured with 4,000 connections, and a little more is
    /// right where their number is what counts.
    static final int CONNECTION_BYTES = 4096;

    private static final Held[] KINDS = Held.values();

    /// Who has it.
    public interface Owner {
        /// What kept it from being read may be over.
        void onMemory();

        /// Memory is needed: it closes at once.
        ///
        /// @param why for people
        void onShed(String why);
    }

    private final LoopMemory memory;
    private final MemoryBudget budget;
    private final Socket socket;
    private final Owner owner;
    private final long[] byKind = new long[KINDS.length];
    private long held;
    private long passing;

    /// What the budget has heard of.
    private long told;

    /// In the list of its loop, which clears it.
    boolean listed;

    private boolean waiting;
    private boolean closed;

    /// @param socket whose unread bytes count
    public Account(IoLoop loop, Socket socket, Owner owner) {
        this.memory = loop.memory();
        this.budget = memory.budget();
        this.socket = socket;
        this.owner = owner;
        socket.setAccount(this);
        hold(Held.CONNECTION, CONNECTION_BYTES);
    }

    /// All that is held.
    public long held() {
        return held;
    }

    public long held(Held kind) {
        return byKind[kind.ordinal()];
    }

    /// What goes by itself once the requests under way are answered.
    public long passing() {
        return passing;
    }

    /// What is held beyond what each connection costs.
    long extra() {
        return held - CONNECTION_BYTES;
    }

    // ---- taking and giving ------------------------------------------------------------------------------------------

    /// Asks for room for something that can be refused. One client gets no more than half of the budget.
    ///
    /// @return false when nothing was taken, and whoever asked for it has to be told
    public boolean take(Held kind, long bytes) {
        boolean room = hasRoomFor(bytes);
        if (room) {
            hold(kind, bytes);
        }
        return room;
    }

    /// Whether [#take] would take so much.
    ///
    /// @return false when whoever asked for it has to be told
    public boolean hasRoomFor(long bytes) {
        boolean room =
                bytes <= 0 || (!closed && held + bytes <= budget.max() / 2 && budget.hasRoomFor(bytes, held - told));
        if (!room) {
            budget.countRefused();
        }
        return room;
    }

    /// Counts something that is there already and cannot be refused.
    public void hold(Held kind, long bytes) {
        if (closed || bytes == 0) {
            return;
        }
        byKind[kind.ordinal()] += bytes;
        held += bytes;
        passing += kind.isPassing() ? bytes : 0;
        if (!listed) {
            memory.list(this);
        }
        long untold = held - told;
        if (untold >= STEP_BYTES || untold <= -STEP_BYTES) {
            tell();
        }
    }

    /// Gives back what was taken or counted.
    public void give(Held kind, long bytes) {
        hold(kind, -bytes);
    }

    /// All of this kind together is so much now.
    public void set(Held kind, long bytes) {
        hold(kind, bytes - byKind[kind.ordinal()]);
    }

    void tell() {
        long untold = held - told;
        if (untold != 0) {
            told = held;
            budget.add(untold);
            if (untold > 0 && budget.stage() == MemoryBudget.Stage.SHEDDING) {
                memory.shedSoon();
            }
        }
    }

    /// What the kernel has not taken by now.
    void measure() {
        set(Held.UNREAD, socket.pendingBytes());
    }

    /// The client is gone, and all that was held for it.
    public void close() {
        if (!closed) {
            for (Held kind : KINDS) {
                set(kind, 0);
            }
            tell();
            closed = true;
            waiting = false;
        }
    }

    boolean isClosed() {
        return closed;
    }

    // ---- what follows -----------------------------------------------------------------------------------------------

    /// Whether its client may be read on; if not, its owner hears of it when it may.
    public boolean mayGoOn() {
        if (budget.stage() == MemoryBudget.Stage.FREE) {
            return true;
        }
        waiting = !closed && !isWithinBounds();
        return !waiting;
    }

    private boolean isWithinBounds() {
        return switch (budget.stage()) {
            case FREE -> true;
            case SHARED -> extra() <= budget.fairShare();
            case GUARDED, SHEDDING -> extra() < STEP_BYTES;
        };
    }

    /// How much may be unread or stored before the nodes pause for this client.
    ///
    /// @param usual while memory is free
    public long unreadBytesMax(long usual) {
        return switch (budget.stage()) {
            case FREE -> usual;
            case SHARED -> usual / 4;
            case GUARDED, SHEDDING -> usual / 16;
        };
    }

    boolean isWaiting() {
        return waiting;
    }

    void wakeIfWithinBounds() {
        if (waiting && isWithinBounds()) {
            waiting = false;
            owner.onMemory();
        }
    }

    /// Closes the client.
    ///
    /// @return a line about it
    String shed() {
        String line = socket.describe() + " held " + held + " bytes: " + parts();
        owner.onShed("memory was needed, and it held most: " + held + " bytes");
        close();
        return line;
    }

    private String parts() {
        List<String> parts = new ArrayList<>();
        for (Held kind : KINDS) {
            if (held(kind) > 0 && kind != Held.CONNECTION) {
                parts.add(kind.text() + " " + held(kind));
            }
        }
        return String.join(", ", parts);
    }
}

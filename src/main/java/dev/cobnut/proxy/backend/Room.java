package dev.cobnut.proxy.backend;

import dev.cobnut.net.IoLoop;
import dev.cobnut.net.Socket;
import java.util.ArrayList;
import java.util.List;

/// How much of what is to be sent waits to be written, and who waits for it to become less. Owned by a
/// [NodeConnection]; for the loop's own thread.
final class Room {
    private final IoLoop loop;
    private final Socket socket;
    private List<Runnable> waiting = new ArrayList<>();

    Room(IoLoop loop, Socket socket) {
        this.loop = loop;
        this.socket = socket;
    }

    /// False while more is waiting to be written than is sensible.
    boolean isThere(ConnectionState state) {
        return state == ConnectionState.OPEN ? socket.isWritable() : socket.pendingBytes() < Dialer.WATER_MARK.high();
    }

    /// Whether a request fits into what is collected while the connection opens. A single one always does.
    boolean fits(ConnectionState state, int length) {
        long collected = state == ConnectionState.OPEN ? 0 : socket.pendingBytes();
        return collected == 0 || collected + length <= Opening.COLLECTED_BYTES_MAX;
    }

    /// Bytes of requests that wait to be written; 0 while there is room for more.
    long unsentBytes(ConnectionState state) {
        return state == ConnectionState.OPEN && isThere(state) ? 0 : socket.pendingBytes();
    }

    /// Runs `work` at the end of the turn in which there is room again, or the connection closes.
    void whenThere(ConnectionState state, Runnable work) {
        if (state == ConnectionState.CLOSED) {
            loop.defer(work);
        } else {
            waiting.add(work);
        }
    }

    /// There is room again, or never will be.
    void wakeAll() {
        if (!waiting.isEmpty()) {
            List<Runnable> woken = waiting;
            waiting = new ArrayList<>();
            woken.forEach(loop::defer);
        }
    }
}

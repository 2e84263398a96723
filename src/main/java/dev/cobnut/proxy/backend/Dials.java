package dev.cobnut.proxy.backend;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/// The connections to one node that are not connected yet. Only [#AT_ONCE_MAX] are dialled at a time: a node that comes back
/// to thousands of clients, each with a connection of its own, takes them as they come, while what overflows its backlog is
/// tried again by the kernel a second later.
///
/// ```
///   begin() ──► dialling, 32 at most ──► connected, or ended: the next one is dialled
///      └──► waiting, lanes first            └──► failed: those that wait fail, too, as they would one after the other
/// ```
///
/// Requests are collected for a connection that waits as for one that is dialled; they wait no longer than the dials before
/// theirs take, and their timeout runs. Owned by a [NodeLink]; for the loop's own thread.
final class Dials<C> {
    static final int AT_ONCE_MAX = 32;

    private final Set<C> dialling = new HashSet<>();
    private final LinkedHashSet<C> waiting = new LinkedHashSet<>();
    private final Consumer<C> dial;
    private final BiConsumer<C, Failure> giveUp;

    /// @param dial begins to connect
    /// @param giveUp ends one that was not dialled
    Dials(Consumer<C> dial, BiConsumer<C, Failure> giveUp) {
        this.dial = dial;
        this.giveUp = giveUp;
    }

    /// Dials, now or when it is its turn.
    ///
    /// @param ahead whether it goes before all that wait
    void begin(C connection, boolean ahead) {
        if (ahead) {
            waiting.addFirst(connection);
        } else {
            waiting.addLast(connection);
        }
        dialNext();
    }

    private void dialNext() {
        while (dialling.size() < AT_ONCE_MAX && !waiting.isEmpty()) {
            C next = waiting.removeFirst();
            dialling.add(next);
            dial.accept(next);
        }
    }

    /// One is connected, or nobody wants it any more.
    void end(C connection) {
        if (dialling.remove(connection)) {
            dialNext();
        } else {
            waiting.remove(connection);
        }
    }

    /// One has ended, for what the node did or did not do. If that was before it was connected, no other one is tried.
    void fail(C connection, Failure why) {
        if (dialling.remove(connection)) {
            List<C> behind = List.copyOf(waiting);
            waiting.clear();
            behind.forEach(each -> giveUp.accept(each, why));
        } else {
            waiting.remove(connection);
        }
    }

    /// The node is another: none of them is wanted.
    void clear() {
        dialling.clear();
        waiting.clear();
    }
}

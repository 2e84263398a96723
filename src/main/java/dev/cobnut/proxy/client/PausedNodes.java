package dev.cobnut.proxy.client;

import dev.cobnut.proxy.backend.Resumable;
import java.util.ArrayList;
import java.util.List;

/// The node connections that read nothing because one client does not keep up.
///
/// | waits       | entered when                                          | reads on when                          |
/// |-------------|-------------------------------------------------------|----------------------------------------|
/// | behind      | its reply was stored, and too much is stored          | less is stored, and the client reads   |
/// | at the head | its reply went out, and the client has too much       | the client reads                       |
/// |             | unread; or the turn of the stored one has come        |                                        |
///
/// Who has had its turn must not wait for what is stored: all others may be waiting for it, and nothing stored would
/// ever leave. There are as many entries as connections at most, so a few. For the loop's own thread.
final class PausedNodes {
    /// @param reply which was stored, and made the node wait
    private record Behind(PendingReply reply, Resumable node) {}

    private final List<Behind> behind = new ArrayList<>(0);
    private final List<Resumable> atHead = new ArrayList<>(0);

    boolean isEmpty() {
        return behind.isEmpty() && atHead.isEmpty();
    }

    /// The connection waits for the room that is stored in, until the turn of this reply. Of several replies of one
    /// connection the first counts.
    void waitBehind(PendingReply reply, Resumable node) {
        for (Behind each : behind) {
            if (each.node.equals(node)) {
                return;
            }
        }
        behind.add(new Behind(reply, node));
    }

    /// The connection waits for the client to read.
    void waitAtHead(Resumable node) {
        if (!atHead.contains(node)) {
            atHead.add(node);
        }
    }

    /// The turn of a stored reply has come.
    void onTurn(PendingReply reply) {
        for (int i = behind.size() - 1; i >= 0; i--) {
            if (behind.get(i).reply == reply) {
                waitAtHead(behind.remove(i).node);
            }
        }
    }

    /// Lets those at the head read on. Each may come back here at once.
    void resumeAtHead() {
        List<Resumable> woken = List.copyOf(atHead);
        atHead.clear();
        woken.forEach(Resumable::resume);
    }

    /// Lets all read on.
    void resumeAll() {
        resumeAtHead();
        List<Behind> woken = List.copyOf(behind);
        behind.clear();
        woken.forEach(each -> each.node.resume());
    }
}

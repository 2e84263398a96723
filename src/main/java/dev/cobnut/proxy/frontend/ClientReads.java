package dev.cobnut.proxy.frontend;

import dev.cobnut.config.ReadPolicy;
import dev.cobnut.proxy.backend.Exchange;
import dev.cobnut.resp.Command;

/// What a client of a pool that reads from replicas can rely on.
///
/// - It reads what it wrote: from a write until `read_after_write_millis` after the answer, the master answers its
///   reads, of all shards.
/// - Its requests do not overtake each other: before they change between masters and replicas, all are answered.
/// - If it came in on `listen_reads`, nothing it sends changes anything.
///
/// For the loop's own thread.
final class ClientReads {
    private final ClientConnection client;
    private final ReadSplit split;
    private final ReadPolicy policy;
    private final boolean reader;

    /// What is under way went to replicas, as far as there are any.
    private boolean toReplicas;

    /// The request being dispatched may be answered by either.
    private boolean either;

    /// Something that may write is unanswered.
    private boolean writing;

    private long masterUntilNanos;

    /// @param reader whether the client came in on `listen_reads`
    ClientReads(ClientConnection client, ReadSplit split, boolean reader) {
        this.client = client;
        this.split = split;
        this.policy = split.policy(reader);
        this.reader = reader;
        this.masterUntilNanos = split.nowNanos();
    }

    /// Whether the client may use a command at all.
    boolean permits(Command command) {
        return !reader || !(command.mayWrite() || command.dangerous());
    }

    /// A request is about to be sent.
    ///
    /// @return false when it must come again once all replies have been given
    boolean begin(Command command) {
        either = command.readsKeys()
                && policy != ReadPolicy.MASTER
                && !writing
                && split.nowNanos() - masterUntilNanos >= 0;
        boolean neutral = !command.readOnly() && !command.mayWrite();
        if (!neutral && !turn(either && split.goesToReplicas(policy))) {
            return false;
        }
        writing |= command.mayWrite();
        return true;
    }

    private boolean turn(boolean replicas) {
        if (toReplicas != replicas && !client.replies().isEmpty()) {
            return false;
        }
        toReplicas = replicas;
        return true;
    }

    /// Whether the request that began last is one for [#send].
    boolean isEither() {
        return either;
    }

    /// Sends a whole request to whichever node of the shard is the one to ask.
    void send(int shard, Exchange read, byte[] bytes, int from, int to) {
        split.send(client, policy, shard, read, bytes, from, to);
    }

    /// A reply has left the queue.
    void onAnswered() {
        if (writing && client.replies().isEmpty()) {
            writing = false;
            masterUntilNanos = split.nowNanos() + split.afterWriteNanos();
        }
    }
}

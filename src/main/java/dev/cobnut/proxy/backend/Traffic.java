package dev.cobnut.proxy.backend;

import dev.cobnut.stats.Counters;
import dev.cobnut.stats.ServerCounter;

/// Counts what goes to a shard and comes back, on one event loop. A request is in the *in* queue while its connection
/// opens, and in the *out* queue from when it is written until it is answered. For the loop's own thread.
final class Traffic {
    private final Counters<ServerCounter> counters;

    /// @param counters of the shard; the links to its master and to its replica count in the same
    Traffic(Counters<ServerCounter> counters) {
        this.counters = counters;
    }

    /// A request was queued on a connection that is not open yet.
    void onCollected(int bytes) {
        counters.add(ServerCounter.REQUESTS, 1);
        counters.add(ServerCounter.REQUEST_BYTES, bytes);
        counters.add(ServerCounter.IN_QUEUE, 1);
        counters.add(ServerCounter.IN_QUEUE_BYTES, bytes);
    }

    /// What was collected before the connection opened is written now.
    void onOpened(int requests, int bytes) {
        counters.add(ServerCounter.IN_QUEUE, -requests);
        counters.add(ServerCounter.IN_QUEUE_BYTES, -bytes);
        counters.add(ServerCounter.OUT_QUEUE, requests);
        counters.add(ServerCounter.OUT_QUEUE_BYTES, bytes);
    }

    /// A request was queued and its bytes leave with the end of this turn.
    void onWritten(int bytes) {
        counters.add(ServerCounter.REQUESTS, 1);
        counters.add(ServerCounter.REQUEST_BYTES, bytes);
        counters.add(ServerCounter.OUT_QUEUE, 1);
        counters.add(ServerCounter.OUT_QUEUE_BYTES, bytes);
    }

    /// A piece of a long request follows the others.
    void onRequestPiece(int bytes) {
        counters.add(ServerCounter.REQUEST_BYTES, bytes);
    }

    /// A piece of a long reply has come, and it was not the last.
    void onReplyPiece(int bytes) {
        counters.add(ServerCounter.RESPONSE_BYTES, bytes);
    }

    /// @param replyBytes of the reply, or of its last piece
    void onAnswered(int requestBytes, int replyBytes) {
        counters.add(ServerCounter.OUT_QUEUE, -1);
        counters.add(ServerCounter.OUT_QUEUE_BYTES, -requestBytes);
        counters.add(ServerCounter.RESPONSES, 1);
        counters.add(ServerCounter.RESPONSE_BYTES, replyBytes);
    }

    /// A request will not be answered: its connection has ended.
    ///
    /// @param written whether the connection had been open
    void onAbandoned(int requestBytes, boolean written) {
        counters.add(written ? ServerCounter.OUT_QUEUE : ServerCounter.IN_QUEUE, -1);
        counters.add(written ? ServerCounter.OUT_QUEUE_BYTES : ServerCounter.IN_QUEUE_BYTES, -requestBytes);
    }

    void onConnected() {
        counters.add(ServerCounter.SERVER_CONNECTIONS, 1);
    }

    void onDisconnected() {
        counters.add(ServerCounter.SERVER_CONNECTIONS, -1);
    }

    /// The node has refused a write because of its own state.
    void onWriteRefused() {
        counters.add(ServerCounter.WRITES_REFUSED, 1);
    }

    /// The node has not answered in time, though its connection is still open.
    void onSilence() {
        counters.add(ServerCounter.SERVER_TIMEDOUT, 1);
    }

    /// A connection that was in use has ended, or could not be had.
    void onLost(Failure.Kind kind) {
        counters.add(
                switch (kind) {
                    case CLOSED -> ServerCounter.SERVER_EOF;
                    case TIMED_OUT -> ServerCounter.SERVER_TIMEDOUT;
                    case REFUSED, RESET, HOST_DOWN, BAD_REPLY, UNREACHABLE, BUSY -> ServerCounter.SERVER_ERR;
                },
                1);
    }
}

package dev.cobnut.proxy.backend;

import org.jspecify.annotations.Nullable;

/// Which requests of one connection are sent again, by the [Hold] of its shard, instead of being failed or answered.
///
/// | what happened to it                                | reads       | writes that may run twice | all others       |
/// |----------------------------------------------------|-------------|---------------------------|------------------|
/// | the connection ended before it was written         | again       | again                     | again            |
/// | the connection ended, it may have been executed    | again, once | again, once               | *unknown*        |
/// | READONLY, LOADING, MASTERDOWN: not executed        | again       | again                     | again            |
/// | NOREPLICAS while requests wait: not executed       | -           | again                     | again            |
/// | answered on a connection that has said READONLY    | again       | it is the answer          | it is the answer |
///
/// Which writes may run twice is said by [dev.cobnut.resp.Twice], and whether any do by the pool (`retry_writes`).
/// The last row, since such a node answers with what it had before, and a write that came before the read was not executed.
/// Only on lanes, where no request depends on the connection; only what is still in the [SentLog], and nothing that a
/// script makes. Owned by a [NodeConnection]; for the loop's own thread.
final class Repeats {
    private final @Nullable Hold hold;
    private final int lane;
    private final SentLog sent = new SentLog();
    private boolean demoted;

    /// @param hold null when nothing waits for the node
    /// @param lane its number, or [LinkSettings#NO_LANE]
    Repeats(@Nullable Hold hold, int lane) {
        this.hold = lane == LinkSettings.NO_LANE ? null : hold;
        this.lane = lane;
    }

    /// A request is sent.
    void keep(Exchange exchange, byte[] bytes, int from, int length) {
        if (hold != null && !exchange.isHidden()) {
            exchange.kept = sent.add(bytes, from, length);
        }
    }

    /// The oldest request is answered; it has left the queue.
    ///
    /// @param refused whether the node says that it executed nothing, and is no master or not yet
    /// @return true when it is sent again; otherwise it is to be given its answer
    boolean takes(Exchange exchange, boolean refused) {
        if (hold == null || !exchange.kept) {
            return false;
        }
        demoted |= refused;
        if (demoted && exchange.isUnanswered() && (refused || exchange.readsOnly())) {
            hold.repeat(lane, exchange, take(exchange), false);
            return true;
        }
        forget(exchange);
        return false;
    }

    /// An exchange has been answered in parts.
    void forget(Exchange exchange) {
        if (exchange.kept) {
            exchange.kept = false;
            sent.drop(exchange.requestBytes);
        }
    }

    /// The connection has ended under it.
    ///
    /// @param wasSent whether a byte of it may have reached the node
    void end(Exchange exchange, Failure failure, boolean wasSent) {
        byte[] request = exchange.kept ? take(exchange) : null;
        if (hold != null && request != null && exchange.mayRepeat(wasSent)) {
            hold.repeat(lane, exchange, request, wasSent);
        } else {
            exchange.fail(failure, wasSent);
        }
    }

    private byte[] take(Exchange exchange) {
        exchange.kept = false;
        return sent.take(exchange.requestBytes);
    }
}

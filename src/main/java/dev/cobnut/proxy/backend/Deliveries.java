package dev.cobnut.proxy.backend;

import io.netty.buffer.ByteBuf;

/// The way of what a connection has read to whom it is for.
///
/// ```
///   ReplyReader ─┬─ reply ────► the oldest exchange under way, which leaves the queue with the last byte
///                └─ message ──► the oldest, if it is part of its answer; else the owner of the Lease
/// ```
///
/// Counts what is delivered, pauses the connection for those who do not keep up, and tells the owner when nothing is
/// under way any more. Owned by a [NodeConnection]; for the loop's own thread.
final class Deliveries implements ReplyReader.Receiver {
    private final NodeConnection connection;
    private final NodeLink link;
    private final InFlight inFlight;
    private final Lease lease;
    private final Watchdog watchdog;

    /// The node has answered something on this connection.
    private boolean answered;

    Deliveries(NodeConnection connection, NodeLink link, InFlight inFlight, Lease lease, Watchdog watchdog) {
        this.connection = connection;
        this.link = link;
        this.inFlight = inFlight;
        this.lease = lease;
        this.watchdog = watchdog;
    }

    @Override
    public boolean isClosed() {
        return connection.isClosed();
    }

    @Override
    public boolean expectsReply() {
        return !inFlight.isEmpty();
    }

    @Override
    public boolean expectsMessages() {
        return lease.isOwned();
    }

    @Override
    public boolean isPush(byte[] bytes, int from, int to) {
        return lease.isPush(bytes, from, to);
    }

    @Override
    public void onReply(byte[] bytes, int from, int to) {
        if (!answered) {
            answered = true;
            if (Opening.isRefusal(bytes, from, to)) {
                connection.refused(Opening.text(bytes, from, to));
                return;
            }
        }
        Exchange exchange = dequeue(to - from);
        if (bytes[from] == '-') {
            link.onErrorReply(bytes, from, to);
        }
        if (!exchange.reply(bytes, from, to)) {
            watchdog.pauseFor(exchange);
        }
        tellIdle();
    }

    @Override
    public void onReplyPart(ByteBuf part, boolean last) {
        Exchange exchange = inFlight.oldest();
        if (exchange == null) {
            throw new IllegalStateException("a part of a reply with no exchange waiting");
        }
        if (last) {
            dequeue(part.readableBytes());
        } else {
            link.traffic().onReplyPiece(part.readableBytes());
        }
        if (!exchange.replyPart(part, last)) {
            watchdog.pauseFor(exchange);
        }
        if (last) {
            tellIdle();
        }
    }

    private Exchange dequeue(int replyBytes) {
        Exchange exchange = inFlight.poll();
        if (exchange == null) {
            throw new IllegalStateException("a reply with no exchange waiting");
        }
        if (!exchange.isHidden()) {
            link.onAnswered(exchange.requestBytes, replyBytes);
        }
        return exchange;
    }

    private void tellIdle() {
        if (inFlight.isEmpty()) {
            lease.onIdle();
        }
    }

    @Override
    public void onPush(byte[] bytes, int from, int to) {
        Exchange oldest = inFlight.oldest();
        Exchange.PushAnswer answer = oldest == null ? Exchange.PushAnswer.NOT_MINE : oldest.onPush(bytes, from, to);
        switch (answer) {
            case NOT_MINE -> {
                if (!lease.onPush(bytes, from, to)) {
                    watchdog.pauseForPushes();
                }
            }
            case MINE -> {}
            case LAST -> {
                dequeue(to - from).confirm();
                tellIdle();
            }
        }
    }

    @Override
    public void onPushPart(ByteBuf part, boolean last) {
        if (!lease.onPushPart(part, last)) {
            watchdog.pauseForPushes();
        }
    }
}

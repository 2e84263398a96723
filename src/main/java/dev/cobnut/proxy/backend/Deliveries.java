package dev.cobnut.proxy.backend;

import dev.cobnut.resp.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/// The way of what a connection has read to whom it is for.
///
/// ```
///   ReplyReader ─┬─ reply ────► the oldest exchange under way, which leaves the queue with the last byte
///                └─ message ──► the oldest, if it is part of its answer; else the owner of the Lease, else nobody
/// ```
///
/// After a request has timed out, a lane's replies wait for its [Proof]. Counts what is delivered, pauses the connection for those who do not keep up, and tells the owner when nothing is
/// under way any more. Owned by a [NodeConnection]; for the loop's own thread.
final class Deliveries implements ReplyReader.Receiver {
    private static final byte[] PROVEN = {'+', '\r', '\n'};

    private final NodeConnection connection;
    private final NodeLink link;
    private final InFlight inFlight;
    private final Lease lease;
    private final Watchdog watchdog;
    private final Repeats repeats;

    /// The node has answered something on this connection once that was open.
    private boolean answered;

    /// What replies wait for; null while they are believed.
    private @Nullable Proof proof;

    /// A long reply has begun before the proof was asked for, and is still arriving.
    private boolean begunBefore;

    Deliveries(
            NodeConnection connection,
            NodeLink link,
            InFlight inFlight,
            Lease lease,
            Watchdog watchdog,
            Repeats repeats) {
        this.connection = connection;
        this.link = link;
        this.inFlight = inFlight;
        this.lease = lease;
        this.watchdog = watchdog;
        this.repeats = repeats;
    }

    /// Whether the node has answered anything on this connection, other than to what made it ready.
    boolean hasAnswered() {
        return answered;
    }

    /// Believes no reply any more before the connection has proven itself.
    ///
    /// @param inParts whether a long reply to the oldest request is being read
    /// @return what the node is to be asked to repeat, behind the last request; null when it has been
    @Nullable
    String beginProof(boolean inParts) {
        if (proof != null) {
            return null;
        }
        proof = new Proof(inFlight.size() - (inParts ? 1 : 0));
        begunBefore = inParts;
        return proof.number();
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
    public @Nullable String onUnasked(byte[] bytes, int from, int to) {
        if (!answered && Opening.isRefusal(bytes, from, to)) {
            connection.refused(Opening.text(bytes, from, to));
            return null;
        }
        return "sent bytes that nobody asked for";
    }

    @Override
    public boolean isPush(byte[] bytes, int from, int to) {
        return lease.isPush(bytes, from, to);
    }

    @Override
    public void onReply(byte[] bytes, int from, int to) {
        if (proof == null) {
            deliver(bytes, from, to);
        } else {
            onVerdict(proof, proof.onReply(bytes, from, to));
        }
    }

    private void onVerdict(Proof asked, Proof.Verdict verdict) {
        switch (verdict) {
            case WAIT -> {}
            case FAILED ->
                connection.dieOf(Failure.Kind.BAD_REPLY, "answered out of order after a request had timed out");
            case PROVEN -> {
                proof = null;
                for (Proof.Held each = asked.next(); each != null && !isClosed(); each = asked.next()) {
                    if (each.piece) {
                        deliverPart(Unpooled.wrappedBuffer(each.bytes), each.last);
                    } else {
                        deliver(each.bytes, 0, each.bytes.length);
                    }
                }
                if (!isClosed()) {
                    deliver(PROVEN, 0, PROVEN.length);
                }
            }
        }
    }

    private void deliver(byte[] bytes, int from, int to) {
        if (!answered) {
            if (isNodesOwnWord() && Opening.isRefusal(bytes, from, to)) {
                connection.refused(Opening.text(bytes, from, to));
                return;
            }
            serve();
        }
        Exchange exchange = dequeue(to - from);
        boolean isRefused = bytes[from] == '-' && exchange.speaksForNode() && onErrorReply(bytes, from, to);
        if (!repeats.takes(exchange, isRefused) && !exchange.reply(bytes, from, to)) {
            watchdog.pauseFor(exchange);
        }
        if (isRefused && connection.isLane() && link.hold() != null) {
            // What is under way on it is asked again; nothing new is to come here.
            link.detach(connection);
        }
        tellIdle();
    }

    private void serve() {
        if (!connection.state().isOpening()) {
            answered = true;
            link.health().endRest();
        }
    }

    private boolean isNodesOwnWord() {
        Exchange oldest = inFlight.oldest();
        return oldest != null && oldest.speaksForNode();
    }

    /// @return whether the node is no master, or not yet, and has executed nothing
    private boolean onErrorReply(byte[] bytes, int from, int to) {
        ErrorCode code = ErrorCode.of(bytes, from, to);
        if (code == null) {
            return false;
        }
        if (code.node() == ErrorCode.Node.WANTS_PASSWORD) {
            // Opened when the node wanted none: it would say so to everybody who gets this connection.
            connection.spoil();
        }
        return link.onErrorReply(code, bytes, from, to);
    }

    @Override
    public void onReplyPart(ByteBuf part, boolean last) {
        if (proof == null || begunBefore) {
            begunBefore &= !last;
            deliverPart(part, last);
        } else {
            onVerdict(proof, proof.onPiece(ByteBufUtil.getBytes(part), last));
        }
    }

    private void deliverPart(ByteBuf part, boolean last) {
        if (!answered) {
            serve();
        }
        Exchange exchange = inFlight.oldest();
        if (exchange == null) {
            throw new IllegalStateException("a part of a reply with no exchange waiting");
        }
        if (last) {
            repeats.forget(dequeue(part.readableBytes()));
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
        if (!answered) {
            serve();
        }
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

package dev.cobnut.proxy.backend;

import dev.cobnut.net.IoLoop;
import dev.cobnut.net.Outgoing;
import dev.cobnut.resp.RespWriter;
import dev.cobnut.topology.NodeAddress;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ConnectTimeoutException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One connection to a node, carrying requests in a pipeline and giving each reply to the exchange it belongs to.
///
/// ```
///   send() ──► queue  [ x1 ][ x2 ][ x3 ]   in the order written; the head owns the bytes being read
///          └─► Outgoing ──► socket         written once per loop turn
/// ```
///
/// | state      | entered when                            | requests         | on death they are |
/// |------------|-----------------------------------------|------------------|-------------------|
/// | CONNECTING | created                                 | collected        | not sent          |
/// | PREPARING  | connected; AUTH or SELECT is under way  | collected        | not sent          |
/// | OPEN       | ready                                   | written          | unknown           |
/// | RETIRED    | a newer connection took its place, or a | refused          | unknown           |
/// |            | request has timed out on this one       |                  |                   |
/// | CLOSED     | socket closed, or never opened          | refused          | -                 |
///
/// Bytes that nobody asked for, or that are not RESP of the version agreed on, close the connection. It is shared by
/// clients, or lent to one [ConnectionOwner], who also gets the messages that are no replies; database, protocol
/// version and name then follow that client ([#become]).
///
/// The timeout runs while the node owes us something. It stands still while nothing is read for the sake of a client
/// that does not keep up, and a long reply may take longer than it as long as its bytes keep coming: neither says
/// anything about the node. For the loop's own thread.
public final class NodeConnection extends ChannelInboundHandlerAdapter {
    /// While not open, this much is collected before more is refused.
    static final int COLLECTED_BYTES_MAX = 32 * 1024 * 1024;

    private static final int EXPIRED_MAX = 64;
    private static final long MOVED_GRACE_MILLIS = 1_000;
    private static final long DETACH_AFTER_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long TOO_SLOW_AFTER_NANOS_MAX = TimeUnit.SECONDS.toNanos(1);
    private static final long SLOW_COMMAND_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long BEHIND_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long UNREAD_PUSHES_NANOS_MAX = TimeUnit.SECONDS.toNanos(60);

    /// What a node says to a connection that it does not serve, before it closes it and whatever was asked.
    private static final byte[][] REFUSALS = {
        "-ERR max number of clients".getBytes(StandardCharsets.US_ASCII), "-DENIED ".getBytes(StandardCharsets.US_ASCII)
    };

    private enum State {
        CONNECTING,
        PREPARING,
        OPEN,
        RETIRED,
        CLOSED
    }

    private final IoLoop loop;
    private final NodeLink link;
    private final Traffic traffic;
    private final NodeAddress address;
    private final Outgoing out;
    private final ReplyReader reader;
    private final long timeoutNanos;
    private final long tooSlowAfterNanos;

    private ConnectionMode mode;
    private @Nullable ConnectionOwner owner;
    private PushForm pushForm = PushForm.TYPED;

    private State state = State.CONNECTING;
    private @Nullable Channel channel;
    private final InFlight inFlight = new InFlight();
    private int collectedRequests;
    private int collectedBytes;
    private @Nullable Exchange pausedFor;
    private long pausedSinceNanos;
    private long pausedNanos;
    private long lastReadNanos;
    private long stuckBytes;
    private long stuckSinceNanos;
    private @Nullable Exchange slowest;
    private long slowestSinceNanos;
    private boolean pausedForPushes;
    private long pushesResumedNanos;

    final long bornNanos;

    /// Since when it lies among the idle ones of its link.
    long idleSinceNanos;

    /// The node has answered something on this connection.
    private boolean answered;

    /// The node did not serve this connection, so that nothing that was written has been executed.
    private boolean refused;

    /// The shard has another node by now; what this one does says nothing about it.
    private boolean moved;

    /// Nobody wants it any more; how it ends says nothing about the node.
    private boolean abandoned;

    private List<Runnable> waitingForRoom = new ArrayList<>();

    /// @param shared false for one that is lent to a client at a time, which may ask for another protocol version
    NodeConnection(IoLoop loop, NodeLink link, NodeAddress address, ConnectionMode mode, boolean shared) {
        this.loop = loop;
        this.link = link;
        this.traffic = link.traffic();
        this.address = address;
        this.out = new Outgoing(loop);
        this.reader = new ReplyReader(loop, this);
        this.timeoutNanos = link.settings().timeoutNanos();
        // Early enough for those who wait behind the slow one to be answered within their timeout.
        this.tooSlowAfterNanos =
                timeoutNanos > 0 ? Math.min(TOO_SLOW_AFTER_NANOS_MAX, timeoutNanos / 2) : TOO_SLOW_AFTER_NANOS_MAX;
        this.bornNanos = loop.nowNanos();
        this.lastReadNanos = bornNanos;
        this.mode = mode;
        reader.setResp3(mode.resp3() || !shared);
    }

    // ---- requests -----------------------------------------------------------------------------------------------

    /// True while new requests may be sent here.
    public boolean accepts() {
        return state != State.RETIRED && state != State.CLOSED;
    }

    public boolean idle() {
        return inFlight.isEmpty();
    }

    /// Sends a whole request; `bytes` is copied.
    public void send(Exchange exchange, byte[] bytes, int from, int to) {
        int length = to - from;
        if (state != State.OPEN && out.pendingBytes() + length > COLLECTED_BYTES_MAX) {
            exchange.fail(failure(Failure.Kind.BUSY, "too many requests wait for the connection"));
            return;
        }
        enqueue(exchange, length);
        startTimeout(exchange);
        out.append(bytes, from, length);
    }

    private void startTimeout(Exchange exchange) {
        if (timeoutNanos > 0 && !exchange.waitsWithoutEnd()) {
            exchange.deadlineNanos = loop.nowNanos() - pausedNanos + timeoutNanos;
        }
    }

    /// Starts a request whose bytes follow in pieces. Nothing else may be sent before [#endLong]. Until then it times
    /// out only when the node takes nothing of it for a whole timeout.
    public void beginLong(Exchange exchange) {
        enqueue(exchange, 0);
    }

    /// A piece of the request begun last; `bytes` is copied.
    public void sendPiece(byte[] bytes, int from, int to) {
        traffic.onRequestPiece(to - from);
        out.append(bytes, from, to - from);
    }

    /// A piece of the request begun last; takes the buffer over.
    public void sendPiece(ByteBuf piece) {
        traffic.onRequestPiece(piece.readableBytes());
        out.appendOwned(piece);
    }

    /// The request begun last is whole; its timeout runs from here.
    public void endLong(Exchange exchange) {
        startTimeout(exchange);
    }

    /// False while more is waiting to be written than is sensible; the sender should pause and ask
    /// [#whenRoom] to be woken.
    public boolean hasRoom() {
        Channel open = channel;
        return open != null && state == State.OPEN ? open.isWritable() : out.pendingBytes() < Dialer.WATER_MARK.high();
    }

    /// Runs `work` at the end of the turn in which there is room again, or the connection closes.
    public void whenRoom(Runnable work) {
        if (state == State.CLOSED) {
            loop.defer(work);
        } else {
            waitingForRoom.add(work);
        }
    }

    private void wakeWaiting() {
        if (!waitingForRoom.isEmpty()) {
            List<Runnable> woken = waitingForRoom;
            waitingForRoom = new ArrayList<>();
            woken.forEach(loop::defer);
        }
    }

    private void enqueue(Exchange exchange, int bytes) {
        exchange.requestBytes = bytes;
        inFlight.add(exchange);
        if (exchange.isHidden()) {
            return;
        }
        if (state == State.OPEN) {
            traffic.onWritten(bytes);
        } else {
            collectedRequests++;
            collectedBytes += bytes;
            traffic.onCollected(bytes);
        }
    }

    // ---- lent to one client -----------------------------------------------------------------------------------

    /// Lends it, or takes it back with null.
    public void setOwner(@Nullable ConnectionOwner owner) {
        this.owner = owner;
    }

    /// What the next request finds.
    ConnectionMode mode() {
        return mode;
    }

    /// Whether it can be used in this mode as it is.
    boolean isIn(ConnectionMode wanted) {
        return mode.equals(wanted) && accepts();
    }

    /// Notes what a request of the owner's has changed.
    public void setDatabase(int database) {
        mode = mode.withDatabase(database);
    }

    /// Notes what a request of the owner's has changed.
    public void setResp3(boolean resp3) {
        mode = mode.withResp3(resp3);
    }

    /// Notes what a request of the owner's has changed.
    public void setName(byte[] name) {
        mode = mode.withName(name);
    }

    /// What the owner's requests may make the node send.
    public void setPushForm(PushForm form) {
        pushForm = form;
    }

    /// Brings it into the mode that the next requests need, by commands in front of them.
    public void become(ConnectionMode wanted) {
        ConnectionMode before = mode;
        speak(wanted.resp3());
        mode = wanted;
        if (before.database() != wanted.database()) {
            sendHidden(RespWriter.command("SELECT", Integer.toString(wanted.database())));
        }
        if (!before.name().equals(wanted.name())) {
            sendHidden(RespWriter.command("CLIENT", "SETNAME", wanted.name()));
        }
    }

    /// Brings it to this version of the protocol, which a node agrees to even while a script keeps it busy.
    public void speak(boolean resp3) {
        if (mode.resp3() != resp3) {
            mode = mode.withResp3(resp3);
            sendHidden(RespWriter.command("HELLO", resp3 ? "3" : "2"));
        }
    }

    /// Sends a command of the proxy's own; its reply goes nowhere, and an error closes the connection.
    public void sendHidden(byte[] command) {
        send(new PreludeStep(this, command, false), command, 0, command.length);
    }

    /// Whether the oldest request under way, the proxy's own apart, is one that may take as long as it likes.
    public boolean isWaitingWithoutEnd() {
        Exchange oldest = inFlight.oldestOfClients();
        return oldest != null && oldest.waitsWithoutEnd();
    }

    boolean isOwned() {
        return owner != null;
    }

    boolean isPush(byte[] bytes, int from, int to) {
        return owner != null && pushForm.matches(bytes, from, to, mode.resp3());
    }

    void onPush(byte[] bytes, int from, int to) {
        Exchange oldest = inFlight.oldest();
        Exchange.PushAnswer answer = oldest == null ? Exchange.PushAnswer.NOT_MINE : oldest.onPush(bytes, from, to);
        switch (answer) {
            case NOT_MINE -> {
                ConnectionOwner receiver = owner;
                if (receiver != null && !receiver.onPush(bytes, from, to)) {
                    pauseForPushes();
                }
            }
            case MINE -> {}
            case LAST -> {
                dequeue(to - from).confirm();
                tellIdle();
            }
        }
    }

    void onPushPart(ByteBuf part, boolean last) {
        ConnectionOwner receiver = owner;
        if (receiver != null && !receiver.onPushPart(part, last)) {
            pauseForPushes();
        }
    }

    private void pauseForPushes() {
        Channel open = channel;
        if (open != null && !pausedForPushes) {
            pausedForPushes = true;
            pausedSinceNanos = pausedFor == null ? loop.nowNanos() : pausedSinceNanos;
            open.config().setAutoRead(false);
        }
    }

    /// Whether its owner does not keep up with its messages, or did not a moment ago: a node drops those who do not.
    public boolean isBehind() {
        return pausedForPushes || (pushesResumedNanos != 0 && loop.nowNanos() - pushesResumedNanos < BEHIND_NANOS);
    }

    private void tellIdle() {
        if (owner != null && inFlight.isEmpty()) {
            owner.onIdle();
        }
    }

    // ---- replies ------------------------------------------------------------------------------------------------

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf buffer = (ByteBuf) message;
        lastReadNanos = loop.updateNow();
        String wrong;
        try {
            wrong = reader.read(buffer);
        } finally {
            buffer.release();
        }
        if (wrong != null) {
            die(Failure.Kind.BAD_REPLY, wrong);
        } else if (state == State.RETIRED && inFlight.isEmpty()) {
            closeQuietly();
        }
    }

    boolean isClosed() {
        return state == State.CLOSED;
    }

    boolean expectsReply() {
        return !inFlight.isEmpty();
    }

    void onReply(byte[] bytes, int from, int to) {
        if (!answered) {
            answered = true;
            if (isRefusal(bytes, from, to)) {
                refused = true;
                die(Failure.Kind.REFUSED, "answered \"" + text(bytes, from, to) + "\"");
                return;
            }
        }
        Exchange exchange = dequeue(to - from);
        if (bytes[from] == '-') {
            link.onErrorReply(bytes, from, to);
        }
        if (!exchange.reply(bytes, from, to)) {
            pause(exchange);
        }
        tellIdle();
    }

    private static boolean isRefusal(byte[] bytes, int from, int to) {
        for (byte[] prefix : REFUSALS) {
            if (to - from > prefix.length
                    && Arrays.equals(bytes, from, from + prefix.length, prefix, 0, prefix.length)) {
                return true;
            }
        }
        return false;
    }

    private static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.UTF_8).strip();
    }

    void onReplyPart(ByteBuf part, boolean last) {
        Exchange exchange = inFlight.oldest();
        if (exchange == null) {
            throw new IllegalStateException("a part of a reply with no exchange waiting");
        }
        if (last) {
            dequeue(part.readableBytes());
        } else {
            traffic.onReplyPiece(part.readableBytes());
        }
        if (!exchange.replyPart(part, last)) {
            pause(exchange);
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

    // ---- a receiver that does not keep up ---------------------------------------------------------------------------

    private void pause(Exchange exchange) {
        Channel open = channel;
        if (pausedFor == null && open != null) {
            pausedFor = exchange;
            pausedSinceNanos = loop.nowNanos();
            open.config().setAutoRead(false);
        }
        exchange.onPaused(this);
    }

    /// The receiver that made this connection pause has room again.
    public void resume() {
        Channel open = channel;
        if ((pausedFor != null || pausedForPushes) && open != null) {
            pushesResumedNanos = pausedForPushes ? loop.nowNanos() : pushesResumedNanos;
            pausedFor = null;
            pausedForPushes = false;
            pausedNanos += loop.nowNanos() - pausedSinceNanos;
            lastReadNanos = loop.nowNanos();
            open.config().setAutoRead(true);
        }
    }

    // ---- time -------------------------------------------------------------------------------------------------------

    /// Expires what has waited too long.
    void tick(long nowNanos) {
        if (pausedFor != null) {
            long paused = nowNanos - pausedSinceNanos;
            if (paused > DETACH_AFTER_NANOS) {
                link.detach(this);
            }
            // Those who wait behind several slow ones wait that long once, not once for each.
            long allowed = pausedNanos > tooSlowAfterNanos ? DETACH_AFTER_NANOS : tooSlowAfterNanos;
            if (paused > allowed && inFlight.hasOthersThan(pausedFor)) {
                Exchange slow = pausedFor;
                resume();
                slow.onTooSlow();
            }
            return;
        }
        if (pausedForPushes) {
            if (owner != null && nowNanos - pausedSinceNanos > UNREAD_PUSHES_NANOS_MAX) {
                owner.onTooSlow();
            }
            return;
        }
        if (timeoutNanos > 0) {
            expire(nowNanos);
        }
        detachIfSlow(nowNanos);
    }

    /// New requests of others do not wait behind a command that takes its time: a script, KEYS, CLIENT PAUSE.
    private void detachIfSlow(long nowNanos) {
        Exchange oldest = state == State.OPEN ? inFlight.oldest() : null;
        if (oldest == null || oldest != slowest) {
            slowest = oldest;
            slowestSinceNanos = nowNanos;
        } else if (nowNanos - Math.max(slowestSinceNanos, lastReadNanos) > SLOW_COMMAND_NANOS) {
            link.detachSlow(this);
        }
    }

    private void expire(long nowNanos) {
        Exchange oldest = inFlight.oldest();
        long clock = nowNanos - pausedNanos;
        if (oldest != null && oldest.deadlineNanos == 0) {
            expireStuck(nowNanos);
            return;
        }
        if (oldest == null || clock - oldest.deadlineNanos < 0) {
            return;
        }
        if (state == State.CONNECTING || state == State.PREPARING) {
            die(
                    Failure.Kind.TIMED_OUT,
                    "no connection within " + link.settings().timeoutMillis() + " ms");
            return;
        }
        boolean arriving = reader.isInParts() && nowNanos - lastReadNanos < timeoutNanos;
        if ((!arriving && clock - oldest.deadlineNanos > timeoutNanos) || inFlight.expired() >= EXPIRED_MAX) {
            die(Failure.Kind.TIMED_OUT, "no answer for twice the timeout");
            return;
        }
        Failure failure = inFlight.expire(
                clock,
                arriving ? oldest : null,
                () -> failure(
                        Failure.Kind.TIMED_OUT,
                        "no answer within " + link.settings().timeoutMillis() + " ms"));
        if (failure == null || moved) {
            return;
        }
        if (nowNanos - lastReadNanos >= timeoutNanos) {
            link.onSilence(failure);
        }
        if (state != State.RETIRED) {
            // New requests do not wait behind what was late, nor on a connection that may be one reply behind for ever.
            link.detach(this);
        }
    }

    /// A long request is still coming from its client. A slow client is not the node's fault; a node that takes
    /// nothing of it is.
    private void expireStuck(long nowNanos) {
        long waiting = state == State.OPEN && hasRoom() ? 0 : out.pendingBytes();
        if (waiting == 0 || waiting != stuckBytes) {
            stuckBytes = waiting;
            stuckSinceNanos = nowNanos;
        } else if (nowNanos - stuckSinceNanos > timeoutNanos) {
            die(
                    Failure.Kind.TIMED_OUT,
                    "took nothing of a long request for " + link.settings().timeoutMillis() + " ms");
        }
    }

    // ---- life -------------------------------------------------------------------------------------------------------

    void connect() {
        loop.resolver().resolve(address, loop.eventLoop(), (socketAddress, unresolved) -> {
            if (state == State.CLOSED) {
                return;
            }
            if (socketAddress == null) {
                die(Failure.Kind.HOST_DOWN, "the name does not resolve");
            } else {
                dial(socketAddress);
            }
        });
    }

    private void dial(SocketAddress target) {
        ChannelFuture connecting = Dialer.dial(loop, target, link.settings().timeoutMillis(), this);
        channel = connecting.channel();
        connecting.addListener(done -> {
            if (!done.isSuccess() && state != State.CLOSED) {
                dieOf(done.cause());
            }
        });
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (state == State.CLOSED) {
            context.close();
            return;
        }
        traffic.onConnected();
        List<byte[]> prelude = link.settings().prelude(mode);
        if (prelude.isEmpty()) {
            open(context.channel());
            return;
        }
        state = State.PREPARING;
        link.health().onConnected();
        for (int i = prelude.size() - 1; i >= 0; i--) {
            Exchange step = new PreludeStep(this, prelude.get(i), i == prelude.size() - 1);
            startTimeout(step);
            inFlight.addFirst(step);
        }
        for (byte[] command : prelude) {
            context.write(Unpooled.wrappedBuffer(command));
        }
        context.flush();
    }

    void prepared() {
        Channel open = channel;
        if (state == State.PREPARING && open != null) {
            open(open);
        }
    }

    void prepareFailed(String command, byte[] bytes, int from, int to) {
        String answer = text(bytes, from, to);
        String detail = "answered " + command + " with \"" + answer + "\"";
        if (state == State.PREPARING && isTemporary(answer)) {
            die(Failure.answered(detailed(detail), answer));
        } else {
            die(Failure.Kind.BAD_REPLY, detail);
        }
    }

    /// What the node would have answered to the requests that wait, too.
    private static boolean isTemporary(String answer) {
        return answer.startsWith("-BUSY ") || answer.startsWith("-LOADING ");
    }

    private void open(Channel channel) {
        if (state == State.CONNECTING) {
            link.health().onConnected();
        }
        state = State.OPEN;
        this.channel = channel;
        traffic.onOpened(collectedRequests, collectedBytes);
        out.open(channel);
        wakeWaiting();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (context.channel().isWritable()) {
            wakeWaiting();
        }
    }

    /// Another connection takes its place: takes no more requests, and closes once the last one is answered.
    void retire() {
        if (state == State.CLOSED) {
            return;
        }
        state = State.RETIRED;
        wakeWaiting();
        if (inFlight.isEmpty()) {
            closeQuietly();
        }
    }

    /// The shard has another node: the same, but [#MOVED_GRACE_MILLIS] later at the latest.
    void move() {
        if (state == State.CLOSED) {
            return;
        }
        if (state != State.OPEN && state != State.RETIRED) {
            abandoned = true;
            die(Failure.Kind.REFUSED, "the shard has moved to another node");
            return;
        }
        state = State.RETIRED;
        moved = true;
        wakeWaiting();
        if (owner != null) {
            owner.onMoved();
        }
        if (inFlight.isEmpty()) {
            closeQuietly();
        } else {
            loop.eventLoop()
                    .schedule(
                            () -> die(Failure.Kind.CLOSED, "the shard has moved to another node"),
                            MOVED_GRACE_MILLIS,
                            TimeUnit.MILLISECONDS);
        }
    }

    /// Gives up on the request begun last, which was not sent whole, so the node will not execute it.
    public void abort() {
        if (state != State.CLOSED) {
            abandoned = true;
            closeQuietly();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        die(Failure.Kind.CLOSED, "the node closed the connection");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        dieOf(cause);
    }

    private void dieOf(Throwable cause) {
        Failure.Kind kind = switch (cause) {
            case NoRouteToHostException _ -> Failure.Kind.UNREACHABLE;
            case ConnectTimeoutException _ -> Failure.Kind.TIMED_OUT;
            case ConnectException _ -> Failure.Kind.REFUSED;
            default -> state == State.CONNECTING ? Failure.Kind.REFUSED : Failure.Kind.RESET;
        };
        die(kind, kind == Failure.Kind.RESET ? "the connection broke" : "cannot connect");
    }

    private void closeQuietly() {
        die(Failure.Kind.CLOSED, "the connection was closed");
    }

    private Failure failure(Failure.Kind kind, String detail) {
        return new Failure(kind, detailed(detail));
    }

    private String detailed(String detail) {
        return "shard " + link.name() + " (" + address + "): " + detail;
    }

    private void die(Failure.Kind kind, String detail) {
        if (state != State.CLOSED) {
            die(failure(kind, detail));
        }
    }

    /// The only way to CLOSED: everything in the queue fails, in order.
    private void die(Failure failure) {
        boolean written = state == State.OPEN || state == State.RETIRED;
        boolean sent = written && !refused;
        boolean connected = state != State.CONNECTING;
        boolean replaced = state == State.RETIRED || abandoned;
        boolean harmless = inFlight.isEmpty() && failure.kind() == Failure.Kind.CLOSED;
        state = State.CLOSED;
        out.close();
        if (channel != null) {
            channel.close();
        }
        if (connected) {
            traffic.onDisconnected();
        }
        if (replaced) {
            link.forget(this);
        } else {
            link.onLost(this, failure, harmless);
        }
        for (Exchange each = inFlight.poll(); each != null; each = inFlight.poll()) {
            if (!each.isHidden()) {
                traffic.onAbandoned(each.requestBytes, written);
            }
            each.fail(failure, sent);
        }
        wakeWaiting();
        if (owner != null) {
            owner.onLost(failure);
        }
    }
}

package dev.cobnut.proxy.backend;

import dev.cobnut.net.IoLoop;
import dev.cobnut.net.Outgoing;
import dev.cobnut.resp.RespWriter;
import dev.cobnut.topology.NodeAddress;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One connection to a node, carrying requests in a pipeline and giving each reply to the exchange it belongs to.
///
/// ```
///   send() ──► InFlight  [ x1 ][ x2 ][ x3 ]   in the order written; the head owns the bytes being read
///          └─► Outgoing ──► socket            written once per loop turn
/// ```
///
/// Its life is a [ConnectionState]. [Opening] brings it to OPEN, [ReplyReader] cuts replies, [ReadPause] and [Patience]
/// know for whom and for how long it waits. Bytes that nobody asked for, or that are not RESP of the version agreed on,
/// close it. Shared by clients as a lane of a [NodeLink], or lent by [Loans] to one [ConnectionOwner], who also gets the
/// messages that are no replies; its [ConnectionMode] then follows that client ([#become]). For the loop's own thread.
///
/// It is longer than other files, since state, queue and socket change together: whoever writes needs all three, and
/// so does whoever dies.
public final class NodeConnection extends ChannelInboundHandlerAdapter implements Resumable {
    private static final long MOVED_GRACE_MILLIS = 1_000;

    /// How it ends.
    private enum Ending {
        /// By the node, or for what it did: it counts against the node.
        LOST,
        /// The same, but the node has said that it executed nothing.
        REFUSED,
        /// Nobody wants it any more: it says nothing about the node.
        LET_GO
    }

    private final IoLoop loop;
    private final NodeLink link;
    private final Traffic traffic;
    private final NodeAddress address;
    private final Outgoing out;
    private final ReplyReader reader;
    private final InFlight inFlight = new InFlight();
    private final Opening opening;
    private final Patience patience;
    private final ReadPause pause;

    private ConnectionState state = ConnectionState.CONNECTING;
    private @Nullable Channel channel;
    private ConnectionMode mode;
    private @Nullable ConnectionOwner owner;
    private PushForm pushForm = PushForm.TYPED;
    private List<Runnable> waitingForRoom = new ArrayList<>();

    /// The node has answered something on this connection.
    private boolean answered;

    final long bornNanos;

    /// Since when it lies among the idle ones of its link.
    long idleSinceNanos;

    /// @param shared false for one that is lent to a client at a time, which may ask for another protocol version
    NodeConnection(IoLoop loop, NodeLink link, NodeAddress address, ConnectionMode mode, boolean shared) {
        this.loop = loop;
        this.link = link;
        this.traffic = link.traffic();
        this.address = address;
        this.mode = mode;
        this.out = new Outgoing(loop);
        this.reader = new ReplyReader(loop, this);
        this.opening = new Opening(loop, this, link.settings());
        this.bornNanos = loop.nowNanos();
        this.patience = new Patience(link.settings().timeoutNanos(), bornNanos);
        this.pause = new ReadPause(link.settings().timeoutNanos());
        // Replies to what came before HELLO are of the other version: a lent connection may get both.
        reader.setResp3(mode.resp3() || !shared);
    }

    private void enter(ConnectionState next) {
        state = state.to(next);
    }

    // ---- requests -----------------------------------------------------------------------------------------------

    /// True while new requests may be sent here.
    public boolean accepts() {
        return state == ConnectionState.OPEN || state.isOpening();
    }

    public boolean idle() {
        return inFlight.isEmpty();
    }

    /// Sends a whole request; `bytes` is copied.
    public void send(Exchange exchange, byte[] bytes, int from, int to) {
        int length = to - from;
        if (state != ConnectionState.OPEN && out.pendingBytes() + length > Opening.COLLECTED_BYTES_MAX) {
            exchange.fail(failure(Failure.Kind.BUSY, "too many requests wait for the connection"));
            return;
        }
        enqueue(exchange, length);
        patience.start(exchange, pause.clock(loop.nowNanos()));
        out.append(bytes, from, length);
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
        patience.start(exchange, pause.clock(loop.nowNanos()));
    }

    private void enqueue(Exchange exchange, int bytes) {
        exchange.requestBytes = bytes;
        inFlight.add(exchange);
        if (exchange.isHidden()) {
            return;
        }
        if (state.isOpening()) {
            opening.collect(bytes);
            traffic.onCollected(bytes);
        } else {
            traffic.onWritten(bytes);
        }
    }

    /// False while more is waiting to be written than is sensible; the sender should pause and ask
    /// [#whenRoom] to be woken.
    public boolean hasRoom() {
        Channel open = channel;
        return open != null && state == ConnectionState.OPEN
                ? open.isWritable()
                : out.pendingBytes() < Dialer.WATER_MARK.high();
    }

    /// Runs `work` at the end of the turn in which there is room again, or the connection closes.
    public void whenRoom(Runnable work) {
        if (state == ConnectionState.CLOSED) {
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

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (context.channel().isWritable()) {
            wakeWaiting();
        }
    }

    // ---- lent to one client -----------------------------------------------------------------------------------

    /// Lends it, or takes it back with null.
    public void setOwner(@Nullable ConnectionOwner owner) {
        this.owner = owner;
    }

    boolean isOwned() {
        return owner != null;
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
        speak(wanted.resp3());
        ConnectionMode before = mode;
        mode = wanted;
        if (before.database() != wanted.database()) {
            sendHidden("SELECT", Integer.toString(wanted.database()));
        }
        if (!before.name().equals(wanted.name())) {
            sendHidden("CLIENT", "SETNAME", wanted.name());
        }
    }

    /// Brings it to this version of the protocol, which a node agrees to even while a script keeps it busy.
    public void speak(boolean resp3) {
        if (mode.resp3() != resp3) {
            mode = mode.withResp3(resp3);
            sendHidden("HELLO", resp3 ? "3" : "2");
        }
    }

    /// Sends a command of the proxy's own; its reply goes nowhere, and an error closes the connection.
    public void sendHidden(String... words) {
        byte[] command = RespWriter.command(words);
        send(new PreludeStep(this, words[0], false), command, 0, command.length);
    }

    /// Whether the oldest request under way, the proxy's own apart, is one that may take as long as it likes.
    public boolean isWaitingWithoutEnd() {
        Exchange oldest = inFlight.oldestOfClients();
        return oldest != null && oldest.waitsWithoutEnd();
    }

    /// Whether its owner does not keep up with its messages, or did not a moment ago: a node drops those who do not.
    public boolean isBehind() {
        return pause.isBehind(loop.nowNanos());
    }

    private void tellIdle() {
        if (owner != null && inFlight.isEmpty()) {
            owner.onIdle();
        }
    }

    // ---- replies and messages -----------------------------------------------------------------------------------

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf buffer = (ByteBuf) message;
        patience.onRead(loop.updateNow());
        String wrong;
        try {
            wrong = reader.read(buffer);
        } finally {
            buffer.release();
        }
        if (wrong != null) {
            die(Failure.Kind.BAD_REPLY, wrong, Ending.LOST);
        } else if (state.isLeaving() && inFlight.isEmpty()) {
            closeQuietly(Ending.LET_GO);
        }
    }

    boolean isClosed() {
        return state == ConnectionState.CLOSED;
    }

    boolean expectsReply() {
        return !inFlight.isEmpty();
    }

    boolean isPush(byte[] bytes, int from, int to) {
        return owner != null && pushForm.matches(bytes, from, to, mode.resp3());
    }

    void onReply(byte[] bytes, int from, int to) {
        if (!answered) {
            answered = true;
            if (Opening.isRefusal(bytes, from, to)) {
                die(Failure.Kind.REFUSED, "answered \"" + Opening.text(bytes, from, to) + "\"", Ending.REFUSED);
                return;
            }
        }
        Exchange exchange = dequeue(to - from);
        if (bytes[from] == '-') {
            link.onErrorReply(bytes, from, to);
        }
        if (!exchange.reply(bytes, from, to)) {
            pauseFor(exchange);
        }
        tellIdle();
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
            pauseFor(exchange);
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

    // ---- those who do not keep up ---------------------------------------------------------------------------------

    private void pauseFor(Exchange exchange) {
        pause.begin(exchange, loop.nowNanos());
        setReading(false);
        exchange.onPaused(this);
    }

    private void pauseForPushes() {
        pause.beginForPushes(loop.nowNanos());
        setReading(false);
    }

    @Override
    public void resume() {
        if (pause.end(loop.nowNanos())) {
            patience.onRead(loop.nowNanos());
            setReading(true);
        }
    }

    private void setReading(boolean reading) {
        if (channel != null) {
            channel.config().setAutoRead(reading);
        }
    }

    // ---- time -------------------------------------------------------------------------------------------------------

    /// Expires what has waited too long.
    void tick(long nowNanos) {
        switch (pause.look(nowNanos)) {
            case READING -> lookAfterNode(nowNanos);
            case PAUSED -> {}
            case DETACH -> link.detach(this);
            case TOO_SLOW -> {
                link.detach(this);
                letGoOfSlow();
            }
            case OWNER_TOO_SLOW -> {
                if (owner != null) {
                    owner.onTooSlow();
                }
            }
        }
    }

    private void letGoOfSlow() {
        Exchange slow = pause.slow();
        if (slow != null && inFlight.hasOthersThan(slow)) {
            resume();
            slow.onTooSlow();
        }
    }

    private void lookAfterNode(long nowNanos) {
        long clock = pause.clock(nowNanos);
        long unsent = state == ConnectionState.OPEN && hasRoom() ? 0 : out.pendingBytes();
        switch (patience.look(nowNanos, clock, state.isOpening(), inFlight, reader.isInParts(), unsent)) {
            case WAIT -> {}
            case EXPIRE -> expire(nowNanos, clock, null);
            case EXPIRE_BEHIND -> expire(nowNanos, clock, inFlight.oldest());
            case DIE_CONNECTING -> dieOfTimeout("no connection within " + timeout());
            case DIE_SILENT -> dieOfTimeout("no answer for twice the timeout");
            case DIE_STUCK -> dieOfTimeout("took nothing of a long request for " + timeout());
        }
        if (patience.isSlow(nowNanos, state == ConnectionState.OPEN ? inFlight.oldest() : null)) {
            link.detachSlow(this);
        }
    }

    private void expire(long nowNanos, long clockNanos, @Nullable Exchange spared) {
        Failure failure = inFlight.expire(
                clockNanos, spared, () -> failure(Failure.Kind.TIMED_OUT, "no answer within " + timeout()));
        if (failure == null || state == ConnectionState.MOVED) {
            return;
        }
        if (patience.isSilent(nowNanos)) {
            link.onSilence(failure);
        }
        // New requests do not wait behind what was late, nor on a connection that may be one reply behind for ever.
        link.detach(this);
    }

    private String timeout() {
        return link.settings().timeoutMillis() + " ms";
    }

    private void dieOfTimeout(String detail) {
        die(Failure.Kind.TIMED_OUT, detail, Ending.LOST);
    }

    // ---- to OPEN ----------------------------------------------------------------------------------------------------

    void connect() {
        opening.connect(address);
    }

    void onUnresolved() {
        die(Failure.Kind.HOST_DOWN, "the name does not resolve", Ending.LOST);
    }

    void onDialled(Channel dialled) {
        channel = dialled;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (state == ConnectionState.CLOSED) {
            context.close();
            return;
        }
        channel = context.channel();
        traffic.onConnected();
        link.health().onConnected();
        if (opening.prepare(context, mode)) {
            enter(ConnectionState.PREPARING);
        } else {
            open(context.channel());
        }
    }

    /// Queues a step of the prelude before all else.
    void expectFirst(Exchange step) {
        patience.start(step, pause.clock(loop.nowNanos()));
        inFlight.addFirst(step);
    }

    void prepared() {
        Channel open = channel;
        if (state == ConnectionState.PREPARING && open != null) {
            open(open);
        }
    }

    void prepareFailed(String command, byte[] bytes, int from, int to) {
        String answer = Opening.text(bytes, from, to);
        String detail = "answered " + command + " with \"" + answer + "\"";
        if (state == ConnectionState.PREPARING && Opening.isTemporary(bytes, from, to)) {
            die(Failure.answered(detailed(detail), answer), Ending.LOST);
        } else {
            die(Failure.Kind.BAD_REPLY, detail, Ending.LOST);
        }
    }

    private void open(Channel ready) {
        enter(ConnectionState.OPEN);
        opening.end(traffic);
        out.open(ready);
        wakeWaiting();
    }

    // ---- to CLOSED --------------------------------------------------------------------------------------------------

    /// Another connection takes its place: takes no more requests, and closes once the last one is answered.
    void retire() {
        enter(ConnectionState.RETIRED);
        wakeWaiting();
        if (inFlight.isEmpty()) {
            closeQuietly(Ending.LET_GO);
        }
    }

    /// The shard has another node: the same, but in any case [#MOVED_GRACE_MILLIS] from now.
    void move() {
        if (state.isOpening()) {
            die(Failure.Kind.REFUSED, "the shard has moved to another node", Ending.LET_GO);
        } else if (state == ConnectionState.OPEN || state == ConnectionState.RETIRED) {
            enter(ConnectionState.MOVED);
            wakeWaiting();
            if (owner != null) {
                owner.onMoved();
            }
            if (inFlight.isEmpty()) {
                closeQuietly(Ending.LET_GO);
            } else {
                loop.eventLoop().schedule(this::dieOfMove, MOVED_GRACE_MILLIS, TimeUnit.MILLISECONDS);
            }
        }
    }

    private void dieOfMove() {
        die(Failure.Kind.CLOSED, "the shard has moved to another node", Ending.LET_GO);
    }

    /// Gives up on the request begun last, which was not sent whole, so the node will not execute it.
    public void abort() {
        closeQuietly(Ending.LET_GO);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        die(Failure.Kind.CLOSED, "the node closed the connection", Ending.LOST);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        dieOf(cause);
    }

    void dieOf(Throwable cause) {
        Failure.Kind kind = Failure.Kind.of(cause, state == ConnectionState.CONNECTING);
        die(kind, kind == Failure.Kind.RESET ? "the connection broke" : "cannot connect", Ending.LOST);
    }

    private void closeQuietly(Ending ending) {
        die(Failure.Kind.CLOSED, "the connection was closed", ending);
    }

    private Failure failure(Failure.Kind kind, String detail) {
        return new Failure(kind, detailed(detail));
    }

    private String detailed(String detail) {
        return "shard " + link.name() + " (" + address + "): " + detail;
    }

    private void die(Failure.Kind kind, String detail, Ending ending) {
        if (state != ConnectionState.CLOSED) {
            die(failure(kind, detail), ending);
        }
    }

    /// The only way to CLOSED: everything in the queue fails, in order. One that was leaving is let go however it ends.
    private void die(Failure failure, Ending ending) {
        ConnectionState before = state;
        boolean written = !before.isOpening();
        boolean harmless = inFlight.isEmpty() && failure.kind() == Failure.Kind.CLOSED;
        enter(ConnectionState.CLOSED);
        out.close();
        if (channel != null) {
            channel.close();
        }
        if (before != ConnectionState.CONNECTING) {
            traffic.onDisconnected();
        }
        if (ending == Ending.LET_GO || before.isLeaving()) {
            link.forget(this);
        } else {
            link.onLost(this, failure, harmless);
        }
        for (Exchange each = inFlight.poll(); each != null; each = inFlight.poll()) {
            if (!each.isHidden()) {
                traffic.onAbandoned(each.requestBytes, written);
            }
            each.fail(failure, written && ending != Ending.REFUSED);
        }
        wakeWaiting();
        if (owner != null) {
            owner.onLost(failure);
        }
    }
}

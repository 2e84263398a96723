package dev.cobnut.proxy.backend;

import dev.cobnut.net.IoLoop;
import dev.cobnut.net.Socket;
import dev.cobnut.resp.RespWriter;
import dev.cobnut.topology.NodeAddress;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// One connection to a node, carrying requests in a pipeline and giving each reply to the exchange it belongs to.
///
/// ```
///   send() ──► InFlight  [ x1 ][ x2 ][ x3 ]   in the order written; the head owns the bytes being read
///          └─► Socket                         written once per loop turn
/// ```
///
/// Its life is a [ConnectionState], and the only ways through it are here: [Opening] brings it to OPEN, and every death goes
/// by one door. [ReplyReader] cuts what the node sends, [Deliveries] brings it to those it is for, [Watchdog] looks after
/// timeouts and slow readers, [Repeats] keeps what may be sent again. Bytes that nobody asked for close it. Shared by
/// clients as a lane of a [NodeLink], or lent by [Loans] to a [ConnectionOwner], by its [Lease]. For the loop's own thread.
public final class NodeConnection extends ChannelInboundHandlerAdapter implements Resumable {
    private static final long MOVED_GRACE_MILLIS = 1_000;

    private final IoLoop loop;
    private final NodeLink link;
    private final Traffic traffic;
    private final NodeAddress address;
    private final boolean shared;
    private final Repeats repeats;
    private final Socket socket;
    private final Room room;
    private final InFlight inFlight = new InFlight();
    private final Opening opening;
    private final Lease lease;
    private final Watchdog watchdog;
    private final Deliveries deliveries;
    private final ReplyReader reader;

    private ConnectionState state = ConnectionState.CONNECTING;

    /// @param lane its number; [LinkSettings#NO_LANE] for one that is lent to a client at a time, which may ask for another
    ///     protocol version
    NodeConnection(IoLoop loop, NodeLink link, NodeAddress address, ConnectionMode mode, int lane) {
        this.loop = loop;
        this.link = link;
        this.traffic = link.traffic();
        this.address = address;
        this.shared = lane != LinkSettings.NO_LANE;
        this.repeats = new Repeats(link.hold(), lane);
        this.socket = new Socket(loop);
        this.opening = new Opening(loop, this, link.settings(), link.hold());
        this.room = new Room(loop, socket);
        this.lease = new Lease(mode, loop.nowNanos(), this::sendHidden);
        this.watchdog = new Watchdog(loop, this, link, socket, inFlight, lease);
        this.deliveries = new Deliveries(this, link, inFlight, lease, watchdog, repeats);
        this.reader = new ReplyReader(loop, deliveries);
        // Replies to what came before HELLO are of the other version: a lent connection may get both.
        reader.setResp3(mode.resp3() || !shared);
    }

    ConnectionState state() {
        return state;
    }

    boolean isClosed() {
        return state == ConnectionState.CLOSED;
    }

    boolean isLane() {
        return shared;
    }

    public NodeAddress address() {
        return address;
    }

    boolean hasAnswered() {
        return deliveries.hasAnswered();
    }

    public Lease lease() {
        return lease;
    }

    // ---- requests -----------------------------------------------------------------------------------------------

    public boolean accepts() {
        return state == ConnectionState.OPEN || state.isOpening();
    }

    public boolean idle() {
        return inFlight.isEmpty();
    }

    /// Sends a whole request; `bytes` is copied.
    public void send(Exchange exchange, byte[] bytes, int from, int to) {
        int length = to - from;
        if (!room.fits(state, length)) {
            exchange.fail(failure(Failure.Kind.BUSY, "too many requests wait for the connection"));
            return;
        }
        enqueue(exchange, length);
        repeats.keep(exchange, bytes, from, length);
        watchdog.start(exchange);
        socket.append(bytes, from, length);
    }

    /// Starts a request whose bytes follow in pieces. Nothing else may be sent before [#endLong]. Until then it times
    /// out only when the node takes nothing of it for a whole timeout.
    public void beginLong(Exchange exchange) {
        enqueue(exchange, 0);
    }

    /// A piece of the request begun last; `bytes` is copied.
    public void sendPiece(byte[] bytes, int from, int to) {
        traffic.onRequestPiece(to - from);
        socket.append(bytes, from, to - from);
    }

    /// A piece of the request begun last; takes the buffer over.
    public void sendPiece(ByteBuf piece) {
        traffic.onRequestPiece(piece.readableBytes());
        socket.appendOwned(piece);
    }

    /// The request begun last is whole; its timeout runs from here.
    public void endLong(Exchange exchange) {
        watchdog.start(exchange);
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

    /// Sends a command of the proxy's own; its reply goes nowhere, and an error closes the connection.
    public void sendHidden(String... words) {
        byte[] command = RespWriter.command(words);
        send(new PreludeStep(this, words[0], false), command, 0, command.length);
    }

    public boolean isWaitingWithoutEnd() {
        return inFlight.waitsWithoutEnd();
    }

    // ---- room -------------------------------------------------------------------------------------------------------

    /// False while more is waiting to be written than is sensible; the sender should pause and ask
    /// [#whenRoom] to be woken.
    public boolean hasRoom() {
        return room.isThere(state);
    }

    long unsentBytes() {
        return room.unsentBytes(state);
    }

    public void whenRoom(Runnable work) {
        room.whenThere(state, work);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (socket.isWritable()) {
            room.wakeAll();
        }
    }

    // ---- reading, and time ----------------------------------------------------------------------------------------

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf buffer = (ByteBuf) message;
        watchdog.onRead(loop.updateNow());
        String wrong;
        try {
            wrong = reader.read(buffer);
        } finally {
            buffer.release();
        }
        if (wrong != null) {
            die(Failure.Kind.BAD_REPLY, wrong, Ending.LOST);
        } else if (state.isLeaving() && inFlight.isEmpty()) {
            abort();
        }
    }

    /// As for [ReadPause#isBehind].
    public boolean isBehind() {
        return watchdog.isBehind();
    }

    @Override
    public boolean owesReplies() {
        return !inFlight.isEmpty();
    }

    @Override
    public void resume() {
        watchdog.resume();
    }

    /// A request has timed out: believes no reply to the others before the node has shown that it answers in order.
    void prove() {
        String number = deliveries.beginProof(reader.isInParts());
        if (number != null) {
            sendHidden("ECHO", number);
        }
    }

    void tick(long nowNanos) {
        watchdog.tick(nowNanos, reader.isInParts());
    }

    // ---- to OPEN ----------------------------------------------------------------------------------------------------

    void connect() {
        opening.connect(address);
    }

    void onDialled(Channel dialled) {
        socket.attach(dialled);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (state == ConnectionState.CLOSED || (shared && link.isHeld())) {
            context.close();
            abort();
            return;
        }
        link.onConnected(this);
        List<String[]> prelude = opening.prelude(lease.mode());
        if (prelude.isEmpty()) {
            open();
        } else {
            // Before it is written, since a write that fails at once ends the connection.
            state = state.to(ConnectionState.PREPARING);
            opening.prepare(socket, prelude);
        }
    }

    /// Queues a step of the prelude before all else.
    void expectFirst(Exchange step) {
        watchdog.start(step);
        inFlight.addFirst(step);
    }

    void prepared() {
        if (shared && link.isHeld()) {
            abort(); // what was collected is not sent before it is decided where to
        } else if (state == ConnectionState.PREPARING) {
            open();
        }
    }

    void prepareFailed(String command, byte[] bytes, int from, int to) {
        String answer = Opening.text(bytes, from, to);
        String detail = "answered " + command + " with \"" + answer + "\"";
        boolean temporary = state == ConnectionState.PREPARING && Opening.isTemporary(bytes, from, to);
        die(
                temporary ? Failure.answered(detailed(detail), answer) : failure(Failure.Kind.BAD_REPLY, detail),
                Ending.LOST);
    }

    private void open() {
        state = state.to(ConnectionState.OPEN);
        opening.end(traffic);
        socket.open();
        room.wakeAll();
    }

    // ---- to CLOSED --------------------------------------------------------------------------------------------------

    /// Another connection takes its place: takes no more requests, and closes once the last one is answered.
    void retire() {
        state = state.to(ConnectionState.RETIRED);
        room.wakeAll();
        if (inFlight.isEmpty()) {
            abort();
        }
    }

    /// The shard has another node: the same, but [#MOVED_GRACE_MILLIS] from now at the latest; at once where requests wait
    /// for masters, since what an old one does after the switch is lost, whatever it answers. They are told why.
    void move(String why) {
        if (state.isOpening()) {
            die(Failure.Kind.REFUSED, why, Ending.LET_GO);
        } else if (state == ConnectionState.OPEN || state == ConnectionState.RETIRED) {
            state = state.to(ConnectionState.MOVED);
            room.wakeAll();
            lease.onMoved();
            Runnable end = () -> die(Failure.Kind.CLOSED, why, Ending.LET_GO);
            if (inFlight.isEmpty() || link.hold() != null) {
                end.run();
            } else {
                loop.eventLoop().schedule(end, MOVED_GRACE_MILLIS, TimeUnit.MILLISECONDS);
            }
        }
    }

    /// Closes it now: nobody wants it any more. A request that was not sent whole is not executed.
    public void abort() {
        die(Failure.Kind.CLOSED, "the connection was closed", Ending.LET_GO);
    }

    /// Its first answer says that the node serves nobody here, and has executed nothing.
    void refused(String answer) {
        die(Failure.Kind.REFUSED, "answered \"" + answer + "\"", Ending.REFUSED);
    }

    /// Nobody is to get it any more, though it works: new requests take another, and it is not lent again.
    void spoil() {
        lease.spoil();
        if (state == ConnectionState.OPEN) {
            link.detach(this);
        }
    }

    /// A request of its only client is late. What the node agrees to later would change the connection unnoticed.
    void dieOfLateness(Failure failure) {
        die(failure, Ending.LET_GO);
    }

    /// It cannot go on, for what the node did or did not do.
    void dieOf(Failure.Kind kind, String detail) {
        die(kind, detail, Ending.LOST);
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

    Failure failure(Failure.Kind kind, String detail) {
        return new Failure(kind, detailed(detail));
    }

    private String detailed(String detail) {
        return "shard " + link.name() + " (" + address + "): " + detail;
    }

    private void die(Failure.Kind kind, String detail, Ending ending) {
        die(failure(kind, detail), ending);
    }

    /// The only way to CLOSED: everything in the queue fails, in order. One that was leaving is let go however it ends.
    void die(Failure failure, Ending ending) {
        ConnectionState before = state;
        if (before == ConnectionState.CLOSED) {
            return;
        }
        boolean written = !before.isOpening();
        // Those that are lent are ended by what their clients do, too: CLIENT KILL, a value that is too long.
        boolean reset = failure.kind() == Failure.Kind.RESET && written && !inFlight.isEmpty();
        boolean harmless = (reset || failure.kind() == Failure.Kind.CLOSED) && (!shared || inFlight.isEmpty());
        state = state.to(ConnectionState.CLOSED);
        socket.close();
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
            repeats.end(each, failure, written && ending != Ending.REFUSED);
        }
        room.wakeAll();
        lease.onLost(failure);
    }
}

package dev.cobnut.proxy.frontend;

import dev.cobnut.net.IoLoop;
import dev.cobnut.proxy.backend.NodeConnection;
import dev.cobnut.resp.RequestScanner;
import dev.cobnut.resp.RespWriter;
import dev.cobnut.stats.PoolCounter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One client: cuts its bytes into requests and hands them on, one after the other.
///
/// ```
///   socket ──► scanner ──► Dispatcher ──► node connections
///                 │                            │
///                 └─ held: a frame not whole   ▼
///   socket ◄── Outgoing ◄──────────────── ReplyQueue
/// ```
///
/// It stops reading, and wakes again, for any of these reasons; each is one bound of memory or one promise of order:
///
/// | stops when                                        | wakes when                    |
/// |---------------------------------------------------|-------------------------------|
/// | [#REQUESTS_MAX] requests are unanswered           | half of them are answered     |
/// | 256 KiB of replies are unread                     | the client has read           |
/// | a shared connection was replaced under requests   | they are all answered         |
/// | a long request begins, or has just been sent      | all before it, or it, is answered |
/// | a request is to take another way than those before | they are all answered            |
/// | the node connection cannot take more              | it can                        |
///
/// A request of more than [#HELD_BYTES_MAX] is passed on while it arrives ([Upload]) where its shard is known from
/// its first arguments; otherwise it is collected, up to [#COLLECTED_BYTES_MAX] and as
/// long as the common [ByteBudget] lasts. For the loop's own thread.
public final class ClientConnection extends ChannelInboundHandlerAdapter implements ReplyQueue.Reader {
    static final int REQUESTS_MAX = 1024;
    static final int HELD_BYTES_MAX = 64 * 1024;
    static final int COLLECTED_BYTES_MAX = 64 * 1024 * 1024;

    /// A transaction has selected a database that only the node knows. The client then keeps its own connection.
    static final int DATABASE_UNKNOWN = -1;

    /// A shorter piece of a long request is copied: as it is it would hold on to a whole read buffer of 64 KiB.
    private static final int PASSED_ON_BYTES_MIN = 16 * 1024;

    /// How long a client that broke the protocol has to read the error.
    private static final int LINGER_MILLIS = 500;

    /// The same, with all replies that are still to come before it.
    private static final int LEAVE_BROKEN_MILLIS_MAX = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(ClientConnection.class);

    private final long id;
    private final PoolFront pool;
    private final Dispatcher dispatcher;
    private final IoLoop loop;
    private final Channel channel;
    private final ReplyQueue replies;
    private final RequestScanner scanner = new RequestScanner();
    private final Runnable goOn = this::goOn;
    private final @Nullable ClientReads reads;
    private int lane;
    private int database;
    private boolean resp3;
    private @Nullable Session session;

    private final HeldFrame held = new HeldFrame();
    private @Nullable Upload upload;
    private boolean discarding;

    /// What is held is a whole request that waits until all before it are answered.
    private boolean parked;

    private @Nullable ArrayDeque<ByteBuf> unread;
    private boolean stopped;
    private boolean waitsForAnswers;
    private boolean waitsForRoom;
    private boolean goOnScheduled;
    private boolean inputEnded;
    private int laneEpoch;
    private boolean leaving;
    private boolean gone;
    private boolean broken;
    private @Nullable String user;
    private byte[] name = new byte[0];

    /// @param id unique in this process, for CLIENT ID
    /// @param reader whether it came in on `listen_reads`
    public ClientConnection(long id, PoolFront pool, Dispatcher dispatcher, Channel channel, boolean reader) {
        this.id = id;
        this.pool = pool;
        this.dispatcher = dispatcher;
        this.loop = pool.loop();
        this.channel = channel;
        this.database = pool.config().backend().redisDb();
        this.laneEpoch = pool.epoch().current();
        this.replies = new ReplyQueue(loop, channel, this, pool.counters());
        ReadSplit split = pool.readSplit();
        this.reads = split == null ? null : new ClientReads(this, split, reader);
        logout();
        chooseLane();
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        pool.clients().add(this);
        pool.counters().add(PoolCounter.CLIENT_CONNECTIONS, 1);
        if (!pool.everywhere().enter()) {
            replies.answer(RespWriter.error("ERR max number of clients reached"));
            leaveBroken("pool " + pool.config().name() + " has reached client_connections "
                    + pool.config().clients().clientConnections());
        }
    }

    // ---- reading ----------------------------------------------------------------------------------------------------

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf buffer = (ByteBuf) message;
        if (leaving) {
            buffer.release();
        } else if (stopped) {
            keepUnread(buffer, false);
        } else {
            loop.updateNow();
            try {
                consume(buffer);
            } finally {
                buffer.release();
            }
        }
    }

    private void consume(ByteBuf buffer) {
        Upload body = upload;
        int length = buffer.readableBytes();
        if (body != null && length >= PASSED_ON_BYTES_MIN && scanner.bodyRemaining() >= length) {
            scanner.skipBody(length);
            body.piece(buffer.retain());
            stopUntilRoom(body);
            return;
        }
        byte[] window = loop.window();
        int to = loop.copyToWindow(buffer);
        int base = buffer.readerIndex();
        int at = 0;
        while (at < to && !leaving) {
            if (atFrameStart() && mustStop()) {
                stop();
                keepUnread(buffer.retainedSlice(base + at, to - at), true);
                return;
            }
            int end = scanner.feed(window, at, to);
            switch (scanner.status()) {
                case FRAME -> {
                    if (!frame(window, at, end)) {
                        stop();
                        keepUnread(buffer.retainedSlice(base + end, to - end), true);
                        return;
                    }
                }
                case MORE -> partOfFrame(window, at, end);
                case INLINE -> {
                    if (!inline(window, at, end)) {
                        stop();
                        keepUnread(buffer.retainedSlice(base + end, to - end), true);
                        return;
                    }
                }
                case SKIP -> skip();
                case BROKEN -> {
                    replies.answer(RespWriter.error("ERR Protocol error: " + scanner.error()));
                    leaveBroken("protocol error: " + scanner.error());
                }
            }
            at = end;
        }
    }

    private boolean atFrameStart() {
        return (held.isEmpty() || parked) && upload == null && !discarding;
    }

    /// @return false when it is parked
    private boolean frame(byte[] window, int from, int to) {
        Upload body = upload;
        if (body != null) {
            body.lastPiece(window, from, to);
            upload = null;
            waitsForAnswers = true;
        } else if (discarding) {
            discarding = false;
        } else if (!held.isEmpty()) {
            held.add(window, from, to);
            return dispatchHeld();
        } else if (!dispatcher.dispatch(this, scanner, window, from, to)) {
            held.add(window, from, to);
            return park();
        }
        scanner.reset();
        return true;
    }

    private boolean dispatchHeld() {
        if (!dispatcher.dispatch(this, scanner, held.bytes(), 0, held.length())) {
            return park();
        }
        held.drop();
        scanner.reset();
        return true;
    }

    private boolean park() {
        parked = true;
        waitsForAnswers = true;
        return false;
    }

    /// What was parked is dispatched, now that all before it are answered.
    private void unpark() {
        parked = false;
        scanner.reset();
        scanner.feed(held.bytes(), 0, held.length());
        dispatchHeld();
    }

    private void partOfFrame(byte[] window, int from, int to) {
        Upload body = upload;
        if (body != null) {
            body.piece(window, from, to);
            stopUntilRoom(body);
        } else if (!discarding) {
            held.add(window, from, to);
            if (held.length() > HELD_BYTES_MAX) {
                longFrame();
            }
        }
    }

    /// @return false when it is parked
    private boolean inline(byte[] window, int from, int to) {
        held.add(window, from, to);
        if (InlineRequest.isHttp(held.bytes(), held.length())) {
            closeBroken("HTTP: a browser was made to send it, and what follows could be commands");
            return true;
        }
        byte[] frame = InlineRequest.toFrame(held.bytes(), held.length());
        held.drop();
        scanner.reset();
        if (frame == null) {
            replies.answer(RespWriter.error("ERR Protocol error: unbalanced quotes in request"));
            leaveBroken("protocol error: unbalanced quotes in request");
        } else if (frame.length > 0) {
            scanner.feed(frame, 0, frame.length);
            if (scanner.status() == RequestScanner.Status.FRAME) {
                if (!dispatcher.dispatch(this, scanner, frame, 0, frame.length)) {
                    held.add(frame, 0, frame.length);
                    return park();
                }
            } else {
                replies.answer(RespWriter.error("ERR Protocol error: " + scanner.error()));
                leaveBroken("protocol error: " + scanner.error());
            }
            scanner.reset();
        }
        return true;
    }

    private void skip() {
        held.drop();
        scanner.reset();
    }

    // ---- long requests ----------------------------------------------------------------------------------------------

    /// The frame being held has grown long: it is passed on as it comes, if its shard can be told by now.
    private void longFrame() {
        if (!dispatcher.canUpload(this, scanner, held.bytes())) {
            if (held.length() > COLLECTED_BYTES_MAX || !held.takeBudget()) {
                replies.answer(
                        RespWriter.error("ERR a request that is split over shards, or whose keys are not among its"
                                + " first arguments, is limited to " + COLLECTED_BYTES_MAX
                                + " bytes, and all of them together"
                                + " to " + ByteBudget.HEAP.max()));
                discard();
            }
        } else if (replies.isEmpty()) {
            beginUpload();
        } else {
            // Everything before it must be answered: it goes over another connection and could overtake.
            waitsForAnswers = true;
            stop();
        }
    }

    private void beginUpload() {
        upload = dispatcher.beginUpload(this, scanner, held.bytes(), held.length());
        if (upload == null) {
            discard();
        } else {
            held.drop();
        }
    }

    private void discard() {
        held.drop();
        discarding = true;
    }

    private void stopUntilRoom(Upload body) {
        if (!body.hasRoom()) {
            waitsForRoom = true;
            stop();
            body.whenRoom(this::onRoom);
        }
    }

    // ---- stopping and going on --------------------------------------------------------------------------------------

    /// Asked before each frame.
    private boolean mustStop() {
        if (laneEpoch != pool.epoch().current()) {
            if (replies.isEmpty()) {
                laneEpoch = pool.epoch().current();
            } else {
                waitsForAnswers = true;
            }
        }
        if (waitsForAnswers && replies.isEmpty()) {
            waitsForAnswers = false;
            laneEpoch = pool.epoch().current();
        }
        return waitsForAnswers || waitsForRoom || replies.size() >= REQUESTS_MAX || !channel.isWritable();
    }

    private void stop() {
        if (!stopped) {
            stopped = true;
            channel.config().setAutoRead(false);
        }
    }

    private void keepUnread(ByteBuf buffer, boolean first) {
        if (unread == null) {
            unread = new ArrayDeque<>(2);
        }
        if (first) {
            unread.addFirst(buffer);
        } else {
            unread.addLast(buffer);
        }
    }

    /// The node connection behind the last request is full: no more until it has room.
    void waitForRoom(NodeConnection connection) {
        waitsForRoom = true;
        connection.whenRoom(this::onRoom);
    }

    void waitForRoom(OwnConnection own) {
        if (!own.connection().hasRoom()) {
            waitForRoom(own.connection());
        }
    }

    /// What comes next waits until all before it are answered: it takes another way.
    void waitForAnswers() {
        waitsForAnswers = true;
    }

    private void onRoom() {
        waitsForRoom = false;
        goOn();
    }

    @Override
    public void onAnswered() {
        if (reads != null) {
            reads.onAnswered();
        }
        if (stopped && !goOnScheduled && (waitsForAnswers ? replies.isEmpty() : replies.size() <= REQUESTS_MAX / 2)) {
            wake();
        }
        if (leaving && replies.isEmpty()) {
            closeWhenFlushed();
        } else if (leaving) {
            closeIfBlocked();
        }
    }

    private void wake() {
        if (!goOnScheduled) {
            goOnScheduled = true;
            loop.defer(goOn);
        }
    }

    private void goOn() {
        goOnScheduled = false;
        // In the middle of an upload only its own node counts: to wait for answers would be to wait for itself.
        if (!stopped || gone || leaving || (upload == null ? mustStop() : waitsForRoom)) {
            return;
        }
        stopped = false;
        if (parked) {
            unpark();
            if (parked) {
                stop();
                return;
            }
        } else if (held.length() > HELD_BYTES_MAX && upload == null) {
            longFrame();
        }
        while (!stopped && !leaving && unread != null && !unread.isEmpty()) {
            ByteBuf buffer = unread.removeFirst();
            try {
                consume(buffer);
            } finally {
                buffer.release();
            }
        }
        if (stopped || gone) {
            return;
        }
        if (inputEnded) {
            leave();
        } else {
            channel.config().setAutoRead(true);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (channel.isWritable()) {
            replies.resumePaused();
            if (stopped) {
                wake();
            }
        }
    }

    // ---- leaving ----------------------------------------------------------------------------------------------------

    /// Answers what is under way, then closes; reads nothing more. A request that is not whole by now is not sent.
    public void leave() {
        if (!leaving && !gone) {
            abortUpload();
            leaving = true;
            channel.config().setAutoRead(false);
            if (replies.isEmpty()) {
                closeWhenFlushed();
            } else {
                closeIfBlocked();
            }
        }
    }

    /// A client that has ended its half of the connection does not wait for what may never come.
    private void closeIfBlocked() {
        if (inputEnded && session != null && session.isBlocked()) {
            close();
        }
    }

    private void closeWhenFlushed() {
        replies.flush();
        boolean stillSending = broken && !inputEnded;
        channel.write(Unpooled.EMPTY_BUFFER).addListener(stillSending ? _ -> linger() : ChannelFutureListener.CLOSE);
        channel.flush();
    }

    /// Says that no more comes, and reads away what the client is still sending: to a close with unread bytes the
    /// kernel adds a reset, which overtakes the replies.
    private void linger() {
        ((DuplexChannel) channel).shutdownOutput();
        channel.config().setAutoRead(true);
        loop.eventLoop().schedule(this::close, LINGER_MILLIS, TimeUnit.MILLISECONDS);
    }

    /// Closes at once.
    public void close() {
        if (!gone) {
            leaving = true;
            channel.close();
        }
    }

    /// The client broke the protocol: what is under way is still answered, then the connection closes.
    void leaveBroken(String why) {
        // It may never read what it is still owed.
        loop.eventLoop().schedule(this::close, LEAVE_BROKEN_MILLIS_MAX, TimeUnit.MILLISECONDS);
        countBroken(why);
        leave();
    }

    /// Closes at once; what the client has not read is lost.
    @Override
    public void closeBroken(String why) {
        if (!gone) {
            countBroken(why);
            close();
        }
    }

    private void countBroken(String why) {
        LOG.debug("client {} closed: {}", id, why);
        broken = true;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            // The client has said all it wants to say, and may still read.
            inputEnded = true;
            if ((leaving && broken && replies.isFlushed()) || (session != null && session.isBlocked())) {
                close();
            } else if (!stopped) {
                leave();
            }
        }
    }

    private void abortUpload() {
        if (upload != null) {
            upload.abort();
            upload = null;
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        gone = true;
        leaving = true;
        pool.clients().remove(this);
        pool.everywhere().leave();
        pool.counters().add(PoolCounter.CLIENT_CONNECTIONS, -1);
        pool.counters().add(broken ? PoolCounter.CLIENT_ERR : PoolCounter.CLIENT_EOF, 1);
        replies.abandon();
        abortUpload();
        if (session != null) {
            session.close();
        }
        if (unread != null) {
            unread.forEach(ByteBuf::release);
            unread = null;
        }
        held.drop();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!gone) {
            closeBroken(cause.toString());
        }
    }

    // ---- what the dispatcher asks -----------------------------------------------------------------------------------

    PoolFront pool() {
        return pool;
    }

    ReplyQueue replies() {
        return replies;
    }

    /// Which of a shard's lanes this client uses. It changes only when nothing is under way, so that requests keep
    /// their order.
    int lane() {
        return lane;
    }

    private void chooseLane() {
        lane = pool.links().getFirst().settings().lane(database, resp3, id);
    }

    int database() {
        return database;
    }

    /// What comes next runs in this database, once all before it are answered.
    void setDatabase(int database) {
        if (this.database != database) {
            this.database = database;
            changed();
        }
    }

    boolean isResp3() {
        return resp3;
    }

    /// The client speaks this version of the protocol from the next reply on.
    void setResp3(boolean resp3) {
        if (this.resp3 != resp3) {
            this.resp3 = resp3;
            changed();
        }
    }

    private void changed() {
        if (database != DATABASE_UNKNOWN) {
            chooseLane();
        }
        waitForAnswers();
        if (session != null) {
            session.follow();
        }
    }

    /// Null where replicas are not read from.
    @Nullable
    ClientReads reads() {
        return reads;
    }

    /// Its connection has ended.
    boolean isGone() {
        return gone;
    }

    // ---- what makes it special --------------------------------------------------------------------------------------

    /// Null for most clients.
    @Nullable
    Session sessionIfAny() {
        return session;
    }

    Session session() {
        Session existing = session;
        if (existing == null) {
            existing = session = new Session(this);
        }
        return existing;
    }

    /// Ends all that is special: RESET.
    void endSession() {
        if (session != null) {
            session.close();
            session = null;
        }
    }

    /// Whether a connection of the client's own to this shard could overtake what is under way.
    boolean mustWaitFor(int shard) {
        return !replies.isEmpty() && (session == null || shard < 0 || session.at(shard) == null);
    }

    /// The client's own connection to a shard, for a request that has its place in the queue already.
    ///
    /// @return null when there is none, and the request has failed
    @Nullable
    OwnConnection openOwn(int shard, PendingReply request) {
        OwnConnection own = shard < 0 ? null : session().open(shard);
        if (own == null) {
            request.fail(pool.noConnection(shard));
        }
        return own;
    }

    // ---- who it is --------------------------------------------------------------------------------------------------

    long id() {
        return id;
    }

    byte[] name() {
        return name;
    }

    void setName(byte[] name) {
        this.name = name;
        if (session != null) {
            session.follow();
        }
    }

    boolean isAuthenticated() {
        return user != null;
    }

    /// The name it has logged in with.
    String user() {
        return user == null ? "" : user;
    }

    void login(String name) {
        setUser(name);
    }

    /// Back to where it began: `default`, where that needs no password.
    void logout() {
        setUser(pool.config().needsLogin() ? null : "default");
    }

    private void setUser(@Nullable String name) {
        user = name;
        scanner.setAuthenticated(name != null);
    }
}

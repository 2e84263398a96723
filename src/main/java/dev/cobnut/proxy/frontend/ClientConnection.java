package dev.cobnut.proxy.frontend;

import dev.cobnut.net.IoLoop;
import dev.cobnut.net.MemoryBudget;
import dev.cobnut.net.Socket;
import dev.cobnut.proxy.backend.Hold;
import dev.cobnut.proxy.backend.NodeConnection;
import dev.cobnut.proxy.client.Client;
import dev.cobnut.proxy.client.ReplyQueue;
import dev.cobnut.proxy.client.Session;
import dev.cobnut.proxy.dispatch.Dispatcher;
import dev.cobnut.proxy.routing.PoolFront;
import dev.cobnut.resp.RequestScanner;
import dev.cobnut.resp.RespWriter;
import dev.cobnut.stats.PoolCounter;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The connection of one client, and its life.
///
/// ```
///   Socket ──► Intake ──► RequestReader ──► Dispatcher ──► node connections
///                                                               │
///   Socket ◄───────────────────────────── ReplyQueue ◄──────────┘
/// ```
///
/// | life      | entered when                                        | read                    | left when              |
/// |-----------|-----------------------------------------------------|-------------------------|------------------------|
/// | OPEN      | accepted                                            | as the intake says      | one of the below       |
/// | ENDED     | the client has said all it wants to say             | what is kept            | all of it is dispatched |
/// | LEAVING   | it may not or will not be served any further        | no                      | all is answered        |
/// | ANSWERING | LEAVING, and the client has ended                   | no                      | all is answered        |
/// | LINGERING | all is answered, and it broke the protocol          | and thrown away         | it ends, or 500 ms     |
/// | GONE      | the socket is closed                                | no                      | never                  |
///
/// For the loop's own thread.
public final class ClientConnection extends ChannelInboundHandlerAdapter
        implements ReplyQueue.Reader, Client.Door, PoolFront.Guest {
    /// How long a client that broke the protocol has to read the error.
    private static final int LINGER_MILLIS = 500;

    /// The same, with all replies that are still to come before it.
    private static final int LEAVE_BROKEN_MILLIS_MAX = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(ClientConnection.class);

    private enum Life {
        OPEN,
        ENDED,
        LEAVING,
        ANSWERING,
        LINGERING,
        GONE
    }

    private final PoolFront pool;
    private final IoLoop loop;
    private final Socket socket;
    private final ReplyQueue replies;
    private final Client client;
    private final RequestScanner scanner = new RequestScanner();
    private final Intake intake;
    private final RequestReader reader;
    private Life life = Life.OPEN;

    /// Why it counts as an error; null while it does not.
    private @Nullable String broken;

    /// @param id unique in this process, for CLIENT ID
    /// @param onReads whether it came in on `listen_reads`
    public ClientConnection(long id, PoolFront pool, Dispatcher dispatcher, Channel channel, boolean onReads) {
        this.pool = pool;
        this.loop = pool.loop();
        this.socket = Socket.of(loop, channel);
        this.replies = new ReplyQueue(loop, socket, this, pool.counters());
        this.intake = new Intake(loop, socket, replies, pool.epoch(), this::goOn);
        this.client = new Client(id, pool, this, replies, onReads);
        this.reader = new RequestReader(client, dispatcher, intake, scanner);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        pool.guests().add(this);
        pool.counters().add(PoolCounter.CLIENT_CONNECTIONS, 1);
        if (!pool.clients().enter()) {
            replies.answer(RespWriter.error("ERR max number of clients reached"));
            leaveBroken("pool " + pool.config().name() + " has reached client_connections "
                    + pool.config().clients().clientConnections());
        } else if (loop.memory().budget().stage() == MemoryBudget.Stage.SHEDDING) {
            // The listener has stopped; this one was on its way already.
            replies.answer(RespWriter.error("ERR max number of clients reached: the proxy has no memory for more"));
            leaveBroken("there is no memory for more clients");
        }
    }

    // ---- reading ----------------------------------------------------------------------------------------------------

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf buffer = (ByteBuf) message;
        loop.updateNow(); // first of all: it may end this client
        if (life != Life.OPEN) {
            buffer.release();
        } else if (intake.isStopped()) {
            intake.keep(buffer, false);
        } else {
            read(buffer);
        }
    }

    private void read(ByteBuf buffer) {
        try {
            reader.read(buffer);
        } finally {
            buffer.release();
        }
    }

    private boolean isServed() {
        return life == Life.OPEN || life == Life.ENDED;
    }

    private void goOn() {
        boolean resumed = intake.resume(reader.mode() != RequestReader.Mode.UPLOADING);
        if (!resumed || !isServed()) {
            return;
        }
        reader.goOn();
        while (!intake.isStopped() && isServed()) {
            ByteBuf kept = intake.takeKept();
            if (kept == null) {
                break;
            }
            read(kept);
        }
        if (intake.isStopped() || !isServed()) {
            return;
        }
        if (life == Life.ENDED) {
            leave();
        } else {
            intake.read();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (socket.isWritable()) {
            replies.resumePaused();
            intake.onWritable();
        }
    }

    // ---- what its client asks ---------------------------------------------------------------------------------------

    @Override
    public void awaitAnswers() {
        intake.awaitAnswers();
    }

    @Override
    public void awaitRoom(NodeConnection connection) {
        intake.awaitRoom(connection);
    }

    @Override
    public boolean awaitMaster(Hold hold) {
        return intake.awaitMaster(hold);
    }

    @Override
    public String peer() {
        return socket.peer();
    }

    @Override
    public void onMemory() {
        intake.onMemory();
    }

    @Override
    public void onLogin(boolean authenticated) {
        scanner.setAuthenticated(authenticated);
    }

    @Override
    public void onAnswered() {
        client.onAnswered();
        intake.onAnswered();
        if (life == Life.LEAVING || life == Life.ANSWERING) {
            closeWhenAnswered();
        }
    }

    // ---- leaving ----------------------------------------------------------------------------------------------------

    private void enter(Life next) {
        boolean possible = switch (next) {
            case OPEN -> false;
            case ENDED -> life == Life.OPEN;
            case LEAVING -> life == Life.OPEN;
            case ANSWERING -> life == Life.ENDED || life == Life.LEAVING;
            case LINGERING -> life == Life.LEAVING;
            case GONE -> life != Life.GONE;
        };
        if (!possible) {
            throw new IllegalStateException("a client that is " + life + " becomes " + next);
        }
        life = next;
    }

    @Override
    public void leave() {
        if (isServed()) {
            enter(life == Life.ENDED ? Life.ANSWERING : Life.LEAVING);
            reader.close();
            socket.read(false);
            closeWhenAnswered();
        }
    }

    private void closeWhenAnswered() {
        if (replies.isEmpty()) {
            closeWhenFlushed();
        } else if (life == Life.ANSWERING && isBlocked()) {
            // A client that has ended its half of the connection does not wait for what may never come.
            close();
        }
    }

    private boolean isBlocked() {
        Session session = client.sessionIfAny();
        return session != null && session.isBlocked();
    }

    private void closeWhenFlushed() {
        if (broken != null && life == Life.LEAVING) {
            enter(Life.LINGERING);
            socket.finishLingering(LINGER_MILLIS);
        } else {
            socket.finish();
        }
    }

    /// Closes at once.
    @Override
    public void close() {
        if (life != Life.GONE) {
            if (isServed()) {
                enter(life == Life.ENDED ? Life.ANSWERING : Life.LEAVING);
                reader.end();
            }
            socket.close();
        }
    }

    @Override
    public void leaveBroken(String why) {
        // It may never read what it is still owed.
        loop.eventLoop().schedule(this::close, LEAVE_BROKEN_MILLIS_MAX, TimeUnit.MILLISECONDS);
        countBroken(why);
        leave();
    }

    @Override
    public void closeBroken(String why) {
        if (life != Life.GONE) {
            countBroken(why);
            close();
        }
    }

    private void countBroken(String why) {
        LOG.debug("client {} closed: {}", client.id(), why);
        broken = why;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            onEnded();
        }
    }

    /// The client has said all it wants to say, and may still read.
    private void onEnded() {
        switch (life) {
            case OPEN -> {
                enter(Life.ENDED);
                if (isBlocked() || intake.awaitsMaster()) {
                    close();
                } else if (!intake.isStopped()) {
                    leave();
                }
            }
            case LEAVING -> {
                enter(Life.ANSWERING);
                if (isBlocked()) {
                    close();
                }
            }
            case LINGERING -> {
                if (replies.isFlushed()) {
                    close();
                }
            }
            case ENDED, ANSWERING, GONE -> {
                // said before
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        enter(Life.GONE);
        pool.guests().remove(this);
        pool.clients().leave();
        pool.counters().add(PoolCounter.CLIENT_CONNECTIONS, -1);
        pool.counters().add(broken == null ? PoolCounter.CLIENT_EOF : PoolCounter.CLIENT_ERR, 1);
        // First the client: what breaks off in the middle then fails for nobody.
        client.onGone();
        reader.close();
        socket.close();
        intake.drop();
    }

    /// Also of a connection that was never active.
    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        replies.account().close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        closeBroken(cause.toString());
    }
}

package dev.cobnut.proxy;

import dev.cobnut.net.Descriptors;
import dev.cobnut.resp.RespWriter;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Stands in front of every listening socket of a process and turns clients away while descriptors are short.
///
/// | what happens               | what becomes of it                                                            |
/// |----------------------------|-------------------------------------------------------------------------------|
/// | a client, and there is room | goes on to its event loop                                                    |
/// | a client in the reserve    | is told in Redis' words, and closed; it never reaches an event loop            |
/// | accept fails               | that socket accepts nothing for [#PAUSE_MILLIS]: it would fail again at once   |
///
/// The log has one line when it begins, and one when nobody was turned away for [#QUIET_NANOS]. Shared by all
/// listeners; each calls on its own loop.
@Sharable
final class Admission extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(Admission.class);

    private static final int PAUSE_MILLIS = 100;
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final byte[] REFUSAL = RespWriter.error("ERR max number of clients reached");

    private final Descriptors descriptors;
    private final Consumer<EventLoop> onRefused;
    private final Shortage shortage;

    /// Whether clients are being turned away now, and how many were since it began. One for all pools.
    static final class Shortage {
        private final AtomicBoolean lasts = new AtomicBoolean();
        private final AtomicLong refused = new AtomicLong();
        private volatile long lastNanos;
    }

    /// @param onRefused told of each client that was turned away, on the loop of its listener
    Admission(Descriptors descriptors, Shortage shortage, Consumer<EventLoop> onRefused) {
        this.descriptors = descriptors;
        this.shortage = shortage;
        this.onRefused = onRefused;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        Channel client = (Channel) message;
        if (descriptors.hasRoomForClient(client)) {
            context.fireChannelRead(message);
            return;
        }
        tell(client);
        client.unsafe().closeForcibly();
        shortage.refused.incrementAndGet();
        onRefused.accept(context.channel().eventLoop());
        note(
                context.channel().eventLoop(),
                "clients are turned away: the rest of " + descriptors.limit()
                        + " file descriptors is kept for nodes and statistics; raise ulimit -n");
    }

    /// To the socket itself, whose buffer is empty: the channel belongs to no loop yet.
    private static void tell(Channel client) {
        if (client instanceof UnixChannel unix) {
            ByteBuffer words =
                    ByteBuffer.allocateDirect(REFUSAL.length).put(REFUSAL).flip();
            try {
                unix.fd().write(words, 0, words.limit());
            } catch (IOException e) {
                LOG.debug("a client left before it was turned away: {}", e.getMessage());
            }
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof IOException)) {
            context.fireExceptionCaught(cause);
            return;
        }
        Channel listener = context.channel();
        listener.config().setAutoRead(false);
        listener.eventLoop().schedule(() -> listener.config().setAutoRead(true), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        note(listener.eventLoop(), "no client can be accepted: " + cause.getMessage() + "; raise ulimit -n");
    }

    private void note(EventLoop loop, String line) {
        shortage.lastNanos = System.nanoTime();
        if (shortage.lasts.compareAndSet(false, true)) {
            LOG.warn(line);
            loop.schedule(() -> lookAgain(loop), QUIET_NANOS, TimeUnit.NANOSECONDS);
        }
    }

    private void lookAgain(EventLoop loop) {
        long leftNanos = shortage.lastNanos + QUIET_NANOS - System.nanoTime();
        if (leftNanos > 0) {
            loop.schedule(() -> lookAgain(loop), leftNanos, TimeUnit.NANOSECONDS);
        } else {
            LOG.info(
                    "there are file descriptors for clients again; {} were turned away", shortage.refused.getAndSet(0));
            shortage.lasts.set(false);
        }
    }
}

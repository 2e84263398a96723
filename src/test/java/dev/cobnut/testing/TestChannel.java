package dev.cobnut.testing;

import io.netty.buffer.ByteBuf;
import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A connection of a [TestLoop] whose other side is the test: it says when the peer accepts, sends, ends, breaks, and
/// how much it reads. Text is bytes in ISO 8859-1, so that all values survive.
///
/// The peer's deeds take effect in the next turn. One `peerSends` arrives as one read where a read holds that much, and
/// only while the channel is reading.
public final class TestChannel extends AbstractChannel implements DuplexChannel {
    private static final ChannelMetadata METADATA = new ChannelMetadata(false, 16);
    private static final SocketAddress HERE = InetSocketAddress.createUnresolved("here", 1);

    /// Options of sockets, which say nothing about a connection without one.
    private static final Set<ChannelOption<?>> IGNORED = Set.of(ChannelOption.TCP_NODELAY, ChannelOption.SO_KEEPALIVE);

    private enum State {
        UNCONNECTED,
        CONNECTED,
        CLOSED
    }

    private final Config config = new Config(this);
    private final ArrayDeque<byte[]> arriving = new ArrayDeque<>();
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private State state;
    private SocketAddress peer = InetSocketAddress.createUnresolved("peer", 1);
    private @Nullable ChannelPromise connecting;
    private long room = Long.MAX_VALUE;
    private @Nullable IOException broken;
    private boolean reading;
    private boolean peerEnded;
    private boolean inputShutdown;
    private boolean outputShutdown;

    private TestChannel(State state) {
        super(null);
        this.state = state;
    }

    static TestChannel connected() {
        return new TestChannel(State.CONNECTED);
    }

    static TestChannel unconnected() {
        return new TestChannel(State.UNCONNECTED);
    }

    // ---- the other side ---------------------------------------------------------------------------------------------

    /// The connection that is being opened is there.
    public void peerAccepts() {
        eventLoop().execute(() -> {
            ChannelPromise promise = takeConnecting();
            state = State.CONNECTED;
            promise.setSuccess();
            pipeline().fireChannelActive();
        });
    }

    /// The connection that is being opened fails.
    public void peerRefuses(IOException why) {
        eventLoop().execute(() -> {
            takeConnecting().setFailure(why);
            unsafe().close(voidPromise());
        });
    }

    private ChannelPromise takeConnecting() {
        ChannelPromise promise = connecting;
        if (promise == null) {
            throw new IllegalStateException("the channel is not being connected");
        }
        connecting = null;
        return promise;
    }

    /// Sends bytes to the channel.
    public void peerSends(String text) {
        peerSends(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /// Sends bytes to the channel.
    public void peerSends(byte[] bytes) {
        arriving.add(bytes);
        eventLoop().execute(this::deliver);
    }

    /// Says that it sends nothing more.
    public void peerEnds() {
        peerEnded = true;
        eventLoop().execute(this::deliver);
    }

    /// Breaks the connection.
    public void peerResets() {
        eventLoop().execute(() -> {
            pipeline().fireExceptionCaught(new IOException("Connection reset by peer"));
            unsafe().close(voidPromise());
        });
    }

    /// Has broken the connection, which the channel learns when it writes next.
    public void peerHasBroken(IOException why) {
        broken = why;
    }

    /// Reads only so many bytes more; what is written beyond that waits in the channel.
    public void peerReads(long bytes) {
        room = bytes;
        eventLoop().execute(() -> ((PeerUnsafe) unsafe()).flush0());
    }

    /// Reads all there is and will be, as it does from the start.
    public void peerReadsAll() {
        peerReads(Long.MAX_VALUE);
    }

    /// What the peer has read since the last call.
    public String takeWritten() {
        String text = written.toString(StandardCharsets.ISO_8859_1);
        written.reset();
        return text;
    }

    /// Whether the channel wants to read.
    public boolean isReading() {
        return reading;
    }

    /// What was dialled.
    public SocketAddress target() {
        return peer;
    }

    private void deliver() {
        while (reading && !arriving.isEmpty()) {
            reading = false;
            byte[] bytes = arriving.remove();
            ByteBuf buffer = unsafe().recvBufAllocHandle().allocate(alloc());
            int count = Math.min(bytes.length, buffer.writableBytes());
            buffer.writeBytes(bytes, 0, count);
            if (count < bytes.length) {
                byte[] rest = new byte[bytes.length - count];
                System.arraycopy(bytes, count, rest, 0, rest.length);
                arriving.addFirst(rest);
            }
            pipeline().fireChannelRead(buffer);
            pipeline().fireChannelReadComplete();
        }
        if (reading && peerEnded && !inputShutdown && isOpen()) {
            if (config.allowHalfClosure) {
                inputShutdown = true;
                pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
            } else {
                unsafe().close(voidPromise());
            }
        }
    }

    // ---- what Netty asks --------------------------------------------------------------------------------------------

    @Override
    public Config config() {
        return config;
    }

    @Override
    public boolean isOpen() {
        return state != State.CLOSED;
    }

    @Override
    public boolean isActive() {
        return state == State.CONNECTED;
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }

    @Override
    protected AbstractUnsafe newUnsafe() {
        return new PeerUnsafe();
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return true;
    }

    @Override
    protected SocketAddress localAddress0() {
        return HERE;
    }

    @Override
    protected SocketAddress remoteAddress0() {
        return peer;
    }

    @Override
    protected void doBind(SocketAddress localAddress) {
        throw new UnsupportedOperationException("nothing listens here");
    }

    @Override
    protected void doDisconnect() {
        doClose();
    }

    @Override
    protected void doClose() {
        state = State.CLOSED;
        reading = false;
        arriving.clear();
        if (connecting != null) {
            takeConnecting().tryFailure(new ClosedChannelException());
        }
    }

    @Override
    protected void doBeginRead() {
        reading = true;
        if (!arriving.isEmpty() || peerEnded) {
            eventLoop().execute(this::deliver);
        }
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer out) throws IOException {
        if (broken != null) {
            throw broken;
        }
        for (Object each = out.current(); each != null; each = out.current()) {
            ByteBuf buffer = (ByteBuf) each;
            int count = (int) Math.min(room, buffer.readableBytes());
            buffer.getBytes(buffer.readerIndex(), written, count);
            room -= room == Long.MAX_VALUE ? 0 : count;
            if (count < buffer.readableBytes()) {
                out.removeBytes(count);
                return;
            }
            out.remove();
        }
    }

    @Override
    protected void doShutdownOutput() {
        outputShutdown = true;
    }

    @Override
    public boolean isInputShutdown() {
        return inputShutdown;
    }

    @Override
    public boolean isOutputShutdown() {
        return outputShutdown;
    }

    @Override
    public boolean isShutdown() {
        return inputShutdown && outputShutdown;
    }

    @Override
    public ChannelFuture shutdownOutput() {
        return shutdownOutput(newPromise());
    }

    @Override
    public ChannelFuture shutdownOutput(ChannelPromise promise) {
        ((PeerUnsafe) unsafe()).shutdownOutput(promise);
        return promise;
    }

    @Override
    public ChannelFuture shutdownInput() {
        return shutdownInput(newPromise());
    }

    @Override
    public ChannelFuture shutdownInput(ChannelPromise promise) {
        inputShutdown = true;
        return promise.setSuccess();
    }

    @Override
    public ChannelFuture shutdown() {
        return shutdown(newPromise());
    }

    @Override
    public ChannelFuture shutdown(ChannelPromise promise) {
        inputShutdown = true;
        return shutdownOutput(promise);
    }

    private final class PeerUnsafe extends AbstractUnsafe {
        @Override
        public void connect(SocketAddress remoteAddress, @Nullable SocketAddress localAddress, ChannelPromise promise) {
            if (!promise.setUncancellable() || !ensureOpen(promise)) {
                return;
            }
            peer = remoteAddress;
            connecting = promise;
            int millis = config().getConnectTimeoutMillis();
            if (millis > 0) {
                eventLoop().schedule(() -> timeOut(promise, remoteAddress), millis, TimeUnit.MILLISECONDS);
            }
        }

        private void timeOut(ChannelPromise promise, SocketAddress remoteAddress) {
            if (connecting == promise) {
                takeConnecting().setFailure(new ConnectTimeoutException("connection timed out: " + remoteAddress));
                close(voidPromise());
            }
        }

        @Override
        protected void flush0() {
            super.flush0();
        }
    }

    /// With the options of sockets that matter here.
    public static final class Config extends DefaultChannelConfig {
        private final TestChannel owner;
        private boolean allowHalfClosure;

        private Config(TestChannel channel) {
            super(channel);
            owner = channel;
        }

        @Override
        public <T> boolean setOption(ChannelOption<T> option, T value) {
            return IGNORED.contains(option) || super.setOption(option, value);
        }

        /// Whether the end of the peer's bytes leaves the other direction open.
        Config setAllowHalfClosure(boolean allowed) {
            allowHalfClosure = allowed;
            return this;
        }

        @Override
        protected void autoReadCleared() {
            owner.reading = false;
        }
    }
}

package dev.cobnut.testing;

import dev.cobnut.net.Account;
import dev.cobnut.net.Held;
import dev.cobnut.net.IoLoop;
import dev.cobnut.net.MemoryBudget;
import dev.cobnut.net.Resolver;
import dev.cobnut.net.Socket;
import dev.cobnut.net.Transport;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.local.LocalIoHandler;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// An [IoLoop] that a test turns by hand, with a clock that stands still until the test moves it, and with channels
/// ([TestChannel]) that need no network.
///
/// ```
///   try (TestLoop loop = new TestLoop()) {
///       TestChannel client = loop.accept(channel -> new ClientConnection(…, channel, …));
///       client.peerSends("PING\r\n");
///       loop.runTurn();
///       assertThat(client.takeWritten()).isEqualTo("+PONG\r\n");
///   }
/// ```
///
/// Everything happens in [#runTurn] or [#advance], on the thread of the test: what a peer does, what was deferred,
/// the writes at the end of a turn, timers that are due. Many channels share the loop. For one thread.
public final class TestLoop implements AutoCloseable {
    /// Not zero: some fields mean "never" by that.
    private static final long START_NANOS = TimeUnit.DAYS.toNanos(1);

    /// What may be held for all clients.
    private static final long MEMORY_BYTES = 64L * 1024 * 1024;

    private final MockTicker ticker = Ticker.newMockTicker();
    private final Events events = new Events(ticker);
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
    private final List<TestChannel> channels = new ArrayList<>();
    private final ArrayDeque<TestChannel> dialled = new ArrayDeque<>();
    private final MemoryBudget memory = new MemoryBudget(MEMORY_BYTES);
    private final IoLoop io =
            new IoLoop(events, _ -> dial(), new Resolver(Transport.NIO), allocator, this::nowNanos, memory);

    /// The loop for what is tested.
    public IoLoop io() {
        return io;
    }

    /// What may be held for all clients of this loop, and is.
    public MemoryBudget memory() {
        return memory;
    }

    /// Somebody else holds so much that only a rest can be taken, until the account is closed.
    public Account leaveRoomFor(long bytes) {
        Account stranger = account();
        stranger.hold(Held.NAMES, memory.max() * 9 / 10 - memory.held() - bytes);
        return stranger;
    }

    /// An account of nobody who could be woken or closed.
    public Account account() {
        return new Account(io, new Socket(io), new Account.Owner() {
            @Override
            public void onMemory() {
                // it sends nothing
            }

            @Override
            public void onShed(String why) {
                throw new AssertionError(why);
            }
        });
    }

    /// What the clock shows; [IoLoop#nowNanos] follows when it is updated, as in real life.
    public long nowNanos() {
        return START_NANOS + ticker.nanoTime();
    }

    /// Runs all that is due, and what that brings about in turn, up to the writes; the clock stands.
    public void runTurn() {
        events.runNow();
    }

    /// Lets time pass, and runs each timer at its own moment.
    public void advance(Duration time) {
        long end = ticker.nanoTime() + time.toNanos();
        runTurn();
        for (long left = time.toNanos(); left > 0; left = end - ticker.nanoTime()) {
            ticker.advance(events.nanosToNextTimer(left), TimeUnit.NANOSECONDS);
            runTurn();
        }
    }

    /// [#advance] by milliseconds.
    public void advanceMillis(long millis) {
        advance(Duration.ofMillis(millis));
    }

    /// A connection that somebody has opened to us, with the options that listeners give it.
    ///
    /// @param handler made once the channel is on the loop
    public TestChannel accept(Function<Channel, ChannelHandler> handler) {
        TestChannel channel = TestChannel.connected();
        channels.add(channel);
        channel.config()
                .setAllowHalfClosure(true)
                .setAllocator(allocator)
                .setRecvByteBufAllocator(io.readBuffer())
                .setWriteBufferWaterMark(new WriteBufferWaterMark(128 * 1024, 256 * 1024));
        channel.pipeline().addLast(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel made) {
                made.pipeline().addLast(handler.apply(made));
            }
        });
        io.eventLoop().register(channel);
        return channel;
    }

    /// The connection that was dialled first of those that no call has returned yet. It waits for
    /// [TestChannel#peerAccepts] or [TestChannel#peerRefuses].
    public TestChannel nextDialled() {
        TestChannel channel = dialled.poll();
        if (channel == null) {
            throw new AssertionError("nothing was dialled");
        }
        return channel;
    }

    /// Whether [#nextDialled] has one.
    public boolean hasDialled() {
        return !dialled.isEmpty();
    }

    private TestChannel dial() {
        TestChannel channel = TestChannel.unconnected();
        channels.add(channel);
        dialled.add(channel);
        return channel;
    }

    /// Closes all connections.
    ///
    /// @throws AssertionError when a buffer of the loop's allocator was not released
    @Override
    public void close() {
        channels.forEach(channel -> channel.unsafe().close(channel.voidPromise()));
        runTurn();
        io.close();
        long bytes = allocator.metric().usedDirectMemory() + allocator.metric().usedHeapMemory();
        if (bytes != 0) {
            throw new AssertionError("buffers of " + bytes + " bytes were not released");
        }
    }

    /// Netty's own loop for those who turn it themselves; channels that need no selector never ask for its handler.
    private static final class Events extends ManualIoEventLoop {
        Events(Ticker ticker) {
            super(null, Thread.currentThread(), LocalIoHandler.newFactory(), ticker);
        }

        /// How long until a timer is due, at least 1 and at most `limit`.
        long nanosToNextTimer(long limit) {
            long nanos = nextScheduledTaskNano();
            return nanos < 0 ? limit : Math.clamp(nanos, 1, limit);
        }
    }
}

package dev.cobnut.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.RecvByteBufAllocator;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One event loop and what everything on it shares: a scratch window to parse in, the time of the turn, and the list
/// of connections that have something to write.
///
/// ```
///   turn:  read all ready sockets ──► run deferred work ──► write each dirty connection once
/// ```
///
/// Writing once for each turn instead of once for each request is most of what makes a request cheap: system calls
/// cost more than everything else together. All methods are for the loop's own thread.
public final class IoLoop {
    /// Most bytes one read delivers, and the size of the window.
    public static final int READ_BYTES_MAX = 64 * 1024;

    /// A loop that has not looked at the clock for longer is late.
    static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private static final Logger LOG = LoggerFactory.getLogger(IoLoop.class);

    private final EventLoop eventLoop;
    private final Function<SocketAddress, Channel> channels;
    private final Resolver resolver;
    private final ByteBufAllocator allocator;
    private final ReadBuffer readBuffer;
    private final WriteBuffers writeBuffers;
    private final byte[] window = new byte[READ_BYTES_MAX];
    private final Runnable endOfTurn = this::endTurn;
    private final LongSupplier clock;
    private final LoopMemory memory;

    private List<Outgoing> dirty = new ArrayList<>();
    private List<Outgoing> writing = new ArrayList<>();
    private List<Runnable> deferred = new ArrayList<>();
    private List<Runnable> running = new ArrayList<>();
    private LongConsumer late = _ -> {};
    private boolean endScheduled;
    private long nowNanos;

    /// Sockets, time and memory may be those of a test.
    ///
    /// @param channels makes the channel that connects to an address
    /// @param clock monotonic, in nanoseconds, as [System#nanoTime] is; the timers of `eventLoop` should follow it
    public IoLoop(
            EventLoop eventLoop,
            Function<SocketAddress, Channel> channels,
            Resolver resolver,
            ByteBufAllocator allocator,
            LongSupplier clock,
            MemoryBudget budget) {
        this.eventLoop = eventLoop;
        this.channels = channels;
        this.resolver = resolver;
        this.allocator = allocator;
        this.clock = clock;
        this.nowNanos = clock.getAsLong();
        this.readBuffer = new ReadBuffer(allocator);
        this.writeBuffers = new WriteBuffers(allocator);
        this.memory = new LoopMemory(this, budget);
    }

    /// Copies the readable bytes of `buffer` to the start of [#window].
    ///
    /// The window is valid until the next read on this loop, that is, until the caller returns to the loop.
    ///
    /// @return how many, at most [#READ_BYTES_MAX]
    public int copyToWindow(ByteBuf buffer) {
        int count = buffer.readableBytes();
        buffer.getBytes(buffer.readerIndex(), window, 0, count);
        return count;
    }

    /// The scratch bytes that [#copyToWindow] fills.
    public byte[] window() {
        return window;
    }

    /// Reads the clock; call it once for each socket that was read, before the bytes are looked at. It may bring about
    /// anything: see [#onLate].
    public long updateNow() {
        long before = nowNanos;
        nowNanos = clock.getAsLong();
        if (nowNanos - before > LATE_NANOS) {
            late.accept(nowNanos - before);
        }
        return nowNanos;
    }

    /// Runs `work`, before anything else is done, when the loop has not looked at the clock for more than [#LATE_NANOS], with
    /// that time in nanoseconds: there was nothing to do, or it was busy, or the process was stopped, or the machine. Sockets
    /// are read before tasks are run, so what others have told the loop meanwhile would come too late for them.
    public void onLate(LongConsumer work) {
        late = work;
    }

    /// The clock itself, for who is in the middle of something; [#nowNanos] does not follow.
    public long clockNanos() {
        return clock.getAsLong();
    }

    /// The monotonic time of the last [#updateNow].
    public long nowNanos() {
        return nowNanos;
    }

    /// Runs `work` at the end of this turn, before anything is written.
    public void defer(Runnable work) {
        deferred.add(work);
        scheduleEnd();
    }

    void dirty(Outgoing outgoing) {
        dirty.add(outgoing);
        scheduleEnd();
    }

    /// The event loop itself, for timers.
    public EventLoop eventLoop() {
        return eventLoop;
    }

    /// A channel that is to connect to this address.
    public Channel newClientChannel(SocketAddress target) {
        return channels.apply(target);
    }

    public Resolver resolver() {
        return resolver;
    }

    public ByteBufAllocator allocator() {
        return allocator;
    }

    /// What reads of this loop's channels are to be made into.
    public RecvByteBufAllocator readBuffer() {
        return readBuffer;
    }

    /// What is held for the clients of this loop.
    public LoopMemory memory() {
        return memory;
    }

    WriteBuffers writeBuffers() {
        return writeBuffers;
    }

    /// Lets go of the buffers that the loop keeps for itself. Call it once, when the event loop has ended; it may be
    /// another thread then.
    public void close() {
        readBuffer.close();
        writeBuffers.close();
        memory.close();
    }

    private void scheduleEnd() {
        if (!endScheduled) {
            endScheduled = true;
            eventLoop.execute(endOfTurn);
        }
    }

    private void endTurn() {
        // Work deferred while deferred work runs waits for the next turn: nobody can keep the loop here.
        endScheduled = false;
        List<Runnable> work = deferred;
        deferred = running;
        running = work;
        for (int i = 0; i < work.size(); i++) {
            run(work.get(i));
        }
        work.clear();

        List<Outgoing> ready = dirty;
        dirty = writing;
        writing = ready;
        for (int i = 0; i < ready.size(); i++) {
            flush(ready.get(i));
        }
        ready.clear();
    }

    /// A fault of ours in the work of one connection, or no memory for it, must not keep the others from being written.
    private static void run(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error e) {
            LOG.error("deferred work failed", e);
        }
    }

    private static void flush(Outgoing outgoing) {
        try {
            outgoing.flush();
        } catch (RuntimeException | Error e) {
            LOG.error("a connection could not be written and is closed", e);
            outgoing.giveUp();
        }
    }
}

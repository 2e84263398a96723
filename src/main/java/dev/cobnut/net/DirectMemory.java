package dev.cobnut.net;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.internal.PlatformDependent;
import java.lang.management.ManagementFactory;

/// The memory outside of the heap that bytes of sockets lie in.
///
/// An allocation that cannot be had has to fail at once, for the one who asked. The JDK instead collects garbage and
/// sleeps, up to half a second for each try, on the loop that asked: so Netty is told a limit of its own, which is
/// below the JVM's and is asked first. Thread safe.
public final class DirectMemory {
    private static final String NETTY_LIMIT = "io.netty.maxDirectMemory";
    private static final int PAGE_BYTES = 8192;
    private static final int MIB = 1024 * 1024;

    private static final long JVM_BYTES = jvmBytes();
    private static final long LIMIT_BYTES = limitNetty();

    private DirectMemory() {}

    private static long jvmBytes() {
        HotSpotDiagnosticMXBean jvm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        long bytes = Long.parseLong(jvm.getVMOption("MaxDirectMemorySize").getValue());
        return bytes > 0 ? bytes : Runtime.getRuntime().maxMemory();
    }

    /// Netty allocates before it counts, so there has to be room for what it then gives back.
    private static long limitNetty() {
        String given = System.getProperty(NETTY_LIMIT);
        if (given == null) {
            long limit = JVM_BYTES - JVM_BYTES / 8;
            System.setProperty(NETTY_LIMIT, Long.toString(limit));
            return limit;
        }
        long limit = Long.getLong(NETTY_LIMIT, 0);
        return limit > 0 ? Math.min(limit, JVM_BYTES) : JVM_BYTES;
    }

    /// Most bytes that there are for all sockets. To be asked before anything of Netty is used: it reads the limit
    /// once.
    public static long limitBytes() {
        return LIMIT_BYTES;
    }

    /// The allocator of all sockets. With little memory it takes it in small pieces: of the usual 4 MiB there would
    /// be too few for Netty to pool anything.
    public static PooledByteBufAllocator allocator() {
        return Pool.ALLOCATOR;
    }

    /// The size of buffers that loops write from. As many as clients have replies in one turn are in use at once.
    static int writeBufferBytes() {
        return LIMIT_BYTES < 200L * MIB ? 4 * 1024 : 16 * 1024;
    }

    /// How many of them each loop keeps when they are free.
    static int writeBuffersKept() {
        return (int) Math.min(256, LIMIT_BYTES / 32 / writeBufferBytes());
    }

    /// How much may wait to be written to one node before more is not read for it: 1 MiB, or less with little
    /// memory.
    public static int unsentBytesMax() {
        return Math.clamp(LIMIT_BYTES / 256, 128 * 1024, MIB);
    }

    /// Bytes that sockets have taken, in whole pieces.
    public static long usedBytes() {
        return PlatformDependent.usedDirectMemory();
    }

    private static final class Pool {
        private static final PooledByteBufAllocator ALLOCATOR = new PooledByteBufAllocator(
                true,
                PooledByteBufAllocator.defaultNumHeapArena(),
                Math.max(1, Math.min(2 * Runtime.getRuntime().availableProcessors(), arenas())),
                PAGE_BYTES,
                order(),
                PooledByteBufAllocator.defaultSmallCacheSize(),
                PooledByteBufAllocator.defaultNormalCacheSize(),
                PooledByteBufAllocator.defaultUseCacheForAllThreads());

        private static int chunkBytes() {
            return PAGE_BYTES << order();
        }

        /// Of chunks: 256 KiB, doubled as long as there are at least 64 of them.
        private static int order() {
            int order = 5;
            while (order < 9 && (long) (PAGE_BYTES << order + 1) * 64 <= LIMIT_BYTES) {
                order++;
            }
            return order;
        }

        private static int arenas() {
            return (int) Math.min(Integer.MAX_VALUE, LIMIT_BYTES / chunkBytes() / 6);
        }
    }
}

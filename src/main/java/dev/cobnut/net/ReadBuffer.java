package dev.cobnut.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.util.internal.OutOfDirectMemoryError;

/// Gives every read on a loop the same buffer of [IoLoop#READ_BYTES_MAX], as long as nobody kept the last one:
/// nearly all reads are parsed and forgotten before the next, so allocating for each would be wasted. Where no
/// memory is left for another, a small one is read into that nobody keeps, since what is short is copied.
///
/// For the loop's own thread.
final class ReadBuffer extends DefaultMaxMessagesRecvByteBufAllocator {
    private static final int RESERVE_BYTES = 8 * 1024;

    private final ByteBuf shared;
    private final ByteBuf reserve;

    ReadBuffer(ByteBufAllocator allocator) {
        this.shared = allocator.directBuffer(IoLoop.READ_BYTES_MAX, IoLoop.READ_BYTES_MAX);
        this.reserve = allocator.directBuffer(RESERVE_BYTES, RESERVE_BYTES);
    }

    /// Lets go of the shared buffer. For when the loop has ended.
    void close() {
        shared.release();
        reserve.release();
    }

    @Override
    @SuppressWarnings("deprecation") // the return type is what Netty itself still declares
    public Handle newHandle() {
        return new MaxMessageHandle() {
            @Override
            public int guess() {
                return IoLoop.READ_BYTES_MAX;
            }

            @Override
            public ByteBuf allocate(ByteBufAllocator allocator) {
                // One reference is ours: while there is another, somebody still holds bytes of an earlier read.
                if (shared.refCnt() == 1) {
                    return shared.clear().retain();
                }
                try {
                    return allocator.directBuffer(IoLoop.READ_BYTES_MAX, IoLoop.READ_BYTES_MAX);
                } catch (OutOfDirectMemoryError e) {
                    if (reserve.refCnt() > 1) {
                        throw e;
                    }
                    return reserve.clear().retain();
                }
            }
        };
    }
}

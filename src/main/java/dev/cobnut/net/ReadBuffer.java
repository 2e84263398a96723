package dev.cobnut.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;

/// Gives every read on a loop the same buffer of [IoLoop#READ_BYTES_MAX], as long as nobody kept the last one: nearly
/// all reads are parsed and forgotten before the next, so allocating for each would be wasted.
///
/// For the loop's own thread.
final class ReadBuffer extends DefaultMaxMessagesRecvByteBufAllocator {
    private final ByteBuf shared;

    ReadBuffer(ByteBufAllocator allocator) {
        this.shared = allocator.directBuffer(IoLoop.READ_BYTES_MAX, IoLoop.READ_BYTES_MAX);
    }

    /// Lets go of the shared buffer. For when the loop has ended.
    void close() {
        shared.release();
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
                return shared.refCnt() == 1
                        ? shared.clear().retain()
                        : allocator.directBuffer(IoLoop.READ_BYTES_MAX, IoLoop.READ_BYTES_MAX);
            }
        };
    }
}

package dev.cobnut.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;

/// The buffers that one loop writes from. One is in use for each connection that has something to write this turn,
/// and nearly always free again when the turn ends, because the kernel took it all.
///
/// For the loop's own thread.
final class WriteBuffers {
    static final int BYTES = DirectMemory.writeBufferBytes();

    private static final int KEPT_MAX = DirectMemory.writeBuffersKept();

    private final ByteBufAllocator allocator;
    private final ArrayDeque<ByteBuf> free = new ArrayDeque<>();

    WriteBuffers(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    /// An empty buffer of at least `length` bytes.
    ByteBuf take(int length) {
        if (length > BYTES) {
            return allocator.directBuffer(length);
        }
        ByteBuf kept = free.pollLast();
        return kept == null ? allocator.directBuffer(BYTES, BYTES) : kept;
    }

    /// Takes back a buffer that was written. The caller had retained it once before it gave it to the channel.
    void giveBack(ByteBuf buffer) {
        if (buffer.refCnt() == 1 && buffer.capacity() == BYTES && free.size() < KEPT_MAX) {
            free.addLast(buffer.clear());
        } else {
            // The channel has not written all of it yet, and will release it.
            buffer.release();
        }
    }

    /// Lets go of the buffers that are free. For when the loop has ended.
    void close() {
        free.forEach(ByteBuf::release);
        free.clear();
    }
}

package dev.cobnut.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.Test;

class LoopBuffersTest {
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);

    @Test
    void writeBuffersAreUsedAgainAndFreedAtTheEnd() {
        WriteBuffers buffers = new WriteBuffers(allocator);
        ByteBuf first = buffers.take(100);
        ByteBuf second = buffers.take(100);
        buffers.giveBack(first);
        assertThat(buffers.take(100)).isSameAs(first);
        buffers.giveBack(first);
        buffers.giveBack(second);

        buffers.close();

        assertThat(allocator.metric().usedDirectMemory()).isZero();
    }

    @Test
    void readBufferIsUsedAgainAndFreedAtTheEnd() {
        ReadBuffer buffer = new ReadBuffer(allocator);
        var handle = buffer.newHandle();
        ByteBuf first = handle.allocate(allocator);
        ByteBuf whileTheFirstIsKept = handle.allocate(allocator);
        assertThat(whileTheFirstIsKept).isNotSameAs(first);
        first.release();
        assertThat(handle.allocate(allocator)).isSameAs(first);
        first.release();
        whileTheFirstIsKept.release();

        buffer.close();

        assertThat(allocator.metric().usedDirectMemory()).isZero();
    }
}

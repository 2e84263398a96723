package dev.cobnut.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DirectMemoryTest {
    @Test
    void theLimitIsBelowThatOfTheJvm() {
        assertThat(DirectMemory.limitBytes())
                .isPositive()
                .isEqualTo(Long.getLong("io.netty.maxDirectMemory"))
                .isLessThan(Runtime.getRuntime().maxMemory());
    }

    @Test
    void memoryIsPooledInPiecesOfWhichThereAreMany() {
        assertThat(DirectMemory.allocator().metric().numDirectArenas()).isPositive();
        assertThat((long) DirectMemory.allocator().metric().chunkSize())
                .isLessThanOrEqualTo(DirectMemory.limitBytes() / 64);
    }

    @Test
    void whatALoopKeepsIsASmallShareOfIt() {
        assertThat((long) DirectMemory.writeBuffersKept() * DirectMemory.writeBufferBytes())
                .isLessThanOrEqualTo(DirectMemory.limitBytes() / 32);
    }
}

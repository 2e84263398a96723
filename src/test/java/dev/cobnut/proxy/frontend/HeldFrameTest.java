package dev.cobnut.proxy.frontend;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.proxy.client.ByteBudget;
import org.junit.jupiter.api.Test;

class HeldFrameTest {
    private final HeldFrame held = new HeldFrame();

    @Test
    void piecesStandOneBehindTheOther() {
        assertThat(held.isEmpty()).isTrue();
        held.add(bytes("xGETy"), 1, 4);
        held.add(bytes(" key"), 0, 4);
        held.add(bytes(""), 0, 0);

        assertThat(held.length()).isEqualTo(7);
        assertThat(new String(held.bytes(), 0, held.length(), ISO_8859_1)).isEqualTo("GET key");
        held.drop();
        assertThat(held.isEmpty()).isTrue();
    }

    @Test
    void aLargeArrayIsNotKeptAndASmallOneIs() {
        held.add(new byte[4096], 0, 4096);
        byte[] small = held.bytes();
        held.drop();
        held.add(new byte[10], 0, 10);
        assertThat(held.bytes()).isSameAs(small);

        held.add(new byte[4096], 0, 4096);
        held.drop();
        assertThat(held.bytes()).isEmpty();
    }

    @Test
    void theArrayCountsOnceAndIsGivenBackWhenTheRequestIsDropped() {
        long before = ByteBudget.HEAP.taken();
        held.add(new byte[100_000], 0, 100_000);
        assertThat(held.takeBudget()).isTrue();
        assertThat(held.takeBudget()).isTrue();
        assertThat(ByteBudget.HEAP.taken() - before).isEqualTo(100_000);

        held.add(new byte[1], 0, 1);
        assertThat(held.takeBudget()).isTrue();
        assertThat(ByteBudget.HEAP.taken() - before).isEqualTo(held.bytes().length);

        held.drop();
        held.drop();
        assertThat(ByteBudget.HEAP.taken()).isEqualTo(before);
    }

    @Test
    void whatFindsNoRoomTakesNone() {
        long before = ByteBudget.HEAP.taken();
        long rest = ByteBudget.HEAP.max() - before;
        assertThat(ByteBudget.HEAP.take(rest)).isTrue();
        held.add(new byte[100_000], 0, 100_000);
        assertThat(held.takeBudget()).isFalse();
        held.drop();
        ByteBudget.HEAP.give(rest);
        assertThat(ByteBudget.HEAP.taken()).isEqualTo(before);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }
}

package dev.cobnut.proxy.frontend;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.net.Account;
import dev.cobnut.net.Held;
import dev.cobnut.testing.TestLoop;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HeldFrameTest {
    private final TestLoop loop = new TestLoop();
    private final Account account = loop.account();
    private final HeldFrame held = new HeldFrame(account);

    @AfterEach
    void close() {
        loop.close();
    }

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
        held.add(new byte[512], 0, 512);
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
        held.add(new byte[50_000], 0, 50_000);
        assertThat(held.take()).isTrue();
        assertThat(held.take()).isTrue();
        assertThat(account.held(Held.REQUEST)).isEqualTo(50_000);

        held.add(new byte[1], 0, 1);
        assertThat(held.take()).isTrue();
        assertThat(account.held(Held.REQUEST)).isEqualTo(held.bytes().length);

        held.drop();
        held.drop();
        assertThat(account.held(Held.REQUEST)).isZero();
    }

    @Test
    void aLongOneCountsTwiceSinceItIsCutIntoCopies() {
        held.add(new byte[100_000], 0, 100_000);
        assertThat(held.take()).isTrue();
        assertThat(account.held(Held.REQUEST)).isEqualTo(200_000);
    }

    @Test
    void whatFindsNoRoomTakesNone() {
        Account stranger = loop.leaveRoomFor(90_000);
        held.add(new byte[50_000], 0, 50_000);
        assertThat(held.take()).isTrue();
        held.add(new byte[50_000], 0, 50_000);
        assertThat(held.take()).isFalse();
        assertThat(account.held(Held.REQUEST)).isEqualTo(50_000);
        held.drop();
        stranger.close();
        assertThat(account.held(Held.REQUEST)).isZero();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }
}

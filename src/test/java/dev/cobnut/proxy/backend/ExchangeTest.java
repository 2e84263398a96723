package dev.cobnut.proxy.backend;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

/// The owner of an exchange is told exactly one ending.
class ExchangeTest {
    private static final byte[] OK = "+OK\r\n".getBytes(US_ASCII);
    private static final Failure LATE = new Failure(Failure.Kind.TIMED_OUT, "late");
    private static final Failure LOST = new Failure(Failure.Kind.CLOSED, "lost");
    private static final String LATE_TEXT = "-ERR Connection timed out: late, outcome unknown";

    private final HeardExchange exchange = new HeardExchange();

    private static ByteBuf part() {
        return Unpooled.wrappedBuffer(OK);
    }

    @Test
    void aReplyIsGiven() {
        assertThat(exchange.reply(OK, 0, OK.length)).isTrue();
        assertThat(exchange.take()).containsExactly("+OK|");
    }

    @Test
    void whatTheReceiverHasNoRoomForIsSaid() {
        exchange.keepsUp = false;
        assertThat(exchange.replyPart(part(), false)).isFalse();
        assertThat(exchange.reply(OK, 0, OK.length)).isFalse();
    }

    @Test
    void partsAreGivenUntilTheLast() {
        exchange.replyPart(part(), false);
        exchange.replyPart(part(), true);
        assertThat(exchange.take()).containsExactly("5 bytes", "5 bytes, the last");
        assertThatThrownBy(() -> exchange.replyPart(part(), true)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aFailureCutsPartsShort() {
        exchange.replyPart(part(), false);
        exchange.fail(LOST, true);
        assertThat(exchange.take()).containsExactly("5 bytes", "-ERR unknown: lost, outcome unknown");
    }

    @Test
    void whatWasNotSentSaysSo() {
        exchange.fail(LOST);
        assertThat(exchange.take()).containsExactly("-ERR unknown: lost, command not sent");
    }

    @Test
    void aReplyAfterTheTimeoutIsSwallowed() {
        exchange.keepsUp = false;
        exchange.expire(LATE);
        assertThat(exchange.isTold()).isTrue();
        assertThat(exchange.reply(OK, 0, OK.length))
                .as("nobody has to be waited for")
                .isTrue();
        assertThat(exchange.take()).containsExactly(LATE_TEXT);
        assertThat(exchange.isTold()).isFalse();
    }

    @Test
    void partsAfterTheTimeoutAreSwallowed() {
        exchange.keepsUp = false;
        exchange.replyPart(part(), false);
        exchange.expire(LATE);
        assertThat(exchange.replyPart(part(), false)).isTrue();
        assertThat(exchange.replyPart(part(), true)).isTrue();
        assertThat(exchange.take()).containsExactly("5 bytes", LATE_TEXT);
    }

    @Test
    void aConfirmationAfterTheTimeoutIsSwallowed() {
        exchange.expire(LATE);
        exchange.confirm();
        assertThat(exchange.take()).containsExactly(LATE_TEXT);
    }

    @Test
    void theEndOfTheConnectionAfterTheTimeoutIsSwallowed() {
        exchange.expire(LATE);
        exchange.fail(LOST, true);
        assertThat(exchange.take()).containsExactly(LATE_TEXT);
    }

    @Test
    void aConfirmationIsGivenOnce() {
        exchange.confirm();
        assertThat(exchange.take()).containsExactly("confirmed");
        assertThatThrownBy(exchange::confirm).hasMessage("an exchange that is DONE has ended again");
    }

    @Test
    void noneEndsTwice() {
        exchange.reply(OK, 0, OK.length);
        assertThatThrownBy(() -> exchange.fail(LOST)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> exchange.expire(LATE)).hasMessage("an exchange that is DONE cannot expire");
        assertThat(exchange.take()).containsExactly("+OK|");
    }

    @Test
    void whoNeverAsksToPauseNeedNotSaySo() {
        Exchange plain = new Exchange() {
            @Override
            public boolean onReply(byte[] bytes, int from, int to) {
                return true;
            }

            @Override
            public boolean onReplyPart(ByteBuf part, boolean last) {
                return true;
            }

            @Override
            public void onFailure(Failure failure, boolean sent) {}

            @Override
            public Object receiver() {
                return this;
            }
        };
        assertThat(plain.onPush(OK, 0, OK.length)).isEqualTo(Exchange.PushAnswer.NOT_MINE);
        plain.onConfirmed();
        assertThat(plain.isHidden()).isFalse();
        assertThat(plain.waitsWithoutEnd()).isFalse();
        assertThatThrownBy(plain::onTooSlow).hasMessageContaining("never asks to pause");
    }
}

package dev.cobnut.proxy.client;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.proxy.backend.Exchange.PushAnswer;
import dev.cobnut.proxy.client.Subscriptions.Verb;
import org.junit.jupiter.api.Test;

class ConfirmationsTest {
    private static PushAnswer count(Confirmations confirmations, String message) {
        byte[] bytes = ("xx" + message.replace("|", "\r\n") + "yy").getBytes(US_ASCII);
        return confirmations.count(bytes, 2, bytes.length - 2);
    }

    @Test
    void theLastOfThemCompletesTheCommand() {
        Confirmations two = new Confirmations(Verb.SUBSCRIBE, 2);
        assertThat(count(two, "*3|$9|subscribe|$1|a|:1|")).isEqualTo(PushAnswer.MINE);
        assertThat(count(two, "*3|$9|subscribe|$1|b|:2|")).isEqualTo(PushAnswer.LAST);
    }

    @Test
    void inResp3TheyAreTheSame() {
        assertThat(count(new Confirmations(Verb.PUNSUBSCRIBE, 1), ">3|$12|punsubscribe|_|:0|"))
                .isEqualTo(PushAnswer.LAST);
    }

    @Test
    void messagesAndOtherVerbsDoNotCount() {
        Confirmations one = new Confirmations(Verb.SUBSCRIBE, 1);
        assertThat(count(one, "*3|$7|message|$1|a|$9|subscribe|")).isEqualTo(PushAnswer.NOT_MINE);
        assertThat(count(one, "*3|$11|unsubscribe|$1|a|:0|")).isEqualTo(PushAnswer.NOT_MINE);
        assertThat(count(one, "*3|$9|")).isEqualTo(PushAnswer.NOT_MINE);
        assertThat(count(one, "*3|$9|subscribe|$1|a|:1|")).isEqualTo(PushAnswer.LAST);
    }
}

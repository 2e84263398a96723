package dev.cobnut.proxy.client;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cobnut.proxy.client.Subscriptions.Verb;
import dev.cobnut.resp.Command;
import dev.cobnut.resp.CommandTable;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class SubscriptionsTest {
    private final Subscriptions subscriptions = new Subscriptions();

    private static List<byte[]> names(String... names) {
        return Arrays.stream(names).map(name -> name.getBytes(US_ASCII)).toList();
    }

    private String apply(Verb verb, String... names) {
        return new String(subscriptions.apply(verb, names(names), false), US_ASCII).replace("\r\n", "|");
    }

    private List<String> at(Verb verb) {
        return subscriptions.names(verb).stream()
                .map(name -> new String(name, US_ASCII))
                .toList();
    }

    private static Command command(String name) {
        return Objects.requireNonNull(CommandTable.builtIn().named(name));
    }

    @Test
    void eachNameIsConfirmedWithTheCountSoFar() {
        assertThat(subscriptions.isEmpty()).isTrue();
        assertThat(apply(Verb.SUBSCRIBE, "a", "bc")).isEqualTo("*3|$9|subscribe|$1|a|:1|*3|$9|subscribe|$2|bc|:2|");
        assertThat(subscriptions.isEmpty()).isFalse();
        assertThat(apply(Verb.SUBSCRIBE, "a")).isEqualTo("*3|$9|subscribe|$1|a|:2|");
        assertThat(apply(Verb.UNSUBSCRIBE, "a", "x"))
                .isEqualTo("*3|$11|unsubscribe|$1|a|:1|*3|$11|unsubscribe|$1|x|:1|");
    }

    @Test
    void channelsAndPatternsAreCountedTogetherAndThoseOfShardsApart() {
        apply(Verb.SUBSCRIBE, "a");
        assertThat(apply(Verb.PSUBSCRIBE, "a")).isEqualTo("*3|$10|psubscribe|$1|a|:2|");
        assertThat(apply(Verb.SSUBSCRIBE, "a")).isEqualTo("*3|$10|ssubscribe|$1|a|:1|");
        assertThat(apply(Verb.SUNSUBSCRIBE, "a")).isEqualTo("*3|$12|sunsubscribe|$1|a|:0|");
        assertThat(apply(Verb.PUNSUBSCRIBE, "a")).isEqualTo("*3|$12|punsubscribe|$1|a|:1|");
    }

    @Test
    void anyKindKeepsItFromBeingEmpty() {
        for (Verb verb : List.of(Verb.SUBSCRIBE, Verb.PSUBSCRIBE, Verb.SSUBSCRIBE)) {
            Subscriptions one = new Subscriptions();
            one.follow(verb, names("a"));
            assertThat(one.isEmpty()).as(verb.word()).isFalse();
        }
    }

    @Test
    void withoutNamesThereIsOneConfirmationOfNone() {
        assertThat(apply(Verb.UNSUBSCRIBE)).isEqualTo("*3|$11|unsubscribe|$-1|:0|");
        assertThat(new String(subscriptions.apply(Verb.UNSUBSCRIBE, List.of(), true), US_ASCII))
                .isEqualTo(">3\r\n$11\r\nunsubscribe\r\n_\r\n:0\r\n");
    }

    @Test
    void inResp3ConfirmationsArePushes() {
        assertThat(new String(subscriptions.apply(Verb.SUBSCRIBE, names("a"), true), US_ASCII))
                .isEqualTo(">3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n");
    }

    @Test
    void namesKeepTheOrderOfTheRequests() {
        apply(Verb.SUBSCRIBE, "c", "a");
        apply(Verb.SUBSCRIBE, "b");
        assertThat(at(Verb.UNSUBSCRIBE)).containsExactly("c", "a", "b");
        subscriptions.names(Verb.SUBSCRIBE).getFirst()[0] = 'x';
        assertThat(at(Verb.SUBSCRIBE)).first().isEqualTo("c");
    }

    @Test
    void whatANodeDidInATransactionIsFollowed() {
        subscriptions.follow(Verb.SUBSCRIBE, names("a", "b"));
        subscriptions.follow(Verb.UNSUBSCRIBE, names("a"));
        assertThat(at(Verb.SUBSCRIBE)).containsExactly("b");
        subscriptions.follow(Verb.UNSUBSCRIBE, List.of());
        assertThat(subscriptions.isEmpty()).isTrue();
    }

    @Test
    void aVerbIsToldByItsCommand() {
        for (Verb verb : Verb.values()) {
            assertThat(Verb.of(command(verb.word()))).isEqualTo(verb);
        }
        assertThat(Verb.PSUBSCRIBE.isPattern()).isTrue();
        assertThat(Verb.PUNSUBSCRIBE.isPattern()).isTrue();
        assertThat(Verb.SSUBSCRIBE.isPattern()).isFalse();
        Command get = command("get");
        assertThatThrownBy(() -> Verb.of(get))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith(" is not of the SUBSCRIBE family");
    }
}

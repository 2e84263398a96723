package dev.cobnut.proxy.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.proxy.ClientFixture;
import dev.cobnut.proxy.ClientFixture.Bare;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SubscribeCommandsTest {
    private final ClientFixture pool = ClientFixture.shards(3).start();
    private final Bare client = pool.bare();

    @AfterEach
    void nothingIsKept() {
        pool.turn();
        pool.close();
    }

    private String confirmed(String verb, String name, int count) {
        String named = pool.keys(name);
        return "*3|$" + verb.length() + "|" + verb + "|$" + named.length() + "|" + named + "|:" + count + "|";
    }

    private static String one(String confirmed) {
        return confirmed.substring(0, confirmed.length() - 1);
    }

    @Test
    void eachChannelGoesToItsShard() {
        assertThat(client.dispatch("SUBSCRIBE @1 @0 {@1}x")).isTrue();
        pool.node(2).expectsNothing();
        pool.node(1)
                .expects("subscribe @1 {@1}x")
                .answers(one(confirmed("subscribe", "@1", 1) + confirmed("subscribe", "{@1}x", 2)));
        client.expects("");
        pool.node(0).expects("subscribe @0").answers(one(confirmed("subscribe", "@0", 1)));
        client.expects(
                confirmed("subscribe", "@1", 1) + confirmed("subscribe", "@0", 2) + confirmed("subscribe", "{@1}x", 3));
    }

    @Test
    void patternsGoToAll() {
        client.dispatch("PSUBSCRIBE a*");
        for (int shard = 0; shard < 3; shard++) {
            client.expects("");
            pool.node(shard).expects("psubscribe a*").answers(one(confirmed("psubscribe", "a*", 1)));
        }
        client.expects(confirmed("psubscribe", "a*", 1));
    }

    @Test
    void whoIsSubscribedToNothingHasNothingToGiveUp() {
        assertThat(client.dispatch("UNSUBSCRIBE")).isTrue();
        client.expects("*3|$11|unsubscribe|$-1|:0|");
        assertThat(client.dispatch("UNSUBSCRIBE @1")).isTrue();
        client.expects(confirmed("unsubscribe", "@1", 0));
        for (int shard = 0; shard < 3; shard++) {
            pool.node(shard).expectsNothing();
        }
    }

    @Test
    void withoutNamesAllAreGivenUp() {
        client.dispatch("SUBSCRIBE @1 @0");
        pool.node(0).expects("subscribe @0").answers(one(confirmed("subscribe", "@0", 1)));
        pool.node(1).expects("subscribe @1").answers(one(confirmed("subscribe", "@1", 1)));
        client.expects(confirmed("subscribe", "@1", 1) + confirmed("subscribe", "@0", 2));
        client.dispatch("UNSUBSCRIBE");
        pool.node(0).expects("unsubscribe @0").answers(one(confirmed("unsubscribe", "@0", 0)));
        pool.node(1).expects("unsubscribe @1").answers(one(confirmed("unsubscribe", "@1", 0)));
        client.expects(confirmed("unsubscribe", "@1", 1) + confirmed("unsubscribe", "@0", 0));
        assertThat(client.client().session().at(0)).isNull();
        assertThat(client.client().session().at(1)).isNull();
    }

    @Test
    void whereOneNodeCannotBeHadNothingIsSubscribed() {
        pool.forgetMaster(1);
        client.dispatch("SUBSCRIBE @0 @1");
        client.expects("-ERR Connection refused: shard s1 has no known master, command not sent|");
        assertThat(client.client().session().subscriptions().isEmpty()).isTrue();
        assertThat(client.client().session().at(0)).as("given back").isNull();
        pool.node(0).expectsNothing();
        assertThat(client.takeAsked()).isEmpty();
    }

    @Test
    void whatANodeRefusesEndsTheClient() {
        client.dispatch("SUBSCRIBE @0");
        pool.node(0).expects("subscribe @0").answers("-NOPERM x");
        client.expects("-NOPERM x|");
        assertThat(client.takeAsked()).containsExactly("leave broken: its subscriptions were refused or lost");
    }
}

package dev.cobnut.proxy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.config.User;
import dev.cobnut.resp.Frame;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PoolFrontTest {
    private final TestPool one = new TestPool(1);
    private final TestPool three = new TestPool(3);

    @AfterEach
    void nothingIsKept() {
        one.close();
        three.close();
    }

    // ---- databases --------------------------------------------------------------------------------------------------

    @Test
    void knowsTheDatabaseItBeginsInAndAllBelow() {
        assertThat(one.front().knowsDatabase(0)).isTrue();
        assertThat(one.front().knowsDatabase(1)).isFalse();
        assertThat(one.front().knowsDatabase(-1)).isFalse();
        try (TestPool fifth = new TestPool(1).database(5)) {
            assertThat(fifth.front().knowsDatabase(5)).isTrue();
            assertThat(fifth.front().knowsDatabase(6)).isFalse();
        }
    }

    @Test
    void learnsThatThereAreMoreAndNeverThatThereAreLess() {
        one.front().learnDatabase(7);
        one.front().learnDatabase(2);
        assertThat(one.front().knowsDatabase(7)).isTrue();
        assertThat(one.front().knowsDatabase(8)).isFalse();
    }

    @Test
    void readsTheNumberOfADatabase() {
        assertThat(database("12")).isEqualTo(12);
        assertThat(database("2147483647")).isEqualTo(Integer.MAX_VALUE);
        assertThat(database("2147483648")).isEqualTo(-1);
        assertThat(database("-1")).isEqualTo(-1);
        assertThat(database("x")).isEqualTo(-1);
    }

    private int database(String argument) {
        return PoolFront.database(one.frame("SELECT", argument));
    }

    // ---- HELLO ------------------------------------------------------------------------------------------------------

    @Test
    void remembersTheLastAnswerToHelloOfEachVersion() {
        PoolFront front = one.front();
        assertThat(front.lastHello(false)).isEmpty();
        assertThat(front.lastHello(true)).isEmpty();
        front.rememberHello(false, TestPool.bytes("two"));
        front.rememberHello(true, TestPool.bytes("three"));
        front.rememberHello(false, TestPool.bytes("two again"));
        assertThat(front.lastHello(false)).isEqualTo(TestPool.bytes("two again"));
        assertThat(front.lastHello(true)).isEqualTo(TestPool.bytes("three"));
    }

    // ---- where to ---------------------------------------------------------------------------------------------------

    @Test
    void keysHaveAShardInCommonOrSeveral() {
        String a = three.keyOn(1);
        assertThat(shard("DEL", a)).isEqualTo(1);
        assertThat(shard("DEL", a, a + "x", a + "y")).isEqualTo(1);
        assertThat(shard("DEL", a, a, three.keyOn(2))).isEqualTo(PoolFront.SEVERAL);
        Frame found = found("DEL", a, three.keyOn(2));
        three.ejectAll();
        assertThat(three.front().route(found.keys(), found.bytes())).isEqualTo(Router.NONE);
    }

    private int shard(String... request) {
        Frame frame = found(request);
        return three.front().route(frame.keys(), frame.bytes());
    }

    private Frame found(String... request) {
        Frame frame = three.frame(request);
        assertThat(frame.findKeys()).isNull();
        return frame;
    }

    @Test
    void aChannelIsListenedToWhereItIsPlaced() {
        byte[] channel = TestPool.bytes(three.keyOn(1));
        assertThat(three.front().listensAt(0, false, channel)).isFalse();
        assertThat(three.front().listensAt(1, false, channel)).isTrue();
        assertThat(three.front().listensAt(2, false, channel)).isFalse();
        assertThat(one.front().listensAt(0, false, channel)).isTrue();
    }

    @Test
    void patternsAndEventsAboutKeysAreListenedToEverywhere() {
        for (int shard = 0; shard < 3; shard++) {
            assertThat(three.front().listensAt(shard, true, TestPool.bytes("a*")))
                    .isTrue();
            assertThat(three.front().listensAt(shard, false, TestPool.bytes("__keyspace@0__:a")))
                    .isTrue();
            assertThat(three.front().listensAt(shard, false, TestPool.bytes("__key")))
                    .isTrue();
        }
        assertThat(placesOf("__ke")).isEqualTo(1);
        assertThat(placesOf("__kez1")).isEqualTo(1);
    }

    private int placesOf(String channel) {
        int places = 0;
        for (int shard = 0; shard < 3; shard++) {
            places += three.front().listensAt(shard, false, TestPool.bytes(channel)) ? 1 : 0;
        }
        return places;
    }

    @Test
    void anyShardIsAlwaysTheSameWhileNoneIsEjected() {
        assertThat(three.front().anyShard()).isZero();
        assertThat(three.front().anyShard()).isZero();
        three.front().router().eject(0, three.loop.io().nowNanos());
        assertThat(three.front().anyShard()).isEqualTo(1);
        three.ejectAll();
        assertThat(three.front().anyShard()).isEqualTo(Router.NONE);
    }

    @Test
    void whyThereIsNoConnectionDependsOnWhetherThereIsAShard() {
        assertThat(three.front().noConnection(Router.NONE))
                .asString()
                .contains("every server of pool alpha is ejected");
        assertThat(three.front().noConnection(1)).asString().contains("shard s1 has no known master");
    }

    // ---- what its configuration says --------------------------------------------------------------------------------

    @Test
    void theUsersOfTheNodeCountWhereAclIsOpenAndNobodyNeedsAPassword() {
        assertThat(one.front().hasUsersAtNode()).as("ACL is not open").isFalse();
        try (TestPool open = new TestPool(1).allow("acl");
                TestPool password = new TestPool(1).allow("acl").password("x");
                TestPool users = new TestPool(1).allow("acl").user(new User("alice", List.of("0".repeat(64))));
                TestPool several = new TestPool(3).allow("acl")) {
            assertThat(open.front().hasUsersAtNode()).isTrue();
            assertThat(password.front().hasUsersAtNode()).isFalse();
            assertThat(users.front().hasUsersAtNode()).isFalse();
            assertThat(several.front().hasUsersAtNode()).isFalse();
        }
    }

    @Test
    void declaredCommandsAreInItsTable() {
        try (TestPool declared = new TestPool(1).declared("mymod.get 2 r 1")) {
            assertThat(declared.front().table().named("mymod.get")).isNotNull();
            assertThat(declared.front().table().named("get")).isNotNull();
        }
        assertThat(one.front().table().named("mymod.get")).isNull();
    }

    @Test
    void saysWhatItWasMadeOf() {
        assertThat(one.front().oneShard()).isTrue();
        assertThat(three.front().oneShard()).isFalse();
        assertThat(three.front().shards()).hasSize(3);
        assertThat(three.front().config().name()).isEqualTo("alpha");
        assertThat(three.front().loop()).isSameAs(three.loop.io());
        assertThat(three.front().clients()).isSameAs(three.everywhere);
        assertThat(three.front().guests()).isEmpty();
        assertThat(three.front().epoch().current()).isZero();
        assertThat(three.front().counters()).isNotNull();
    }

    @Test
    void aPauseHoldsUntilItsTimeIsUp() {
        assertThat(one.front().isPaused()).isFalse();
        one.everywhere.pause(one.loop.io().nowNanos() + 5_000_000);
        assertThat(one.front().isPaused()).isTrue();
        one.loop.advanceMillis(5);
        one.loop.io().updateNow();
        assertThat(one.front().isPaused()).isFalse();
    }
}

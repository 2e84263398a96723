package dev.cobnut.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.net.MemoryBudget.Stage;
import dev.cobnut.testing.TestLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What is counted of each client, and what follows when it is too much.
class LoopMemoryTest {
    private final TestLoop loop = new TestLoop();
    private final LoopMemory memory = loop.io().memory();
    private final MemoryBudget budget = loop.memory();
    private final List<String> told = new ArrayList<>();
    private long nowNanos = loop.nowNanos();

    @AfterEach
    void close() {
        loop.close();
    }

    private Account client(String name) {
        return new Account(loop.io(), new Socket(loop.io()), new Account.Owner() {
            @Override
            public void onMemory() {
                told.add(name + " goes on");
            }

            @Override
            public void onShed(String why) {
                told.add(name + " is closed");
            }
        });
    }

    private void tick() {
        nowNanos += TimeUnit.MILLISECONDS.toNanos(100);
        memory.tick(nowNanos);
        loop.runTurn();
    }

    private long share(int sixteenths) {
        return budget.max() / 16 * sixteenths;
    }

    @Test
    void theTotalHearsOfStepsAtOnceAndOfTheRestWithTheNextTick() {
        Account client = client("a");
        long idle = budget.held();
        assertThat(idle).isEqualTo(Account.CONNECTION_BYTES);
        client.hold(Held.NAMES, 100);
        assertThat(budget.held()).isEqualTo(idle);
        tick();
        assertThat(budget.held()).isEqualTo(idle + 100);
        assertThat(budget.held(Held.NAMES)).isEqualTo(100);
        client.hold(Held.STORED, 5_000);
        assertThat(budget.held()).isEqualTo(idle + 5_100);
        client.give(Held.STORED, 5_000);
        assertThat(budget.held()).isEqualTo(idle + 100);
        client.close();
        assertThat(budget.held()).isZero();
        client.hold(Held.NAMES, 5_000);
        assertThat(budget.held()).as("it is gone").isZero();
    }

    @Test
    void oneClientGetsHalfOfTheBudgetAtMost() {
        Account client = client("a");
        assertThat(client.take(Held.NAMES, share(7))).isTrue();
        assertThat(client.take(Held.NAMES, share(1))).isFalse();
        assertThat(budget.refused()).isEqualTo(1);
        assertThat(client.held(Held.NAMES)).isEqualTo(share(7));
    }

    @Test
    void fromHalfOnOnlyThoseAreReadWhoHoldAFairShare() {
        Account big = client("big");
        Account small = client("small");
        big.hold(Held.NAMES, share(7));
        assertThat(big.mayGoOn()).isTrue();
        small.hold(Held.REQUEST, share(2));
        assertThat(budget.stage()).isEqualTo(Stage.SHARED);
        assertThat(big.mayGoOn()).isFalse();
        assertThat(small.mayGoOn()).isTrue();
        tick();
        assertThat(told).isEmpty();
        small.give(Held.REQUEST, share(2));
        tick();
        tick();
        assertThat(told).containsExactly("big goes on");
        assertThat(big.mayGoOn()).isTrue();
    }

    @Test
    void fromThreeQuartersOnNobodyIsReadWhoHoldsAnything() {
        client("big").hold(Held.NAMES, share(13));
        Account small = client("small");
        assertThat(small.mayGoOn()).isTrue();
        small.hold(Held.REQUEST, 5_000);
        assertThat(small.mayGoOn()).isFalse();
    }

    @Test
    void lessIsKeptForSlowReadersThen() {
        Account client = client("a");
        assertThat(client.unreadBytesMax(1_600)).isEqualTo(1_600);
        client.hold(Held.STORED, share(9));
        assertThat(client.unreadBytesMax(1_600)).isEqualTo(400);
        client.hold(Held.STORED, share(4));
        assertThat(client.unreadBytesMax(1_600)).isEqualTo(100);
    }

    @Test
    void fromNineTenthsOnWhoHoldsMostIsClosedUntilThatIsEnough() {
        Account first = client("first");
        Account second = client("second");
        client("third").hold(Held.UNREAD, share(1));
        first.hold(Held.STORED, share(3));
        second.hold(Held.STORED, share(5));
        first.hold(Held.STORED, share(6));
        assertThat(told).as("not within a call").isEmpty();
        loop.runTurn();
        assertThat(told).containsExactly("first is closed");
        assertThat(budget.stage()).isEqualTo(Stage.FREE);
        assertThat(budget.closed()).isEqualTo(1);
    }

    @Test
    void whoHoldsLittleIsNotClosedForBeingTheBiggest() {
        List<Account> many = new ArrayList<>();
        while (budget.stage() != Stage.SHEDDING) {
            many.add(client("one of many"));
        }
        tick();
        assertThat(told).isEmpty();
        many.forEach(Account::close);
    }

    @Test
    void thoseWhoKeepOthersOutForTooLongAreClosed() {
        Account client = client("a");
        client.hold(Held.STORED, share(13));
        tick();
        nowNanos += LoopMemory.PATIENCE_NANOS - TimeUnit.MILLISECONDS.toNanos(100);
        tick();
        assertThat(told).isEmpty();
        tick();
        assertThat(told).containsExactly("a is closed");
        assertThat(budget.acceptsClients()).isTrue();
    }
}

package dev.cobnut.proxy.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cobnut.proxy.ClientFixture;
import dev.cobnut.proxy.ClientFixture.Bare;
import dev.cobnut.proxy.routing.Loan;
import dev.cobnut.proxy.routing.Standing.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The states of a transaction, apart from any dispatcher.
class TransactionTest {
    private final ClientFixture pool = ClientFixture.shards(1).start();
    private final Bare client = pool.bare();
    private final OwnConnection own =
            Objects.requireNonNull(client.client().session().open(0, Loan.READY));
    private final Transaction transaction = new Transaction(new Watch());

    @AfterEach
    void nothingIsKept() {
        pool.turn();
        pool.close();
    }

    private static void isRefused(Runnable transition, String message) {
        assertThatThrownBy(transition::run)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(message);
    }

    /// One whose node has accepted it.
    private Transaction there() {
        Transaction there = new Transaction(new Watch());
        there.bind(own);
        there.bound();
        return there;
    }

    @Test
    void beginsNowhere() {
        assertThat(transaction.phase()).isEqualTo(Phase.NOWHERE);
        assertThat(transaction.ownIfAny()).isNull();
        assertThat(transaction.whyLost()).isEmpty();
        assertThat(transaction.hasEffects()).isFalse();
    }

    @Test
    void bindsAndIsBound() {
        transaction.bind(own);
        assertThat(transaction.phase()).isEqualTo(Phase.SOMEWHERE);
        assertThat(transaction.ownIfAny()).isSameAs(own);
        isRefused(() -> transaction.bind(own), "a transaction that is BINDING becomes BINDING");
        transaction.bound();
        assertThat(transaction.phase()).isEqualTo(Phase.SOMEWHERE);
        isRefused(transaction::bound, "a transaction that is SOMEWHERE becomes SOMEWHERE");
        isRefused(() -> transaction.bind(own), "a transaction that is SOMEWHERE becomes BINDING");
    }

    @Test
    void cannotBeBoundBeforeItBinds() {
        isRefused(transaction::bound, "a transaction that is NOWHERE becomes SOMEWHERE");
    }

    @Test
    void withANodeItIsSomewhere() {
        Transaction there = there();
        assertThat(there.phase()).isEqualTo(Phase.SOMEWHERE);
        assertThat(there.ownIfAny()).isSameAs(own);
        there.refuse();
        assertThat(there.phase()).as("the node knows").isEqualTo(Phase.SOMEWHERE);
    }

    @Test
    void isRefusedWhileItIsNowhere() {
        transaction.refuse();
        assertThat(transaction.phase()).isEqualTo(Phase.REFUSED);
        transaction.refuse();
        isRefused(() -> transaction.bind(own), "a transaction that is REFUSED becomes BINDING");
        isRefused(() -> transaction.lose("x"), "a transaction that is REFUSED becomes LOST");
    }

    @Test
    void isRefusedFromTheBeginningByItsWatch() {
        Watch watch = new Watch();
        watch.refuse();
        Transaction refused = new Transaction(watch);
        assertThat(refused.phase()).isEqualTo(Phase.REFUSED);
        assertThat(refused.watch()).isSameAs(watch);
    }

    @Test
    void isLostFromNowhere() {
        transaction.lose("no node");
        assertThat(transaction.phase()).isEqualTo(Phase.LOST);
        assertThat(transaction.whyLost()).isEqualTo("no node");
    }

    @Test
    void isLostWhileItBindsAndStaysSo() {
        transaction.bind(own);
        transaction.lose("first");
        transaction.lose("second");
        transaction.bound();
        transaction.refuse();
        assertThat(transaction.phase()).isEqualTo(Phase.LOST);
        assertThat(transaction.whyLost()).isEqualTo("first");
        assertThat(transaction.ownIfAny()).isNull();
    }

    @Test
    void isLostFromSomewhere() {
        Transaction there = there();
        there.lose("gone");
        assertThat(there.phase()).isEqualTo(Phase.LOST);
        assertThat(there.ownIfAny()).isNull();
    }

    @Test
    void needsItsOwnConnectionAndThatOfItsWatch() {
        assertThat(transaction.needs(own)).isFalse();
        transaction.bind(own);
        assertThat(transaction.needs(own)).isTrue();
        transaction.lose("gone");
        assertThat(transaction.needs(own)).isFalse();
        Watch watch = new Watch();
        watch.keep(own);
        assertThat(new Transaction(watch).needs(own)).isTrue();
    }

    @Test
    void holdsCommandsUntilTheyAreTaken() {
        assertThat(transaction.holdsCommands()).isFalse();
        assertThat(transaction.takeHeld()).isEmpty();
        assertThat(transaction.hold(client.frame("PING a"))).isTrue();
        assertThat(transaction.hold(client.frame("PING b"))).isTrue();
        assertThat(transaction.holdsCommands()).isTrue();
        assertThat(transaction.takeHeld())
                .extracting(String::new)
                .containsExactly("*2\r\n$4\r\nPING\r\n$1\r\na\r\n", "*2\r\n$4\r\nPING\r\n$1\r\nb\r\n");
        assertThat(transaction.takeHeld()).isEmpty();
        assertThat(transaction.holdsCommands()).isFalse();
    }

    @Test
    void holdsNoMoreThanItsBound() {
        int overhead = client.frame("PING " + "v".repeat(200_000)).length() - 200_000;
        String fits = "v".repeat(Transaction.HELD_BYTES_MAX - overhead);
        assertThat(transaction.hold(client.frame("PING " + fits + "v"))).isFalse();
        assertThat(transaction.hold(client.frame("PING " + fits))).isTrue();
        assertThat(transaction.hold(client.frame("PING"))).isFalse();
        assertThat(transaction.takeHeld()).hasSize(1);
    }

    @Test
    void whatIsHeldMattersToNoNodeWhenItsWatchIsBroken() {
        Watch watch = new Watch();
        watch.keep(own);
        watch.lose(own);
        Transaction broken = new Transaction(watch);
        broken.hold(client.frame("PING"));
        assertThat(broken.holdsCommands()).isFalse();
    }

    @Test
    void whatIsHeldMattersNoMoreOnceItIsRefused() {
        transaction.hold(client.frame("PING"));
        transaction.refuse();
        assertThat(transaction.holdsCommands()).isFalse();
    }

    @Test
    void effectsHappenInTheirOrderWhenItIsExecuted() {
        List<String> happened = new ArrayList<>();
        transaction.whenExecuted(() -> happened.add("first"));
        transaction.whenExecuted(() -> happened.add("second"));
        assertThat(transaction.hasEffects()).isTrue();
        assertThat(happened).isEmpty();
        transaction.executed(client.client());
        assertThat(happened).containsExactly("first", "second");
    }

    @Test
    void aSelectedDatabaseBecomesTheClients() {
        pool.turn();
        Transaction there = there();
        there.select(3);
        there.select(5);
        assertThat(there.hasEffects()).isTrue();
        assertThat(client.client().database()).isZero();
        there.executed(client.client());
        assertThat(client.client().database()).isEqualTo(5);
        client.client().send(0, client.client().replies().add(new PendingReply()), client.frame("GET a"));
        assertThat(pool.node(0).takeRequests()).as("the node is there already").containsExactly("GET a");
    }

    @Test
    void aDatabaseSelectedWithoutANodeBecomesTheClientsToo() {
        transaction.select(Client.DATABASE_UNKNOWN);
        transaction.executed(client.client());
        assertThat(client.client().database()).isEqualTo(Client.DATABASE_UNKNOWN);
    }
}

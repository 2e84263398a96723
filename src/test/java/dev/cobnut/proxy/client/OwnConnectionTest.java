package dev.cobnut.proxy.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cobnut.proxy.ClientFixture;
import dev.cobnut.proxy.ClientFixture.Bare;
import dev.cobnut.proxy.ClientFixture.NodeEnd;
import dev.cobnut.proxy.client.OwnConnection.Kept;
import dev.cobnut.proxy.routing.Loan;
import dev.cobnut.resp.RespWriter;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// One client's connection: its mode, its messages, and what is said of it.
class OwnConnectionTest {
    private final ClientFixture pool = ClientFixture.shards(1).start();
    private final Bare client = pool.bare();

    @AfterEach
    void nothingIsKept() {
        pool.turn();
        pool.close();
    }

    private OwnConnection open(Loan loan) {
        OwnConnection own = Objects.requireNonNull(client.client().session().open(0, loan));
        pool.turn();
        return own;
    }

    private void ask(OwnConnection own, String key) {
        own.send(client.client().replies().add(new PendingReply()), RespWriter.command("GET", key));
        pool.turn();
    }

    private NodeEnd subscribed() {
        client.dispatch("SUBSCRIBE c");
        NodeEnd end = pool.node(0).expects("subscribe c").answers("*3|$9|subscribe|$1|c|:1");
        client.expects("*3|$9|subscribe|$1|c|:1|");
        return end;
    }

    private static String message(String text) {
        return "*3|$7|message|$1|c|$" + text.length() + "|" + text;
    }

    // ---- how it is borrowed -----------------------------------------------------------------------------------------

    @Test
    void isNothingBeforeItIsOpen() {
        OwnConnection own = new OwnConnection(
                client.client().session(), pool.pool().shards().getFirst());
        assertThatThrownBy(own::connection)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("not open");
        assertThat(own.shard()).isZero();
        assertThat(own.shardName()).isEqualTo("s0");
    }

    @Test
    void cannotBeHadWhereThereIsNoNode() {
        pool.forgetMaster(0);
        for (Loan loan : Loan.values()) {
            assertThat(client.client().session().open(0, loan)).as(loan.name()).isNull();
        }
    }

    @Test
    void oneForGoodIsMadeForTheOccasion() {
        OwnConnection first = open(Loan.READY);
        ask(first, "a");
        pool.node(0).expects("GET a").answers("$-1");
        Bare other = pool.bare();
        assertThat(other.client().session().open(0, Loan.FOR_GOOD)).isNotNull();
        pool.turn();
        assertThat(pool.node(0).ends()).hasSize(3);
    }

    @Test
    void oneAtOnceIsInNoModeOfTheClients() {
        client.client().setDatabase(3);
        OwnConnection own = open(Loan.AT_ONCE);
        own.sendAsIs(client.client().replies().add(new PendingReply()), client.frame("SCRIPT KILL"));
        assertThat(pool.node(0).takeRequests()).containsExactly("SCRIPT KILL");
    }

    @Test
    void oneThatIsReadyIsBroughtThere() {
        client.client().setDatabase(3);
        OwnConnection own = open(Loan.AT_ONCE);
        ask(own, "a");
        ask(own, "b");
        assertThat(pool.node(0).takeRequests()).containsExactly("SELECT 3", "GET a", "GET b");
        client.client().setDatabase(0);
        ask(own, "c");
        assertThat(pool.node(0).takeRequests()).containsExactly("SELECT 0", "GET c");
    }

    @Test
    void speaksWhatItsClientSpeaks() {
        OwnConnection own = open(Loan.READY);
        client.client().setResp3(true);
        ask(own, "a");
        assertThat(pool.node(0).takeRequests()).containsExactly("HELLO 3", "GET a");
    }

    @Test
    void oneThatTakesNoMoreFailsTheRequest() {
        OwnConnection own = open(Loan.READY);
        ask(own, "a");
        pool.node(0).expects("GET a");
        pool.move(0);
        ask(own, "b");
        client.expects("");
        pool.node(0).ends().getFirst().answers("$-1");
        client.expects("$-1|-ERR Connection refused: shard s0 has no known master, command not sent|");
    }

    // ---- what is said of it -----------------------------------------------------------------------------------------

    @Test
    void theStrongestReasonKeepsIt() {
        OwnConnection own = open(Loan.READY);
        assertThat(own.kept()).isEqualTo(Kept.FREE);
        assertThat(own.isNeutral()).isTrue();
        own.keep(Kept.IDENTITY);
        assertThat(own.kept()).isEqualTo(Kept.IDENTITY);
        assertThat(own.isNeutral()).isFalse();
        own.keep(Kept.STATE);
        own.keep(Kept.IDENTITY);
        assertThat(own.kept()).isEqualTo(Kept.STATE);
    }

    @Test
    void isNotNeutralWhileSomethingIsUnderWay() {
        OwnConnection own = open(Loan.READY);
        ask(own, "a");
        assertThat(own.isNeutral()).isFalse();
        pool.node(0).expects("GET a").answers("$-1");
        assertThat(client.client().session().at(0)).isNull();
    }

    @Test
    void knowsThatItsShardHasMoved() {
        OwnConnection own = open(Loan.READY);
        assertThat(own.hasMoved()).isFalse();
        pool.move(0);
        assertThat(own.hasMoved()).isTrue();
    }

    @Test
    void closesWithoutAWord() {
        OwnConnection own = open(Loan.READY);
        own.close();
        pool.turn();
        assertThat(own.connection().accepts()).isFalse();
        assertThat(client.takeAsked()).isEmpty();
    }

    // ---- messages ---------------------------------------------------------------------------------------------------

    @Test
    void messagesGoToTheClient() {
        subscribed().answers(message("hi")).answers(message("ho"));
        client.expects(message("hi") + "|" + message("ho") + "|");
    }

    @Test
    void aLongMessageGoesToTheClientWhole() {
        NodeEnd end = subscribed();
        String text = message("m".repeat(150_000));
        end.channel().peerSends(text.substring(0, 90_000).replace("|", "\r\n"));
        pool.turn();
        client.client().replies().answer(Replies.PONG);
        end.answers(text.substring(90_000));
        client.expects(text + "|+PONG|");
        end.answers(message("hi"));
        client.expects(message("hi") + "|");
    }

    @Test
    void aMessageThatBreaksOffClosesTheClient() {
        NodeEnd end = subscribed();
        end.channel()
                .peerSends(message("m".repeat(150_000)).substring(0, 90_000).replace("|", "\r\n"));
        pool.turn();
        end.dies();
        assertThat(client.takeAsked()).contains("close broken: a message broke off in the middle");
    }

    @Test
    void aMessageThatIsInPartsWhenTheMasterMovesClosesTheClient() {
        NodeEnd end = subscribed();
        end.channel()
                .peerSends(message("m".repeat(150_000)).substring(0, 90_000).replace("|", "\r\n"));
        pool.turn();
        pool.move(0);
        assertThat(client.takeAsked()).contains("close broken: a message broke off in the middle");
    }

    @Test
    void whenNoSubscriptionIsLeftArraysAreReplies() {
        NodeEnd end = subscribed();
        client.dispatch("UNSUBSCRIBE c");
        end.expects("unsubscribe c").answers("*3|$11|unsubscribe|$1|c|:0");
        client.expects("*3|$11|unsubscribe|$1|c|:0|");
        client.dispatch("BLPOP a 0");
        pool.node(0).expects("BLPOP a 0").answers(message("x"));
        client.expects(message("x") + "|");
    }

    @Test
    void whileAnotherCommandIsUnderWayItsConfirmationsAreMessages() {
        NodeEnd end = subscribed();
        client.dispatch("UNSUBSCRIBE c");
        client.dispatch("SUBSCRIBE d");
        end.expects("unsubscribe c").expects("subscribe d");
        end.answers("*3|$11|unsubscribe|$1|c|:0").answers("*3|$9|subscribe|$1|d|:1");
        client.expects("*3|$11|unsubscribe|$1|c|:0|*3|$9|subscribe|$1|d|:1|");
        assertThat(client.client().session().at(0)).isNotNull();
    }

    private NodeEnd unread() {
        NodeEnd end = subscribed();
        client.channel().peerReads(0);
        pool.turn();
        for (int i = 0; end.channel().isReading(); i++) {
            assertThat(i).isLessThan(100);
            end.answers(message("m".repeat(20_000)));
        }
        return end;
    }

    @Test
    void aClientThatDoesNotReadStopsItsNode() {
        NodeEnd end = unread();
        client.channel().peerReadsAll();
        pool.turn();
        assertThat(end.channel().isReading())
                .as("asked again when the client writes")
                .isFalse();
        client.client().replies().resumePaused();
        pool.turn();
        assertThat(end.channel().isReading()).isTrue();
        assertThat(client.takeAsked()).isEmpty();
    }

    @Test
    void aLongMessageStopsItsNodeToo() {
        NodeEnd end = subscribed();
        client.channel().peerReads(0);
        pool.turn();
        end.answers(message("m".repeat(2_000_000)));
        assertThat(end.channel().isReading()).isFalse();
        client.channel().peerReadsAll();
        pool.turn();
        client.client().replies().resumePaused();
        pool.turn();
        assertThat(end.channel().isReading()).isTrue();
    }

    @Test
    void aClientThatDoesNotReadForAMinuteIsClosed() {
        unread();
        pool.pass(59_900);
        assertThat(client.takeAsked()).isEmpty();
        pool.pass(200);
        assertThat(client.takeAsked()).contains("close broken: it did not read its messages");
    }
}

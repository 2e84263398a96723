package dev.cobnut.proxy.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.proxy.ClientFixture;
import dev.cobnut.proxy.ClientFixture.Bare;
import dev.cobnut.proxy.routing.Loan;
import dev.cobnut.proxy.routing.Route;
import dev.cobnut.proxy.routing.Router;
import dev.cobnut.proxy.routing.Routing;
import dev.cobnut.proxy.routing.Standing.Phase;
import dev.cobnut.resp.RespWriter;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a client decides about its requests, and what is known of it.
class ClientTest {
    private final ClientFixture pool = ClientFixture.shards(3).start();
    private final Bare bare = pool.bare();
    private final Client client = bare.client();
    private final Routing routing = new Routing();

    @AfterEach
    void nothingIsKept() {
        pool.turn();
        pool.close();
    }

    private Route route(String request, Route.Way expected) {
        Route route = routing.choose(bare.frame(request), pool.pool(), client);
        assertThat(route.way()).isEqualTo(expected);
        return route;
    }

    private boolean mustWait(String request, Route.Way expected) {
        return client.mustWaitFor(route(request, expected), request.length());
    }

    private void open(int shard) {
        Objects.requireNonNull(client.session().open(shard, Loan.READY));
    }

    // ---- the order of requests --------------------------------------------------------------------------------------

    @Test
    void withNothingUnderWayNothingWaits() {
        assertThat(mustWait("RESET", Route.Way.ALONE)).isFalse();
        assertThat(mustWait("BLPOP @0 0", Route.Way.OWN)).isFalse();
        assertThat(mustWait("WAIT 1 1", Route.Way.OWN_EACH)).isFalse();
        bare.dispatch("MULTI");
        assertThat(mustWait("GET @0", Route.Way.BIND)).isFalse();
    }

    @Test
    void behindOthersEachWayWaitsAsItsTableSays() {
        bare.dispatch("GET @0");
        assertThat(mustWait("GET @1", Route.Way.LANE)).isFalse();
        assertThat(mustWait("MGET @0 @1", Route.Way.SPLIT)).isFalse();
        assertThat(mustWait("DBSIZE", Route.Way.EVERY_SHARD)).isFalse();
        assertThat(mustWait("CLIENT GETNAME", Route.Way.HERE)).isFalse();
        assertThat(mustWait("NONSENSE", Route.Way.REFUSED)).isFalse();
        assertThat(mustWait("RESET", Route.Way.ALONE)).isTrue();
        assertThat(mustWait("BLPOP @1 0", Route.Way.OWN)).isTrue();
        assertThat(mustWait("WAIT 1 1", Route.Way.OWN_EACH)).isTrue();
    }

    @Test
    void aKeyOfATransactionWaitsForWhatIsUnderWay() {
        bare.dispatch("GET @0");
        bare.dispatch("MULTI");
        assertThat(mustWait("GET @1", Route.Way.BIND)).isTrue();
        open(1);
        assertThat(mustWait("GET @1", Route.Way.BIND)).isFalse();
    }

    @Test
    void whoHasAConnectionThereNeedNotWait() {
        open(1);
        bare.dispatch("GET @0");
        assertThat(mustWait("BLPOP @1 0", Route.Way.OWN)).isFalse();
        assertThat(mustWait("BLPOP @0 0", Route.Way.OWN)).isTrue();
        assertThat(mustWait("WAIT 1 1", Route.Way.OWN_EACH)).isTrue();
        open(0);
        open(2);
        assertThat(mustWait("WAIT 1 1", Route.Way.OWN_EACH)).isFalse();
    }

    @Test
    void withoutALiveServerAConnectionOfItsOwnIsWaitedForAllTheSame() {
        open(1);
        bare.dispatch("GET @0");
        for (int shard = 0; shard < 3; shard++) {
            pool.eject(shard);
        }
        assertThat(mustWait("BLPOP @1 0", Route.Way.OWN)).isTrue();
    }

    // ---- sending ----------------------------------------------------------------------------------------------------

    @Test
    void sendsOverALaneUntilItHasAConnectionOfItsOwn() {
        bare.dispatch("GET @0");
        ClientFixture.NodeEnd lane = pool.node(0).expects("GET @0").answers("$-1");
        open(0);
        client.send(0, client.replies().add(new PendingReply()), RespWriter.command("GET", "x"));
        assertThat(pool.node(0).expects("GET x")).isNotSameAs(lane);
    }

    @Test
    void withoutALiveServerARequestFails() {
        client.send(Router.NONE, client.replies().add(new PendingReply()), RespWriter.command("GET", "x"));
        bare.expects("-ERR Connection refused: every server of pool alpha is ejected, command not sent|");
    }

    @Test
    void aLaneThatIsFullIsWaitedFor() {
        pool.node(0).keepsSilent();
        for (int i = 0; i < 15; i++) {
            bare.dispatch("SET @0 " + "v".repeat(60_000));
        }
        assertThat(bare.takeAsked()).isEmpty();
        for (int i = 0; i < 3; i++) {
            bare.dispatch("SET @0 " + "v".repeat(60_000));
        }
        assertThat(bare.takeAsked()).contains("await room");
    }

    @Test
    void aLongRequestTakesAConnectionOfItsOwnAndWaitsForThat() {
        bare.dispatch("GET @0");
        ClientFixture.NodeEnd lane = pool.node(0).expects("GET @0");
        String publish = "PUBLISH @0 " + "m".repeat(70_000);
        assertThat(mustWait(publish, Route.Way.LANE)).isTrue();
        assertThat(mustWait("MSET @0 " + "v".repeat(70_000) + " @1 v", Route.Way.SPLIT))
                .isTrue();
        assertThat(mustWait("PUBLISH @0 " + "m".repeat(60_000), Route.Way.LANE)).isFalse();
        lane.answers("$-1");
        bare.expects("$-1|");
        bare.dispatch(publish);
        ClientFixture.NodeEnd own = pool.node(0).expects(publish);
        assertThat(own).isNotSameAs(lane);
        own.answers(":0");
        bare.expects(":0|");
        bare.dispatch("GET @0");
        lane.expects("GET @0");
    }

    // ---- while a node is slow ---------------------------------------------------------------------------------------

    @Test
    void whileAWriteIsSlowReadsAndWritesDoNotWaitForEachOther() {
        Bare writer = pool.bare();
        writer.dispatch("SET @0 1");
        ClientFixture.NodeEnd slow = pool.node(0).expects("SET @0 1");
        pool.pass(150);
        Bare second = pool.bare();
        second.dispatch("SET @0 2");
        ClientFixture.NodeEnd writes = pool.node(0).expects("SET @0 2");
        bare.dispatch("GET @0");
        ClientFixture.NodeEnd reads = pool.node(0).expects("GET @0");
        assertThat(reads).isNotSameAs(writes).isNotSameAs(slow);
        assertThat(mustWait("GET @0", Route.Way.LANE)).isFalse();
        assertThat(mustWait("SET @0 3", Route.Way.LANE))
                .as("it would overtake the read")
                .isTrue();
        Route read = routing.choose(second.frame("GET @0"), pool.pool(), second.client());
        assertThat(second.client().mustWaitFor(read, 1))
                .as("it would overtake the write")
                .isTrue();

        slow.answers("+OK");
        writes.answers("+OK");
        reads.answers("$1|1");
        assertThat(mustWait("SET @0 3", Route.Way.LANE)).isFalse();
        bare.dispatch("SET @0 3");
        reads.expects("SET @0 3").answers("+OK");
    }

    @Test
    void aSlowLaneThatDiesWhileTheOneAsideIsStillDialledCostsNobodyHisAnswer() {
        Bare writer = pool.bare();
        writer.dispatch("SET @0 1");
        ClientFixture.NodeEnd slow = pool.node(0).expects("SET @0 1");
        pool.pass(150);
        pool.node(0).keepsSilent();
        Bare second = pool.bare();
        second.dispatch("SET @0 2");
        slow.dies();
        writer.expects("-ERR Connection reset by peer: shard s0 (127.0.0.1:7000): the connection broke, outcome unknown|");
        pool.node(0).accepts();
        pool.node(0).expects("SET @0 2").answers("+OK");
        second.expects("+OK|");
    }

    @Test
    void anOwnConnectionThatIsFullIsWaitedFor() {
        pool.node(0).keepsSilent();
        open(0);
        bare.dispatch("SET @0 " + "v".repeat(900_000));
        assertThat(bare.takeAsked()).isEmpty();
        bare.dispatch("SET @0 " + "v".repeat(200_000));
        assertThat(bare.takeAsked()).containsExactly("await room");
    }

    @Test
    void aConnectionThatCannotBeHadFailsTheRequest() {
        pool.forgetMaster(1);
        assertThat(client.openOwn(1, client.replies().add(new PendingReply()))).isNull();
        bare.expects("-ERR Connection refused: shard s1 has no known master, command not sent|");
        assertThat(client.openOwn(Router.NONE, client.replies().add(new PendingReply())))
                .isNull();
        bare.expects("-ERR Connection refused: every server of pool alpha is ejected, command not sent|");
        OwnConnection own = client.openOwn(0, client.replies().add(new PendingReply()));
        assertThat(own).isNotNull();
    }

    // ---- how its requests run ---------------------------------------------------------------------------------------

    @Test
    void aDatabaseHasALaneOfItsOwn() {
        int before = client.lane();
        client.setDatabase(0);
        assertThat(bare.takeAsked()).isEmpty();
        client.setDatabase(4);
        assertThat(client.database()).isEqualTo(4);
        assertThat(client.lane()).isNotEqualTo(before);
        assertThat(bare.takeAsked()).containsExactly("await answers");
        client.setDatabase(0);
        assertThat(client.lane()).isEqualTo(before);
    }

    @Test
    void aDatabaseThatOnlyANodeKnowsHasNoLane() {
        int before = client.lane();
        client.setDatabase(Client.DATABASE_UNKNOWN);
        assertThat(client.lane()).isEqualTo(before);
        assertThat(bare.takeAsked()).containsExactly("await answers");
    }

    @Test
    void aVersionOfTheProtocolHasALaneOfItsOwn() {
        int before = client.lane();
        client.setResp3(false);
        assertThat(bare.takeAsked()).isEmpty();
        client.setResp3(true);
        assertThat(client.isResp3()).isTrue();
        assertThat(client.lane()).isNotEqualTo(before);
        assertThat(bare.takeAsked()).containsExactly("await answers");
    }

    @Test
    void anOwnConnectionFollowsItsClient() {
        open(0);
        pool.turn();
        client.setDatabase(2);
        assertThat(new String(client.rename("me".getBytes(US_ASCII)), US_ASCII)).isEqualTo("+OK\r\n");
        bare.dispatch("GET @0");
        assertThat(pool.node(0).takeRequests()).containsExactly("SELECT 2", "CLIENT SETNAME me", pool.keys("GET @0"));
    }

    // ---- who it is --------------------------------------------------------------------------------------------------

    @Test
    void aNameHasNoBlanksAndNoControlCharacters() {
        for (String bad : new String[] {"a b", "a\n", "\u007f", "\u00e9"}) {
            assertThat(new String(client.rename(bad.getBytes(ISO_8859_1)), US_ASCII))
                    .isEqualTo("-ERR Client names cannot contain spaces, newlines or special characters.\r\n");
        }
        assertThat(client.name()).isEmpty();
        client.rename("!~".getBytes(US_ASCII));
        assertThat(client.name()).asString(US_ASCII).isEqualTo("!~");
        client.rename(new byte[0]);
        assertThat(client.name()).isEmpty();
    }

    @Test
    void withoutPasswordsEverybodyIsTheDefaultUser() {
        assertThat(client.isAuthenticated()).isTrue();
        assertThat(client.user()).isEqualTo("default");
        client.login("ann");
        assertThat(client.user()).isEqualTo("ann");
        client.logout();
        assertThat(client.user()).isEqualTo("default");
        assertThat(bare.takeAsked()).containsExactly("logged in", "logged in");
    }

    @Test
    void withAPasswordNobodyIsAnybodyBeforeLogin() {
        try (ClientFixture closed = ClientFixture.shards(1).password("secret").start()) {
            Bare guest = closed.bare();
            assertThat(guest.client().isAuthenticated()).isFalse();
            assertThat(guest.client().user()).isEmpty();
            guest.client().login("default");
            assertThat(guest.client().isAuthenticated()).isTrue();
            guest.client().logout();
            assertThat(guest.client().isAuthenticated()).isFalse();
            assertThat(guest.takeAsked()).containsExactly("logged in", "logged out");
        }
    }

    @Test
    void aPlainClientIsNothingSpecial() {
        assertThat(client.pool()).isSameAs(pool.pool());
        assertThat(client.door()).isSameAs(bare);
        assertThat(client.id()).isEqualTo(1);
        assertThat(client.sessionIfAny()).isNull();
        assertThat(client.transaction()).isNull();
        assertThat(client.phase()).isEqualTo(Phase.PLAIN);
        assertThat(client.transactionShard()).isEqualTo(Router.NONE);
        assertThat(client.holdsCommands()).isFalse();
        assertThat(client.watchedShard()).isEqualTo(Router.NONE);
        assertThat(client.isWatchRefused()).isFalse();
        assertThat(client.isSubscriber()).isFalse();
        assertThat(client.isReader()).isFalse();
        assertThat(client.mayReadReplicas()).isFalse();
        client.endSession();
        assertThat(client.isGone()).isFalse();
    }

    @Test
    void itsWatchIsKnown() {
        bare.dispatch("WATCH @1");
        assertThat(client.watchedShard()).isEqualTo(1);
        assertThat(client.isWatchRefused()).isFalse();
        bare.dispatch("WATCH @2");
        assertThat(client.isWatchRefused()).isTrue();
    }

    @Test
    void itsTransactionIsKnown() {
        bare.dispatch("MULTI");
        assertThat(client.phase()).isEqualTo(Phase.NOWHERE);
        assertThat(client.holdsCommands()).isFalse();
        bare.dispatch("PING");
        assertThat(client.holdsCommands()).isTrue();
        assertThat(client.transactionShard()).isEqualTo(Router.NONE);
        pool.turn();
        bare.dispatch("GET @2");
        assertThat(client.transactionShard()).isEqualTo(2);
        assertThat(client.phase()).isEqualTo(Phase.SOMEWHERE);
    }

    @Test
    void aSubscriberOfResp2MayDoLittle() {
        bare.dispatch("SUBSCRIBE @0");
        assertThat(client.isSubscriber()).isTrue();
        client.setResp3(true);
        assertThat(client.isSubscriber()).isFalse();
    }
}

package dev.cobnut.proxy.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cobnut.proxy.ClientFixture;
import dev.cobnut.proxy.ClientFixture.Bare;
import dev.cobnut.proxy.routing.Routing;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LocalCommandsTest {
    private final ClientFixture pool = ClientFixture.shards(2).start();
    private final Bare client = pool.bare();

    @AfterEach
    void nothingIsKept() {
        pool.turn();
        pool.close();
    }

    private void says(String request, String reply) {
        assertThat(client.dispatch(request)).isTrue();
        client.expects(reply);
    }

    @Test
    void onSeveralShardsPingIsAnsweredHere() {
        says("PING", "+PONG|");
        says("PING hi", "$2|hi|");
        says("PING a b", "-ERR wrong number of arguments for 'ping' command|");
        pool.node(0).expectsNothing();
    }

    @Test
    void onOneShardPingIsTheNodesAndTheProxysWhenThatCannotAnswer() {
        try (ClientFixture one = ClientFixture.shards(1).start()) {
            Bare guest = one.bare();
            guest.dispatch("PING");
            one.node(0).expects("PING").answers("-LOADING x");
            guest.expects("-LOADING x|");
            one.forgetMaster(0);
            guest.dispatch("PING");
            guest.dispatch("PING hi");
            guest.expects("+PONG|$2|hi|");
        }
    }

    @Test
    void aSubscribersPingIsAMessage() {
        assertThat(client.dispatch("SUBSCRIBE @0")).isTrue();
        String key = pool.keys("@0");
        String confirmed = "*3|$9|subscribe|$" + key.length() + "|" + key + "|:1";
        pool.node(0).expects("subscribe @0").answers(confirmed);
        client.expects(confirmed + "|");
        says("PING", "*2|$4|pong|$0||");
        says("PING hi", "*2|$4|pong|$2|hi|");
    }

    @Test
    void quitLeavesBehindItsAnswer() {
        says("QUIT", "+OK|");
        assertThat(client.takeAsked()).containsExactly("leave");
    }

    @Test
    void severalShardsLookLikeAMasterWithoutReplicas() {
        says("ROLE", "*3|$6|master|:0|*0|");
    }

    @Test
    void infoIsThatOfAllNodes() {
        assertThat(client.dispatch("INFO server")).isTrue();
        String info = "# Server\r\nredis_version:7.4.0\r\n";
        pool.node(0).expects("INFO server").answers("$" + info.length() + "|" + info);
        pool.node(1).expects("INFO server").answers("$" + info.length() + "|" + info);
        pool.turn();
        assertThat(client.channel().takeWritten())
                .contains("redis_version:7.4.0")
                .doesNotContain("# Proxy");
    }

    @Test
    void infoOfTheProxyIsThereForThoseWhoAskForIt() {
        for (String asked : List.of("", " proxy", " default", " ALL", " Everything", " cpu Proxy")) {
            assertThat(client.dispatch("INFO" + asked)).isTrue();
            pool.node(0).expects("INFO" + asked).answers("$2|# ");
            pool.node(1).expects("INFO" + asked).answers("$2|# ");
            pool.turn();
            assertThat(client.channel().takeWritten()).as(asked).contains("|# Proxy|".replace("|", "\r\n"));
        }
        for (String asked : List.of(" commandstats", " cpu memory", " prox")) {
            assertThat(client.dispatch("INFO" + asked)).isTrue();
            pool.node(0).expects("INFO" + asked).answers("$2|# ");
            pool.node(1).expects("INFO" + asked).answers("$2|# ");
            pool.turn();
            assertThat(client.channel().takeWritten()).as(asked).doesNotContain("Proxy");
        }
    }

    @Test
    void whoIsAskedForItself() {
        says("ACL WHOAMI", "$7|default|");
        says("CLIENT ID", ":1|");
        says("CLIENT GETNAME", "$-1|");
        says("CLIENT SETNAME me", "+OK|");
        says("CLIENT GETNAME", "$2|me|");
        says("CLIENT SETNAME a\nb", "-ERR Client names cannot contain spaces, newlines or special characters.|");
        says("CLIENT GETNAME", "$2|me|");
    }

    @Test
    void inResp3NoNameIsItsNull() {
        client.client().setResp3(true);
        says("CLIENT GETNAME", "_|");
    }

    @Test
    void whatALibraryTellsOfItselfIsForgotten() {
        says("CLIENT SETINFO lib-name jedis", "+OK|");
        says("CLIENT SETINFO LIB-VER 5.0", "+OK|");
        says("CLIENT SETINFO LIB-VER 5\n0", "-ERR lib-ver cannot contain spaces, newlines or special characters.|");
        says("CLIENT SETINFO lib-\r x", "-ERR Unrecognized option 'lib-?'|");
    }

    @Test
    void repliesCanBeTurnedOffAndOn() {
        says("CLIENT REPLY OFF", "");
        says("PING", "");
        says("CLIENT REPLY on", "+OK|");
        says("PING", "+PONG|");
        says("CLIENT REPLY SKIP", "");
        says("PING", "");
        says("PING", "+PONG|");
        says("CLIENT REPLY x", "-ERR syntax error|");
    }

    @Test
    void resetTurnsRepliesOnAndIsSkippedItself() {
        says("CLIENT REPLY OFF", "");
        says("CLIENT REPLY SKIP", "");
        says("RESET", "+RESET|");
        says("CLIENT REPLY SKIP", "");
        says("RESET", "");
        says("PING", "+PONG|");
    }

    @Test
    void withoutATransactionThereIsNothingToEnd() {
        says("EXEC", "-ERR EXEC without MULTI|");
        says("DISCARD", "-ERR DISCARD without MULTI|");
        says("UNWATCH", "+OK|");
    }

    @Test
    void aCommandThatIsNotItsOwnIsAFault() {
        var frame = client.frame("GET @0");
        var route = new Routing().choose(frame, pool.pool(), client.client());
        assertThatThrownBy(() -> LocalCommands.perform(client.client(), frame, route))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageEndingWith(" is not the proxy's own");
    }
}

package dev.cobnut.proxy.dispatch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.config.User;
import dev.cobnut.proxy.ClientFixture;
import dev.cobnut.proxy.ClientFixture.Bare;
import dev.cobnut.stats.PoolCounter;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// AUTH, HELLO, SELECT and RESET.
class HandshakeTest {
    private static final String NO_PASSWORD = "-ERR AUTH <password> called without any password configured for the"
            + " default user. Are you sure your configuration is correct?|";
    private static final String WRONG = "-WRONGPASS invalid username-password pair or user is disabled.|";
    private static final String NO_HELLO = "-NOAUTH HELLO must be called with the client already authenticated,"
            + " otherwise the HELLO <proto> AUTH <user> <pass> option can be used to authenticate the client and"
            + " select the RESP protocol version at the same time|";

    private ClientFixture pool = ClientFixture.shards(2).start();
    private Bare client = pool.bare();

    private void restart(ClientFixture.Setup setup) {
        pool.close();
        pool = setup.start();
        client = pool.bare();
    }

    private static User user(String name, String password) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(password.getBytes(UTF_8));
            return new User(name, List.of(HexFormat.of().formatHex(hash)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @AfterEach
    void nothingIsKept() {
        pool.turn();
        pool.close();
    }

    private void says(String request, String reply) {
        assertThat(client.dispatch(request)).isTrue();
        client.expects(reply);
    }

    private void isUser(String name) {
        assertThat(client.client().user()).isEqualTo(name);
    }

    // ---- AUTH -------------------------------------------------------------------------------------------------------

    @Test
    void withoutAPasswordTheDefaultUserNeedsNone() {
        says("AUTH x", NO_PASSWORD);
        says("AUTH default x", "+OK|");
        says("AUTH ann x", WRONG);
        isUser("default");
    }

    @Test
    void withAPasswordItIsTheDefaultUsers() {
        restart(ClientFixture.shards(2).password("secret"));
        says("GET @0", "-NOAUTH Authentication required.|");
        says("AUTH wrong", WRONG);
        says("AUTH default wrong", WRONG);
        says("AUTH ann secret", WRONG);
        isUser("");
        says("AUTH secret", "+OK|");
        isUser("default");
        assertThat(client.takeAsked()).containsExactly("logged in");
        says("AUTH default secret", "+OK|");
    }

    @Test
    void aWrongPasswordTakesNoLoginBack() {
        restart(ClientFixture.shards(2).password("secret"));
        says("AUTH secret", "+OK|");
        says("AUTH wrong", WRONG);
        isUser("default");
    }

    @Test
    void manyWrongPasswordsAreAnsweredLateAndCounted() {
        restart(ClientFixture.shards(2).password("secret"));
        says("AUTH wrong", WRONG);
        says("AUTH wrong", WRONG);
        says("HELLO 3 AUTH ann secret", WRONG);

        says("AUTH wrong", "");
        assertThat(client.takeAsked()).containsExactly("await answers");
        pool.loop().advanceMillis(49);
        client.expects("");
        pool.loop().advanceMillis(1);
        client.expects(WRONG);
        assertThat(pool.pool().counters().get(PoolCounter.AUTH_FAILED)).isEqualTo(4);
    }

    @Test
    void aUserHasAPasswordOfItsOwn() {
        restart(ClientFixture.shards(2).password("secret").users(user("ann", "a"), user("bob", "b")));
        says("AUTH bob a", WRONG);
        says("AUTH bob b", "+OK|");
        isUser("bob");
        says("ACL WHOAMI", "$3|bob|");
        says("AUTH ann a", "+OK|");
        isUser("ann");
        says("AUTH secret", "+OK|");
        isUser("default");
    }

    @Test
    void whereThereAreUsersTheDefaultUserIsNone() {
        restart(ClientFixture.shards(2).users(user("ann", "a")));
        isUser("");
        says("AUTH x", NO_PASSWORD);
        says("AUTH default x", WRONG);
        says("AUTH ann a", "+OK|");
        isUser("ann");
    }

    @Test
    void aUserMayBeCalledDefault() {
        restart(ClientFixture.shards(2).password("secret").users(user("default", "other")));
        says("AUTH other", "+OK|");
        isUser("default");
    }

    @Test
    void tooManyArgumentsAreASyntaxError() {
        says("AUTH a b c", "-ERR syntax error|");
    }

    @Test
    void theNodesUsersAreTheNodesBusiness() {
        restart(ClientFixture.shards(1).allow("acl"));
        assertThat(client.dispatch("AUTH ann a")).isTrue();
        pool.node(0).expects("AUTH ann a").answers("-WRONGPASS no");
        client.expects("-WRONGPASS no|");
        isUser("default");
        assertThat(client.client().session().at(0)).isNull();
        assertThat(client.dispatch("AUTH ann b")).isTrue();
        pool.node(0).expects("AUTH ann b").answers("+OK");
        client.expects("+OK|");
        isUser("ann");
        assertThat(client.client().session().at(0)).as("it stays").isNotNull();
        assertThat(client.takeAsked()).contains("await answers", "logged in");
        client.dispatch("AUTH b");
        pool.node(0).expects("AUTH b").answers("+OK");
        isUser("default");
    }

    // ---- HELLO ------------------------------------------------------------------------------------------------------

    private void hello(String request, String atNode, String reply) {
        assertThat(client.dispatch(request)).isTrue();
        pool.node(0).expects(atNode).answers(reply);
        client.expects(reply + "|");
    }

    @Test
    void helloIsAnsweredByANode() {
        hello("HELLO", "HELLO", "*2|$5|proto|:2");
        assertThat(client.client().isResp3()).isFalse();
        assertThat(client.takeAsked()).containsExactly("await answers");
        hello("HELLO 3", "HELLO 3", "%1|$5|proto|:3");
        assertThat(client.client().isResp3()).isTrue();
        hello("HELLO", "HELLO", "%1|$5|proto|:3");
        assertThat(client.client().isResp3()).as("as before").isTrue();
        hello("HELLO 2", "HELLO 2", "*2|$5|proto|:2");
        assertThat(client.client().isResp3()).isFalse();
    }

    @Test
    void aVersionThatTheNodeRefusesIsNotSpoken() {
        hello("HELLO 3", "HELLO 3", "-NOPROTO no");
        assertThat(client.client().isResp3()).isFalse();
    }

    @Test
    void aVersionIsTwoOrThree() {
        says("HELLO 4", "-NOPROTO unsupported protocol version|");
        says("HELLO -1", "-NOPROTO unsupported protocol version|");
        says("HELLO x", "-ERR Protocol version is not an integer or out of range|");
        says("HELLO 03", "-ERR Protocol version is not an integer or out of range|");
        says("HELLO 99999999999999999999", "-ERR Protocol version is not an integer or out of range|");
        pool.node(0).expectsNothing();
    }

    @Test
    void optionsAreTheProxysBusiness() {
        restart(ClientFixture.shards(2).password("secret"));
        assertThat(client.dispatch("HELLO 3 setname me Auth default secret")).isTrue();
        isUser("default");
        assertThat(new String(client.client().name(), UTF_8)).isEqualTo("me");
        pool.node(0).expects("AUTH secret").answers("+OK").expects("CLIENT SETNAME me");
    }

    @Test
    void withoutLoginThereIsNoHello() {
        restart(ClientFixture.shards(2).password("secret"));
        says("HELLO 3", NO_HELLO);
        says("HELLO", NO_HELLO);
        says("HELLO 3 AUTH default wrong", WRONG);
        says("HELLO 3 AUTH default wrong SETNAME me", WRONG);
        assertThat(client.client().name()).isEmpty();
        isUser("");
    }

    @Test
    void badOptionsAreRefused() {
        says("HELLO 3 NONSENSE", "-ERR Syntax error in HELLO option 'NONSENSE'|");
        says("HELLO 3 AUTH x", "-ERR Syntax error in HELLO option 'AUTH'|");
        says("HELLO 3 SETNAME", "-ERR Syntax error in HELLO option 'SETNAME'|");
        says("HELLO 3 a\rb", "-ERR Syntax error in HELLO option 'a?b'|");
        says("HELLO 3 " + "x".repeat(100), "-ERR Syntax error in HELLO option '" + "x".repeat(64) + "'|");
        says("HELLO 3 SETNAME a\nb", "-ERR Client names cannot contain spaces, newlines or special characters.|");
        assertThat(client.client().isResp3()).isFalse();
    }

    @Test
    void whileNoNodeAnswersTheLastAnswerStands() {
        hello("HELLO 3", "HELLO 3", "%1|$5|proto|:3");
        pool.forgetMaster(0);
        client = pool.bare();
        says("HELLO 3", "%1|$5|proto|:3|");
        assertThat(client.client().isResp3()).isTrue();
        client = pool.bare();
        says("HELLO 2", "-ERR Connection refused: shard s0 has no known master, command not sent|");
        assertThat(client.client().isResp3()).isFalse();
    }

    @Test
    void anAnswerThatBreaksOffIsReplacedByTheLast() {
        hello("HELLO 2", "HELLO 2", "*2|$5|proto|:2");
        client.dispatch("HELLO 2");
        pool.node(0).expects("HELLO 2").dies();
        client.expects("*2|$5|proto|:2|");
    }

    @Test
    void aHelloWhoseClientHasLeftChangesNothing() {
        client.dispatch("HELLO 3");
        client.client().onGone();
        assertThat(client.client().isResp3()).isFalse();
    }

    // ---- SELECT -----------------------------------------------------------------------------------------------------

    @Test
    void aDatabaseIsAskedForOnce() {
        assertThat(client.dispatch("SELECT 3")).isTrue();
        pool.node(0).expects("SELECT 3").answers("+OK");
        client.expects("+OK|");
        assertThat(client.client().database()).isEqualTo(3);
        client = pool.bare();
        says("SELECT 2", "+OK|");
        assertThat(client.client().database()).isEqualTo(2);
        assertThat(client.takeAsked()).containsExactly("await answers");
        says("SELECT 2", "+OK|");
        assertThat(client.takeAsked()).as("nothing changes").isEmpty();
    }

    @Test
    void aDatabaseThatTheNodeRefusesIsNotSelected() {
        client.dispatch("SELECT 99");
        pool.node(0).expects("SELECT 99").answers("-ERR DB index is out of range");
        client.expects("-ERR DB index is out of range|");
        assertThat(client.client().database()).isZero();
        assertThat(pool.pool().knowsDatabase(99)).isFalse();
    }

    @Test
    void aDatabaseThatIsNoNumberIsTheNodesBusiness() {
        client.dispatch("SELECT x");
        pool.node(0).expects("SELECT x").answers("-ERR invalid DB index");
        client.expects("-ERR invalid DB index|");
    }

    @Test
    void tooManyDatabasesAreRefused() {
        says("SELECT 4096", "-ERR DB index is out of range: the proxy serves the first 4096|");
    }

    @Test
    void withoutANodeAnUnknownDatabaseCannotBeSelected() {
        pool.forgetMaster(0);
        says("SELECT 3", "-ERR Connection refused: shard s0 has no known master, command not sent|");
        says("SELECT 0", "+OK|");
    }

    @Test
    void aDatabaseWhoseClientHasLeftIsNotSelected() {
        client.dispatch("SELECT 3");
        client.client().onGone();
        pool.turn();
        assertThat(client.client().database()).isZero();
    }

    // ---- RESET ------------------------------------------------------------------------------------------------------

    @Test
    void resetTakesAllBack() {
        restart(ClientFixture.shards(2).password("secret").database(1));
        says("AUTH secret", "+OK|");
        says("CLIENT SETNAME me", "+OK|");
        client.client().setDatabase(0);
        client.client().setResp3(true);
        client.client().replies().muting().set(true);
        client.dispatch("MULTI");
        client.takeAsked();
        says("RESET", "+RESET|");
        isUser("");
        assertThat(client.client().name()).isEmpty();
        assertThat(client.client().database()).isEqualTo(1);
        assertThat(client.client().isResp3()).isFalse();
        assertThat(client.client().transaction()).isNull();
        assertThat(client.takeAsked()).contains("logged out");
    }
}

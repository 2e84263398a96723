package dev.cobnut.proxy.frontend;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cobnut.config.PoolConfig;
import dev.cobnut.config.User;
import dev.cobnut.proxy.backend.LinkSettings;
import dev.cobnut.proxy.routing.Router;
import dev.cobnut.resp.RespWriter;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// AUTH, HELLO, SELECT and RESET: who a client is, and how it speaks to which database.
///
/// Passwords are the proxy's business. Whether a protocol version or a database exists only a node knows: it is asked,
/// and its answer is the reply.
final class Handshake {
    private static final byte[] SYNTAX_ERROR = RespWriter.error("ERR syntax error");
    private static final byte[] NO_PASSWORD =
            RespWriter.error("ERR AUTH <password> called without any password configured for the default user. Are you"
                    + " sure your configuration is correct?");
    private static final byte[] WRONG_PASSWORD =
            RespWriter.error("WRONGPASS invalid username-password pair or user is disabled.");
    private static final byte[] NO_PROTOCOL = RespWriter.error("NOPROTO unsupported protocol version");
    private static final byte[] DATABASES =
            RespWriter.error("ERR DB index is out of range: the proxy serves the first " + LinkSettings.DATABASES_MAX);

    private static final String DEFAULT_USER = "default";

    private Handshake() {}

    // ---- AUTH -------------------------------------------------------------------------------------------------------

    /// Whether the node's users count: nobody needs a password here, and the configuration opens ACL.
    static boolean hasUsersAtNode(PoolFront pool) {
        return pool.oneShard()
                && !pool.config().needsLogin()
                && pool.config().clients().allow().permits("acl|setuser", true);
    }

    static boolean auth(ClientConnection client, byte[][] arguments, byte[] bytes, int from, int to) {
        PoolFront pool = client.pool();
        if (hasUsersAtNode(pool)) {
            int shard = pool.anyShard();
            if (client.mustWaitFor(shard)) {
                return false;
            }
            ask(client, shard, bytes, from, to, own -> {
                own.keep(OwnConnection.Kept.STATE);
                client.login(arguments.length == 3 ? new String(arguments[1], UTF_8) : DEFAULT_USER);
            });
        } else if (arguments.length > 3) {
            client.replies().answer(SYNTAX_ERROR);
        } else {
            client.replies()
                    .answer(
                            arguments.length == 2
                                    ? login(client, null, arguments[1])
                                    : login(client, arguments[1], arguments[2]));
        }
        return true;
    }

    private static byte[] login(ClientConnection client, byte @Nullable [] user, byte[] password) {
        PoolConfig config = client.pool().config();
        String name = user == null ? DEFAULT_USER : new String(user, UTF_8);
        String expected = config.redisAuth();
        if (name.equals(DEFAULT_USER) && expected == null) {
            // Redis lets the default user without a password in with any; without a name it points out the mistake.
            return user == null ? NO_PASSWORD : config.clients().users().isEmpty() ? Replies.OK : WRONG_PASSWORD;
        }
        boolean right = name.equals(DEFAULT_USER)
                && expected != null
                && MessageDigest.isEqual(password, expected.getBytes(UTF_8));
        for (User each : config.clients().users()) {
            right |= each.name().equals(name) && each.accepts(password);
        }
        if (!right) {
            // nutcracker takes an earlier login back, Redis does not.
            return WRONG_PASSWORD;
        }
        client.login(name);
        return Replies.OK;
    }

    // ---- HELLO ------------------------------------------------------------------------------------------------------

    static boolean hello(ClientConnection client, byte[][] arguments) {
        int shard = client.pool().anyShard();
        if (client.mustWaitFor(shard)) {
            return false;
        }
        ReplyQueue replies = client.replies();
        int next = 1;
        if (arguments.length > 1) {
            String version = new String(arguments[1], UTF_8);
            if (!isInteger(version)) {
                replies.answer(RespWriter.error("ERR Protocol version is not an integer or out of range"));
                return true;
            }
            if (!version.equals("2") && !version.equals("3")) {
                replies.answer(NO_PROTOCOL);
                return true;
            }
            next = 2;
        }
        byte[] name = null;
        while (next < arguments.length) {
            String option = new String(arguments[next], UTF_8).toUpperCase(Locale.ROOT);
            if (option.equals("AUTH") && next + 2 < arguments.length) {
                byte[] answer = login(client, arguments[next + 1], arguments[next + 2]);
                if (!Arrays.equals(answer, Replies.OK)) {
                    replies.answer(answer);
                    return true;
                }
                next += 3;
            } else if (option.equals("SETNAME") && next + 1 < arguments.length) {
                name = arguments[next + 1];
                next += 2;
            } else {
                replies.answer(
                        RespWriter.error("ERR Syntax error in HELLO option '" + printable(arguments[next]) + "'"));
                return true;
            }
        }
        if (!client.isAuthenticated()) {
            replies.answer(
                    RespWriter.error("NOAUTH HELLO must be called with the client already authenticated, otherwise"
                            + " the HELLO <proto> AUTH <user> <pass> option can be used to authenticate the client and select"
                            + " the RESP protocol version at the same time"));
            return true;
        }
        if (name != null) {
            byte[] answer = LocalCommands.setName(client, name);
            if (!Arrays.equals(answer, Replies.OK)) {
                replies.answer(answer);
                return true;
            }
        }
        boolean resp3 = arguments.length > 1 ? arguments[1][0] == '3' : client.isResp3();
        byte[] request = arguments.length > 1
                ? RespWriter.array(RespWriter.bulk("HELLO"), RespWriter.bulk(arguments[1]))
                : RespWriter.array(RespWriter.bulk("HELLO"));
        HelloReply hello = client.replies().add(new HelloReply(client, resp3));
        OwnConnection own = client.openOwn(shard, hello);
        if (own != null) {
            hello.sendOver(own, request);
            client.waitForAnswers();
        }
        return true;
    }

    /// Lets a node answer, and carries out here what it has agreed to.
    private static void ask(
            ClientConnection client, int shard, byte[] bytes, int from, int to, AgreedReply.Change change) {
        OwnConnection own = shard == Router.NONE ? null : client.session().open(shard);
        if (own == null) {
            client.replies().add(new PendingReply()).fail(client.pool().noConnection(shard));
        } else {
            own.send(client.replies().add(new AgreedReply(own, change)), bytes, from, to);
            client.waitForAnswers();
        }
    }

    // ---- SELECT and RESET -------------------------------------------------------------------------------------------

    static boolean select(ClientConnection client, byte[] bytes, int from, int to) {
        PoolFront pool = client.pool();
        int known = pool.knownDatabase(bytes, from, to);
        if (known >= 0) {
            client.setDatabase(known);
            client.replies().answer(Replies.OK);
            return true;
        }
        int database = pool.database(bytes, from, to);
        if (database >= LinkSettings.DATABASES_MAX) {
            client.replies().answer(DATABASES);
            return true;
        }
        int shard = pool.anyShard();
        if (client.mustWaitFor(shard)) {
            return false;
        }
        ask(client, shard, bytes, from, to, own -> {
            pool.learnDatabase(database);
            own.connection().setDatabase(database);
            client.setDatabase(database);
        });
        return true;
    }

    static boolean reset(ClientConnection client) {
        if (!client.replies().isEmpty()) {
            return false;
        }
        client.endSession();
        client.replies().setMuted(false);
        client.setName(new byte[0]);
        client.setDatabase(client.pool().config().backend().redisDb());
        client.setResp3(false);
        client.logout();
        client.replies().answer(Replies.RESET);
        return true;
    }

    /// Whether Redis reads a number of 64 bits there.
    private static boolean isInteger(String text) {
        try {
            return Long.toString(Long.parseLong(text)).equals(text);
        } catch (NumberFormatException _) {
            return false;
        }
    }

    static String printable(byte[] bytes) {
        return new String(bytes, 0, Math.min(bytes.length, 64), UTF_8).replaceAll("[^ -~]", "?");
    }
}

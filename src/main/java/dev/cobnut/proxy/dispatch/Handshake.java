package dev.cobnut.proxy.dispatch;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cobnut.config.PoolConfig;
import dev.cobnut.config.User;
import dev.cobnut.net.IoLoop;
import dev.cobnut.proxy.client.Client;
import dev.cobnut.proxy.client.Maintenance;
import dev.cobnut.proxy.client.OwnConnection;
import dev.cobnut.proxy.client.PendingReply;
import dev.cobnut.proxy.client.Replies;
import dev.cobnut.proxy.client.ReplyQueue;
import dev.cobnut.proxy.routing.PoolFront;
import dev.cobnut.proxy.routing.Route;
import dev.cobnut.resp.Frame;
import dev.cobnut.resp.RespWriter;
import dev.cobnut.stats.PoolCounter;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// AUTH, HELLO, SELECT and RESET: who a client is, and how it speaks to which database.
///
/// Passwords are the proxy's business. Whether a protocol version or a database exists only a node knows: it is asked,
/// and its answer is the reply.
final class Handshake {
    private static final Logger LOG = LoggerFactory.getLogger(Handshake.class);

    private static final byte[] SYNTAX_ERROR = RespWriter.error("ERR syntax error");
    private static final byte[] NO_PASSWORD =
            RespWriter.error("ERR AUTH <password> called without any password configured for the default user. Are you"
                    + " sure your configuration is correct?");
    private static final byte[] WRONG_PASSWORD =
            RespWriter.error("WRONGPASS invalid username-password pair or user is disabled.");
    private static final byte[] NO_INTEGER = RespWriter.error("ERR Protocol version is not an integer or out of range");
    private static final byte[] NOT_AUTHENTICATED =
            RespWriter.error("NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO"
                    + " <proto> AUTH <user> <pass> option can be used to authenticate the client and select the RESP"
                    + " protocol version at the same time");
    private static final byte[] NO_PROTOCOL = RespWriter.error("NOPROTO unsupported protocol version");

    private static final String DEFAULT_USER = "default";

    private Handshake() {}

    // ---- AUTH -------------------------------------------------------------------------------------------------------

    /// AUTH: a node's business only where the route leads to one.
    static void auth(Client client, Frame frame, Route route) {
        byte[][] arguments = frame.arguments();
        if (route.way() == Route.Way.OWN) {
            ask(client, frame, route, own -> {
                own.keep(OwnConnection.Kept.STATE);
                client.login(arguments.length == 3 ? new String(arguments[1], UTF_8) : DEFAULT_USER);
            });
        } else if (arguments.length > 3) {
            client.replies().answer(SYNTAX_ERROR);
        } else {
            answerLogin(
                    client,
                    arguments.length == 2
                            ? login(client, null, arguments[1])
                            : login(client, arguments[1], arguments[2]));
        }
    }

    /// The answer to a login. To one that failed it may come late; what the client sends meanwhile waits.
    private static void answerLogin(Client client, byte[] answer) {
        if (answer != WRONG_PASSWORD) {
            client.replies().answer(answer);
            return;
        }
        IoLoop loop = client.pool().loop();
        int waitMillis =
                client.pool().clients().failedLogins().failed(client.door().peer(), loop.nowNanos());
        if (waitMillis == 0) {
            client.replies().answer(answer);
        } else {
            PendingReply late = client.replies().add(new PendingReply());
            client.door().awaitAnswers();
            Runnable give = () -> late.onReply(answer, 0, answer.length);
            loop.eventLoop().schedule(give, waitMillis, TimeUnit.MILLISECONDS);
        }
    }

    private static void tellFailure(Client client, String name) {
        PoolFront pool = client.pool();
        pool.counters().add(PoolCounter.AUTH_FAILED, 1);
        int untold = pool.clients().failedLogins().toTell(pool.loop().nowNanos());
        if (untold >= 0) {
            LOG.warn(
                    "pool {}: a login as \"{}\" from {} failed{}",
                    pool.config().name(),
                    printable(name.getBytes(UTF_8)),
                    client.door().peer(),
                    untold == 0 ? "" : "; so did " + untold + " others since the last such line");
        }
    }

    /// Takes as long for a user that is not known as for one that is.
    private static byte[] login(Client client, byte @Nullable [] user, byte[] password) {
        PoolConfig config = client.pool().config();
        String name = user == null ? DEFAULT_USER : new String(user, UTF_8);
        String expected = config.redisAuth();
        if (name.equals(DEFAULT_USER) && expected == null) {
            // Redis lets the default user without a password in with any; without a name it points out the mistake.
            if (user == null) {
                return NO_PASSWORD;
            }
            if (config.clients().users().isEmpty()) {
                return Replies.OK;
            }
        }
        boolean isDefault = isUser(name, DEFAULT_USER);
        boolean right = expected != null && MessageDigest.isEqual(password, expected.getBytes(UTF_8)) && isDefault;
        for (User each : config.clients().users()) {
            boolean isPassword = each.accepts(password);
            right |= isUser(name, each.name()) && isPassword;
        }
        if (!right) {
            tellFailure(client, name);
            // nutcracker takes an earlier login back, Redis does not.
            return WRONG_PASSWORD;
        }
        client.login(name);
        return Replies.OK;
    }

    private static boolean isUser(String given, String name) {
        return MessageDigest.isEqual(given.getBytes(UTF_8), name.getBytes(UTF_8));
    }

    // ---- HELLO ------------------------------------------------------------------------------------------------------

    /// HELLO: the options are the proxy's business, the version is the node's.
    static void hello(Client client, Frame frame, Route route) {
        byte[][] arguments = frame.arguments();
        byte[] error = arguments.length > 1 ? versionError(arguments[1]) : null;
        byte[] name = null;
        int next = 2;
        while (error == null && next < arguments.length) {
            String option = new String(arguments[next], UTF_8).toUpperCase(Locale.ROOT);
            if (option.equals("AUTH") && next + 2 < arguments.length) {
                byte[] answer = login(client, arguments[next + 1], arguments[next + 2]);
                error = Arrays.equals(answer, Replies.OK) ? null : answer;
                next += 3;
            } else if (option.equals("SETNAME") && next + 1 < arguments.length) {
                name = arguments[next + 1];
                next += 2;
            } else {
                error = RespWriter.error("ERR Syntax error in HELLO option '" + printable(arguments[next]) + "'");
            }
        }
        if (error == null && !client.isAuthenticated()) {
            error = NOT_AUTHENTICATED;
        }
        if (error == null && name != null) {
            byte[] answer = client.rename(name);
            error = Arrays.equals(answer, Replies.OK) ? null : answer;
        }
        if (error == null) {
            sendHello(client, route, arguments.length > 1 ? arguments[1] : null);
        } else {
            answerLogin(client, error);
        }
    }

    private static byte @Nullable [] versionError(byte[] argument) {
        String version = new String(argument, UTF_8);
        if (!isInteger(version)) {
            return NO_INTEGER;
        }
        return version.equals("2") || version.equals("3") ? null : NO_PROTOCOL;
    }

    private static void sendHello(Client client, Route route, byte @Nullable [] version) {
        boolean resp3 = version == null ? client.isResp3() : version[0] == '3';
        byte[] request = version == null
                ? RespWriter.array(RespWriter.bulk("HELLO"))
                : RespWriter.array(RespWriter.bulk("HELLO"), RespWriter.bulk(version));
        HelloReply hello = client.replies().add(new HelloReply(client, resp3));
        OwnConnection own = client.openOwn(route.shard(), hello);
        if (own != null) {
            hello.sendOver(own, request);
            client.door().awaitAnswers();
        }
    }

    /// Lets a node answer, and carries out here what it has agreed to.
    private static void ask(Client client, Frame frame, Route route, AgreedReply.Change change) {
        AgreedReply reply = client.replies().add(new AgreedReply(change));
        OwnConnection own = client.openOwn(route.shard(), reply);
        if (own != null) {
            reply.sendOver(own, frame);
            client.door().awaitAnswers();
        }
    }

    // ---- SELECT and RESET -------------------------------------------------------------------------------------------

    /// SELECT: of a database that no node has served yet only a node knows.
    static void select(Client client, Frame frame, Route route) {
        PoolFront pool = client.pool();
        int database = PoolFront.database(frame);
        if (route.way() == Route.Way.HERE) {
            client.setDatabase(database);
            client.replies().answer(Replies.OK);
            return;
        }
        ask(client, frame, route, own -> {
            pool.learnDatabase(database);
            own.lease().setDatabase(database);
            client.setDatabase(database);
        });
    }

    /// RESET, once all before it are answered.
    static void reset(Client client) {
        ReplyQueue replies = client.replies();
        client.endSession();
        Maintenance.end(client);
        replies.muting().reset();
        client.rename(new byte[0]);
        client.setDatabase(client.pool().config().backend().redisDb());
        client.setResp3(false);
        client.logout();
        replies.answer(Replies.RESET);
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

package dev.cobnut.proxy.frontend;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cobnut.resp.Command;
import dev.cobnut.resp.RequestCursor;
import dev.cobnut.resp.RequestScanner;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The commands that the proxy answers itself, with Redis' own texts where it has one. One for each event loop.
final class LocalCommands {
    private static final byte[] SYNTAX_ERROR = Replies.error("ERR syntax error");
    private static final byte[] NO_PASSWORD =
            Replies.error("ERR AUTH <password> called without any password configured for the default user. Are you"
                    + " sure your configuration is correct?");
    private static final byte[] WRONG_PASSWORD =
            Replies.error("WRONGPASS invalid username-password pair or user is disabled.");
    private static final byte[] NO_PROTOCOL = Replies.error("NOPROTO unsupported protocol version");
    private static final byte[] BAD_NAME =
            Replies.error("ERR Client names cannot contain spaces, newlines or special characters.");

    private final RequestCursor args = new RequestCursor();
    private final Splitter splitter = new Splitter();

    /// What a client may say before it has authenticated.
    static boolean isFreeOfAuth(Command command) {
        return switch (command.name()) {
            case "auth", "hello", "quit" -> true;
            default -> false;
        };
    }

    void answer(ClientConnection client, Command command, RequestScanner scanner, byte[] bytes, int from, int to) {
        ReplyQueue replies = client.replies();
        int firstOffset = from + scanner.offset(1);
        int firstLength = scanner.length(1);
        boolean alone = scanner.argumentCount() == 1;
        switch (command.name()) {
            case "ping" -> {
                if (scanner.argumentCount() > 2) {
                    replies.answer(Replies.error("ERR wrong number of arguments for 'ping' command"));
                } else {
                    replies.answer(alone ? Replies.PONG : Replies.bulk(bytes, firstOffset, firstLength));
                }
            }
            case "echo" -> replies.answer(Replies.bulk(bytes, firstOffset, firstLength));
            case "quit" -> {
                replies.answer(Replies.OK);
                client.leave();
            }
            case "time" -> replies.answer(time());
            case "select" -> replies.answer(select(client, bytes, firstOffset, firstLength));
            case "auth" -> replies.answer(auth(client, arguments(bytes, from, to)));
            case "hello" -> replies.answer(hello(client, arguments(bytes, from, to)));
            case "info" -> splitter.toAll(client, new InfoReply(client.replies(), client.pool()), bytes, from, to);
            case "script|load", "script|exists", "script|flush" ->
                splitter.toAll(client, new ScriptReply(client.replies(), client.pool()), bytes, from, to);
            case "client|id" -> replies.answer(Replies.integer(client.id()));
            case "client|getname" ->
                replies.answer(client.name().length == 0 ? Replies.NULL : Replies.bulk(client.name()));
            case "client|setname" -> replies.answer(setName(client, arguments(bytes, from, to)[2]));
            case "client|setinfo" -> replies.answer(setInfo(arguments(bytes, from, to)));
            default -> throw new IllegalStateException(command.name() + " has the policy LOCAL and no answer");
        }
    }

    private byte[][] arguments(byte[] bytes, int from, int to) {
        args.reset(bytes, from, to - from);
        byte[][] arguments = new byte[args.count()][];
        for (int i = 0; args.next(); i++) {
            arguments[i] = Arrays.copyOfRange(bytes, args.offset(), args.offset() + args.length());
        }
        return arguments;
    }

    private static byte[] time() {
        long micros = TimeUnit.MILLISECONDS.toMicros(System.currentTimeMillis()) + System.nanoTime() / 1_000 % 1_000;
        return Replies.array(
                Replies.bulk(Long.toString(micros / 1_000_000)), Replies.bulk(Long.toString(micros % 1_000_000)));
    }

    /// A pool has one database, whatever number the configuration gives it at the nodes: clients may call it 0 or by
    /// that number.
    private static byte[] select(ClientConnection client, byte[] bytes, int offset, int length) {
        String wanted = new String(bytes, offset, Math.min(length, 16), UTF_8);
        String own = Integer.toString(client.pool().config().redisDb());
        if (wanted.equals(own) || wanted.equals("0")) {
            return Replies.OK;
        }
        if (!wanted.matches("\\d{1,10}")) {
            return Replies.error("ERR value is not an integer or out of range");
        }
        return Replies.error("ERR DB index is out of range: this pool serves one database, 0");
    }

    // ---- AUTH and HELLO ---------------------------------------------------------------------------------------------

    private static byte[] auth(ClientConnection client, byte[][] arguments) {
        if (arguments.length > 3) {
            return SYNTAX_ERROR;
        }
        return arguments.length == 2 ? login(client, null, arguments[1]) : login(client, arguments[1], arguments[2]);
    }

    private static byte[] login(ClientConnection client, byte @Nullable [] user, byte[] password) {
        String expected = client.pool().config().redisAuth();
        boolean defaultUser = user == null || Arrays.equals(user, "default".getBytes(UTF_8));
        if (expected == null) {
            // Redis lets the default user without a password in with any; without a name it points out the mistake.
            return user == null ? NO_PASSWORD : defaultUser ? Replies.OK : WRONG_PASSWORD;
        }
        boolean right = MessageDigest.isEqual(password, expected.getBytes(UTF_8)) && defaultUser;
        client.setAuthenticated(right);
        return right ? Replies.OK : WRONG_PASSWORD;
    }

    private static byte[] hello(ClientConnection client, byte[][] arguments) {
        int next = 1;
        if (arguments.length > 1) {
            String version = new String(arguments[1], UTF_8);
            if (!version.matches("\\d{1,9}")) {
                return Replies.error("ERR Protocol version is not an integer or out of range");
            }
            if (!version.equals("2")) {
                return NO_PROTOCOL;
            }
            next = 2;
        }
        byte[] name = null;
        byte[] loginError = null;
        while (next < arguments.length) {
            String option = new String(arguments[next], UTF_8).toUpperCase(Locale.ROOT);
            if (option.equals("AUTH") && next + 2 < arguments.length) {
                byte[] answer = login(client, arguments[next + 1], arguments[next + 2]);
                loginError = Arrays.equals(answer, Replies.OK) ? loginError : answer;
                next += 3;
            } else if (option.equals("SETNAME") && next + 1 < arguments.length) {
                name = arguments[next + 1];
                next += 2;
            } else {
                return Replies.error("ERR Syntax error in HELLO option '" + printable(arguments[next]) + "'");
            }
        }
        if (loginError != null) {
            return loginError;
        }
        if (!client.isAuthenticated()) {
            return Replies.error("NOAUTH HELLO must be called with the client already authenticated, otherwise the"
                    + " HELLO <proto> AUTH <user> <pass> option can be used to authenticate the client and select the"
                    + " RESP protocol version at the same time");
        }
        if (name != null) {
            byte[] answer = setName(client, name);
            if (!Arrays.equals(answer, Replies.OK)) {
                return answer;
            }
        }
        return Replies.array(
                Replies.bulk("server"), Replies.bulk("redis"),
                Replies.bulk("version"), Replies.bulk("7.0.15"),
                Replies.bulk("proto"), Replies.integer(2),
                Replies.bulk("id"), Replies.integer(client.id()),
                Replies.bulk("mode"), Replies.bulk("standalone"),
                Replies.bulk("role"), Replies.bulk("master"),
                Replies.bulk("modules"), Replies.array());
    }

    // ---- CLIENT -----------------------------------------------------------------------------------------------------

    private static byte[] setName(ClientConnection client, byte[] name) {
        if (!isPlain(name)) {
            return BAD_NAME;
        }
        client.setName(name);
        return Replies.OK;
    }

    /// Accepted and forgotten: it tells the server about the client library.
    private static byte[] setInfo(byte[][] arguments) {
        String option = new String(arguments[2], UTF_8).toUpperCase(Locale.ROOT);
        if (!option.equals("LIB-NAME") && !option.equals("LIB-VER")) {
            return Replies.error("ERR Unrecognized option '" + printable(arguments[2]) + "'");
        }
        return isPlain(arguments[3])
                ? Replies.OK
                : Replies.error("ERR " + option.toLowerCase(Locale.ROOT)
                        + " cannot contain spaces, newlines or special characters.");
    }

    private static boolean isPlain(byte[] text) {
        for (byte b : text) {
            if (b < '!' || b > '~') {
                return false;
            }
        }
        return true;
    }

    private static String printable(byte[] bytes) {
        return new String(bytes, 0, Math.min(bytes.length, 64), UTF_8).replaceAll("[^ -~]", "?");
    }
}

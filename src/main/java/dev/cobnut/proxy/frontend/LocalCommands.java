package dev.cobnut.proxy.frontend;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cobnut.proxy.backend.PushForm;
import dev.cobnut.resp.Command;
import dev.cobnut.resp.RequestCursor;
import dev.cobnut.resp.RequestScanner;
import dev.cobnut.resp.RespWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The commands that the proxy carries out itself, with Redis' own texts where it has one. One for each event loop.
///
/// [#answer] returns false when the request must wait until all replies have come.
final class LocalCommands {
    private static final Set<String> IDENTITY =
            Set.of("client|id", "client|info", "client|getredir", "client|trackinginfo");

    private final RequestCursor args = new RequestCursor();
    private final Transactions transactions;
    private final Splitter splitter;

    LocalCommands(Transactions transactions, Splitter splitter) {
        this.transactions = transactions;
        this.splitter = splitter;
    }

    /// What a client may say before it has authenticated.
    static boolean isFreeOfAuth(Command command) {
        return switch (command.name()) {
            case "auth", "hello", "quit", "reset" -> true;
            default -> false;
        };
    }

    /// What a client of RESP2 with subscriptions may say.
    static boolean isForSubscribers(Command command) {
        return switch (command.name()) {
            case "ping", "quit", "reset" -> true;
            default -> Subscriptions.Verb.named(command.name()) != null;
        };
    }

    /// What is not queued between MULTI and EXEC.
    static boolean endsTransaction(Command command) {
        return switch (command.name()) {
            case "quit", "reset" -> true;
            default -> false;
        };
    }

    /// Notes that a connection stays with its client because of a command.
    static void keep(OwnConnection own, Command command) {
        own.keep(IDENTITY.contains(command.name()) ? OwnConnection.Kept.IDENTITY : OwnConnection.Kept.STATE);
        if (command.name().equals("monitor")) {
            own.connection().setPushForm(PushForm.MONITOR);
        }
    }

    boolean answer(ClientConnection client, Command command, RequestScanner scanner, byte[] bytes, int from, int to) {
        ReplyQueue replies = client.replies();
        switch (command.name()) {
            case "ping" -> ping(client, scanner, bytes, from, to);
            case "quit" -> {
                replies.answer(Replies.OK);
                client.leave();
            }
            case "info" -> splitter.toAll(client, new InfoReply(client.pool(), client.isResp3()), bytes, from, to);
            case "role" -> replies.answer(role());
            case "acl|whoami" -> replies.answer(RespWriter.bulk(client.user()));
            case "client|id" -> replies.answer(RespWriter.integer(client.id()));
            case "client|getname" ->
                replies.answer(
                        client.name().length == 0
                                ? RespWriter.nullBulk(client.isResp3())
                                : RespWriter.bulk(client.name()));
            case "client|setname" -> replies.answer(setName(client, arguments(bytes, from, to)[2]));
            case "client|setinfo" -> replies.answer(setInfo(arguments(bytes, from, to)));
            case "client|reply" -> reply(client, arguments(bytes, from, to)[2]);
            case "auth" -> {
                return Handshake.auth(client, arguments(bytes, from, to), bytes, from, to);
            }
            case "hello" -> {
                return Handshake.hello(client, arguments(bytes, from, to));
            }
            case "select" -> {
                return Handshake.select(client, bytes, from, to);
            }
            case "reset" -> {
                return Handshake.reset(client);
            }
            case "watch" -> {
                return transactions.watch(client, command, bytes, from, to);
            }
            case "unwatch" -> {
                return transactions.unwatch(client, bytes, from, to);
            }
            case "multi" -> {
                return transactions.begin(client, bytes, from, to);
            }
            case "exec", "discard" -> Transactions.outside(client, command);
            default -> {
                Subscriptions.Verb verb = Subscriptions.Verb.named(command.name());
                if (verb == null) {
                    throw new IllegalStateException(command.name() + " has the policy LOCAL and no answer");
                }
                return subscribe(client, verb, arguments(bytes, from, to));
            }
        }
        return true;
    }

    private byte[][] arguments(byte[] bytes, int from, int to) {
        args.reset(bytes, from, to - from);
        byte[][] arguments = new byte[args.count()][];
        for (int i = 0; args.next(); i++) {
            arguments[i] = Arrays.copyOfRange(bytes, args.offset(), args.offset() + args.length());
        }
        return arguments;
    }

    /// A pool of one shard lets the node answer, which may have something to say (LOADING, BUSY); where it cannot, the
    /// proxy says that it is there itself, for those who watch over it.
    private static void ping(ClientConnection client, RequestScanner scanner, byte[] bytes, int from, int to) {
        boolean alone = scanner.argumentCount() == 1;
        if (scanner.argumentCount() > 2) {
            client.replies().answer(RespWriter.error("ERR wrong number of arguments for 'ping' command"));
            return;
        }
        byte[] text = alone
                ? new byte[0]
                : Arrays.copyOfRange(bytes, from + scanner.offset(1), from + scanner.offset(1) + scanner.length(1));
        Session session = client.sessionIfAny();
        byte[] pong = session != null && !session.subscriptions().isEmpty() && !client.isResp3()
                ? RespWriter.array(RespWriter.bulk("pong"), RespWriter.bulk(text))
                : alone ? Replies.PONG : RespWriter.bulk(text);
        if (client.pool().oneShard()) {
            PendingReply request = client.replies().add(new PingReply(pong));
            client.pool().send(client, client.pool().anyShard(), request, bytes, from, to);
        } else {
            client.replies().answer(pong);
        }
    }

    /// Several shards look like a master without replicas.
    private static byte[] role() {
        return RespWriter.array(RespWriter.bulk("master"), RespWriter.integer(0), RespWriter.EMPTY_ARRAY);
    }

    // ---- publish and subscribe --------------------------------------------------------------------------------------

    private static boolean subscribe(ClientConnection client, Subscriptions.Verb verb, byte[][] arguments) {
        PoolFront pool = client.pool();
        Session session = client.session();
        Subscriptions subscriptions = session.subscriptions();
        List<byte[]> names = arguments.length == 1
                ? subscriptions.names(verb)
                : List.of(arguments).subList(1, arguments.length);
        List<List<byte[]>> byShard = new ArrayList<>();
        for (int shard = 0; shard < pool.links().size(); shard++) {
            List<byte[]> here = new ArrayList<>();
            for (byte[] name : names) {
                if (Subscriptions.isAt(pool, shard, verb, name)) {
                    here.add(name);
                }
            }
            // Where nothing is subscribed, nothing is to be given up.
            byShard.add(verb.adds() || session.at(shard) != null ? here : List.of());
            if (!byShard.getLast().isEmpty() && client.mustWaitFor(shard)) {
                return false;
            }
        }
        for (int shard = 0; shard < byShard.size(); shard++) {
            if (!byShard.get(shard).isEmpty() && session.open(shard) == null) {
                client.replies().add(new PendingReply()).fail(pool.noConnection(shard));
                session.giveBackIfNeutral();
                return true;
            }
        }
        byte[] frames = subscriptions.apply(verb, names, client.isResp3());
        SubscribeReply reply = client.replies().add(new SubscribeReply(client, frames));
        for (int shard = 0; shard < byShard.size(); shard++) {
            OwnConnection own = session.at(shard);
            if (own != null && !byShard.get(shard).isEmpty()) {
                reply.send(own, verb, byShard.get(shard));
            }
        }
        reply.sentAll();
        return true;
    }

    // ---- CLIENT -----------------------------------------------------------------------------------------------------

    static byte[] setName(ClientConnection client, byte[] name) {
        if (!isPlain(name)) {
            return RespWriter.error("ERR Client names cannot contain spaces, newlines or special characters.");
        }
        client.setName(name);
        return Replies.OK;
    }

    /// Accepted and forgotten: it tells the server about the client library.
    private static byte[] setInfo(byte[][] arguments) {
        String option = new String(arguments[2], UTF_8).toUpperCase(Locale.ROOT);
        if (!option.equals("LIB-NAME") && !option.equals("LIB-VER")) {
            return RespWriter.error("ERR Unrecognized option '" + Handshake.printable(arguments[2]) + "'");
        }
        return isPlain(arguments[3])
                ? Replies.OK
                : RespWriter.error("ERR " + option.toLowerCase(Locale.ROOT)
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

    private static void reply(ClientConnection client, byte[] mode) {
        ReplyQueue replies = client.replies();
        switch (new String(mode, UTF_8).toUpperCase(Locale.ROOT)) {
            case "ON" -> {
                replies.setMuted(false);
                replies.answer(Replies.OK);
            }
            case "OFF" -> replies.setMuted(true);
            case "SKIP" -> replies.muteNext();
            default -> replies.answer(RespWriter.error("ERR syntax error"));
        }
    }
}

package dev.cobnut.proxy.dispatch;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cobnut.proxy.client.Client;
import dev.cobnut.proxy.client.ClientName;
import dev.cobnut.proxy.client.Maintenance;
import dev.cobnut.proxy.client.Replies;
import dev.cobnut.proxy.client.ReplyQueue;
import dev.cobnut.proxy.joined.InfoJoin;
import dev.cobnut.proxy.joined.JoinedReply;
import dev.cobnut.proxy.joined.Splitter;
import dev.cobnut.proxy.routing.PoolFront;
import dev.cobnut.proxy.routing.Route;
import dev.cobnut.resp.Frame;
import dev.cobnut.resp.LocalCommand;
import dev.cobnut.resp.RespWriter;
import java.util.Locale;

/// The commands that the proxy carries out itself, outside of a transaction, with Redis' own texts where it has one.
final class LocalCommands {
    private LocalCommands() {}

    /// Carries out the command that the route names, on the way that it says.
    static void perform(Client client, Frame frame, Route route) {
        ReplyQueue replies = client.replies();
        LocalCommand command = route.local();
        switch (command) {
            case PING -> ping(client, frame, route);
            case QUIT -> {
                replies.answer(Replies.OK);
                client.door().leave();
            }
            case INFO -> Splitter.toAll(client, frame, info(client, frame));
            case ROLE -> replies.answer(role());
            case ACL_WHOAMI -> replies.answer(RespWriter.bulk(client.user()));
            case CLIENT_ID -> replies.answer(RespWriter.integer(client.id()));
            case CLIENT_GETNAME ->
                replies.answer(
                        client.name().length == 0
                                ? RespWriter.nullBulk(client.isResp3())
                                : RespWriter.bulk(client.name()));
            case CLIENT_SETNAME -> replies.answer(client.rename(frame.argument(2)));
            case CLIENT_SETINFO -> replies.answer(setInfo(frame));
            case CLIENT_REPLY -> reply(client, frame);
            case CLIENT_MAINT_NOTIFICATIONS -> replies.answer(maintenance(client, frame));
            case AUTH -> Handshake.auth(client, frame, route);
            case HELLO -> Handshake.hello(client, frame, route);
            case SELECT -> Handshake.select(client, frame, route);
            case RESET -> Handshake.reset(client);
            case WATCH -> WatchCommands.watch(client, frame, route);
            case UNWATCH -> WatchCommands.unwatch(client, frame);
            case MULTI -> Transactions.begin(client, frame, route);
            case EXEC, DISCARD -> replies.answer(Transactions.without(command));
            case SUBSCRIBE, UNSUBSCRIBE, PSUBSCRIBE, PUNSUBSCRIBE, SSUBSCRIBE, SUNSUBSCRIBE ->
                SubscribeCommands.perform(client, frame);
            case null -> throw new IllegalStateException(frame.command() + " is not the proxy's own");
        }
    }

    /// Where no node can answer, the proxy says that it is there itself, for those who watch over it.
    private static void ping(Client client, Frame frame, Route route) {
        boolean bare = frame.argumentCount() == 1;
        byte[] text = bare ? new byte[0] : frame.argument(1);
        byte[] pong = client.isSubscriber()
                ? RespWriter.array(RespWriter.bulk("pong"), RespWriter.bulk(text))
                : bare ? Replies.PONG : RespWriter.bulk(text);
        if (route.way() == Route.Way.HERE) {
            client.replies().answer(pong);
        } else {
            client.send(route.shard(), client.replies().add(new PingReply(pong)), frame);
        }
    }

    private static JoinedReply info(Client client, Frame frame) {
        PoolFront pool = client.pool();
        int guests = pool.guests().size();
        InfoJoin join =
                new InfoJoin(pool.config().name(), pool.shards().size(), guests, asksForProxy(frame), client.isResp3());
        return new JoinedReply(pool.counters(), join, true);
    }

    /// Whether an INFO asks for the section `proxy`, by its name or by one that stands for several.
    private static boolean asksForProxy(Frame info) {
        boolean asks = info.argumentCount() == 1;
        for (int i = 1; i < info.argumentCount(); i++) {
            asks |= info.is(i, "PROXY") || info.is(i, "DEFAULT") || info.is(i, "ALL") || info.is(i, "EVERYTHING");
        }
        return asks;
    }

    /// Several shards look like a master without replicas.
    private static byte[] role() {
        return RespWriter.array(RespWriter.bulk("master"), RespWriter.integer(0), RespWriter.EMPTY_ARRAY);
    }

    /// Accepted and forgotten: it tells the server about the client library.
    private static byte[] setInfo(Frame frame) {
        byte[] option = frame.argument(2);
        String name = new String(option, UTF_8).toUpperCase(Locale.ROOT);
        if (!name.equals("LIB-NAME") && !name.equals("LIB-VER")) {
            return RespWriter.error("ERR Unrecognized option '" + Handshake.printable(option) + "'");
        }
        return ClientName.isPlain(frame.argument(3))
                ? Replies.OK
                : RespWriter.error("ERR " + name.toLowerCase(Locale.ROOT)
                        + " cannot contain spaces, newlines or special characters.");
    }

    /// Whatever else the client wishes to be told, such as the kind of addresses: nothing here moves.
    private static byte[] maintenance(Client client, Frame frame) {
        if (frame.is(2, "OFF")) {
            Maintenance.end(client);
            return Replies.OK;
        }
        if (!frame.is(2, "ON")) {
            return RespWriter.error("ERR syntax error: CLIENT MAINT_NOTIFICATIONS ON, or OFF, is expected");
        }
        if (!client.isResp3()) {
            return RespWriter.error("ERR CLIENT MAINT_NOTIFICATIONS needs RESP3: say HELLO 3 first");
        }
        return Maintenance.start(client)
                ? Replies.OK
                : RespWriter.error("ERR nothing is to be told of in this pool: it has no hold_millis_max");
    }

    private static void reply(Client client, Frame frame) {
        ReplyQueue replies = client.replies();
        if (frame.is(2, "ON")) {
            replies.muting().set(false);
            replies.answer(Replies.OK);
        } else if (frame.is(2, "OFF")) {
            replies.muting().set(true);
        } else if (frame.is(2, "SKIP")) {
            replies.muting().skipNext();
        } else {
            replies.answer(RespWriter.error("ERR syntax error"));
        }
    }
}

package dev.cobnut.proxy.dispatch;

import dev.cobnut.proxy.client.Client;
import dev.cobnut.proxy.client.OwnConnection;
import dev.cobnut.proxy.client.PendingReply;
import dev.cobnut.proxy.client.Replies;
import dev.cobnut.proxy.client.Watch;
import dev.cobnut.proxy.routing.Route;
import dev.cobnut.resp.ErrorText;
import dev.cobnut.resp.Frame;
import dev.cobnut.resp.RespWriter;

/// WATCH and UNWATCH, outside of a transaction. What has become of them is kept in the client's
/// [dev.cobnut.proxy.client.Watch].
final class WatchCommands {
    private WatchCommands() {}

    /// WATCH. Where it fails, or its keys are not on the shard of those that are watched, the next transaction fails.
    static void watch(Client client, Frame frame, Route route) {
        if (route.way() == Route.Way.HERE) {
            client.session().watch().refuse();
            client.replies().answer(RespWriter.error(ErrorText.keysOnSeveralShards(frame.command())));
            return;
        }
        Watch watch = client.session().watch();
        PendingReply reply = client.replies().add(new WatchReply(watch));
        OwnConnection own = client.openOwn(route.shard(), reply);
        if (own != null) {
            watch.keep(own);
            own.send(reply, frame);
        }
    }

    /// UNWATCH: nothing that went wrong with WATCH counts any more.
    static void unwatch(Client client, Frame frame) {
        OwnConnection own = client.session().takeWatch().connection();
        if (own == null) {
            client.replies().answer(Replies.OK);
        } else {
            own.send(client.replies().add(new PendingReply()), frame);
        }
    }
}

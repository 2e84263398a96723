package dev.cobnut.proxy.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cobnut.proxy.backend.Hold;
import dev.cobnut.proxy.backend.ShardLink;
import dev.cobnut.resp.RespWriter;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.atomic.AtomicLong;

/// Tells a client that asked for it by CLIENT MAINT_NOTIFICATIONS, in RESP3, when requests begin to wait for the master of a
/// shard, and when they go on. Client libraries wait longer for answers in between.
///
/// ```
///   >4  FAILING_OVER  number  seconds that it may take at most  shard
///   >3  FAILED_OVER   number                                    shard
/// ```
///
/// Source: the messages that Lettuce 7.7 and Jedis 8.1 read; what servers send is documented as prose only. For the
/// loop's own thread.
///
/// @param client who is told
public record Maintenance(Client client) implements Hold.Watcher {
    private static final AtomicLong NUMBERS = new AtomicLong();

    /// From now on the client is told.
    ///
    /// @return false when there is nothing to tell: nothing ever waits in its pool
    public static boolean start(Client client) {
        boolean any = false;
        for (ShardLink shard : client.pool().shards()) {
            Hold hold = shard.hold();
            if (hold != null) {
                hold.watch(new Maintenance(client));
                any = true;
            }
        }
        return any;
    }

    /// From now on it is not.
    public static void end(Client client) {
        for (ShardLink shard : client.pool().shards()) {
            Hold hold = shard.hold();
            if (hold != null) {
                hold.unwatch(new Maintenance(client));
            }
        }
    }

    @Override
    public boolean isGone() {
        return client.isGone();
    }

    @Override
    public void onWaiting(String shard, long secondsMax) {
        tell(4, "FAILING_OVER", RespWriter.integer(secondsMax), shard);
    }

    @Override
    public void onDone(String shard) {
        tell(3, "FAILED_OVER", new byte[0], shard);
    }

    private void tell(int elements, String what, byte[] seconds, String shard) {
        if (client.isResp3() && !client.isGone()) {
            ByteArrayOutputStream push = new ByteArrayOutputStream(96);
            push.writeBytes(RespWriter.header('>', elements));
            push.writeBytes(RespWriter.bulk(what));
            push.writeBytes(RespWriter.integer(NUMBERS.incrementAndGet()));
            push.writeBytes(seconds);
            push.writeBytes(RespWriter.bulk(shard.getBytes(UTF_8)));
            client.replies().announce(push.toByteArray());
        }
    }
}

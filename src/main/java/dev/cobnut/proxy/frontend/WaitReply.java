package dev.cobnut.proxy.frontend;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.cobnut.resp.ReplyCursor;
import dev.cobnut.resp.RespWriter;
import java.util.ArrayList;
import java.util.List;

/// WAIT and WAITAOF. Redis counts the replicas that have what this *connection* wrote. The writes of a client came
/// over shared connections, and are answered by now; so the question goes over a connection of its own, behind
/// another command: with each command Redis notes the replication offset of that moment for the connection, which is
/// past all those writes. Every shard is asked, and the smallest number stands.
///
/// Source: `c->woff` in processCommand and waitCommand of Redis 7.0.
final class WaitReply extends JoinedReply {
    private static final byte[] PING = "*1\r\n$4\r\nPING\r\n".getBytes(US_ASCII);

    private final List<Fragment> parts = new ArrayList<>();

    private WaitReply(PoolFront pool) {
        super(pool);
    }

    /// @return false when the request must wait until all replies have come
    static boolean send(ClientConnection client, byte[] bytes, int from, int to) {
        PoolFront pool = client.pool();
        for (int shard = 0; shard < pool.links().size(); shard++) {
            if (client.mustWaitFor(shard)) {
                return false;
            }
        }
        WaitReply reply = client.replies().add(new WaitReply(pool));
        for (int shard = 0; shard < pool.links().size(); shard++) {
            OwnConnection own = client.session().open(shard);
            if (own == null) {
                reply.refuse(shard, pool.noConnection(shard));
            } else {
                Fragment part = reply.register(new Fragment(reply, shard));
                part.waitWithoutEnd();
                reply.parts.add(part);
                own.ready().sendHidden(PING);
                own.send(part, bytes, from, to);
            }
        }
        reply.sentAll();
        return true;
    }

    @Override
    byte[] join() {
        long[] least = numbers(parts.getFirst());
        for (Fragment part : parts) {
            long[] numbers = numbers(part);
            for (int i = 0; i < least.length; i++) {
                least[i] = Math.min(least[i], i < numbers.length ? numbers[i] : 0);
            }
        }
        if (least.length == 1) {
            return RespWriter.integer(least[0]);
        }
        byte[][] elements = new byte[least.length][];
        for (int i = 0; i < least.length; i++) {
            elements[i] = RespWriter.integer(least[i]);
        }
        return RespWriter.array(elements);
    }

    private static long[] numbers(Fragment part) {
        ReplyCursor cursor = new ReplyCursor();
        cursor.reset(part.reply(), 0, part.reply().length);
        cursor.next();
        if (cursor.type() != '*') {
            return new long[] {cursor.integer()};
        }
        long[] numbers = new long[(int) cursor.elements()];
        cursor.enter();
        for (int i = 0; cursor.next(); i++) {
            numbers[i] = cursor.integer();
        }
        return numbers;
    }
}

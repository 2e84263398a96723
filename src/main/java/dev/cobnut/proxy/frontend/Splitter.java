package dev.cobnut.proxy.frontend;

import dev.cobnut.proxy.routing.Router;
import dev.cobnut.resp.KeyFinder;
import dev.cobnut.resp.RespWriter;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Cuts one request into a part for each shard. Keys keep their order inside a part, and parts leave in the order of
/// shards.
final class Splitter {

    /// Sends each shard the part of a request that holds its keys.
    ///
    /// @param shards for each key its shard, or [Router#NONE]
    /// @param withValues true when an argument follows each key and belongs to it
    void byKeys(
            ClientConnection client,
            JoinedReply joined,
            KeyFinder keys,
            int[] shards,
            boolean withValues,
            byte[] bytes,
            int from) {
        PoolFront pool = client.pool();
        client.replies().add(joined);
        byte[] name = firstArgument(bytes, from);
        for (int shard = Router.NONE; shard < pool.links().size(); shard++) {
            int count = 0;
            for (int each : shards) {
                count += each == shard ? 1 : 0;
            }
            if (count > 0) {
                byte[] part = part(name, keys, shards, shard, count, withValues, bytes);
                send(client, joined, shard, part, 0, part.length);
            }
        }
        joined.sentAll();
    }

    /// Sends the whole request to every shard.
    void toAll(ClientConnection client, JoinedReply joined, byte[] bytes, int from, int to) {
        client.replies().add(joined);
        for (int shard = 0; shard < client.pool().links().size(); shard++) {
            send(client, joined, shard, bytes, from, to);
        }
        joined.sentAll();
    }

    private static void send(ClientConnection client, JoinedReply joined, int shard, byte[] bytes, int from, int to) {
        client.pool().send(client, shard, joined.addFragment(shard), bytes, from, to);
    }

    private static byte[] part(
            byte[] name, KeyFinder keys, int[] shards, int shard, int count, boolean withValues, byte[] bytes) {
        ByteArrayOutputStream part = new ByteArrayOutputStream(64 * count);
        int arguments = 1 + count * (withValues ? 2 : 1);
        part.writeBytes(("*" + arguments + "\r\n").getBytes(StandardCharsets.US_ASCII));
        part.writeBytes(name);
        for (int key = 0; key < shards.length; key++) {
            if (shards[key] == shard) {
                int end = keys.offset(key) + keys.length(key);
                part.writeBytes(RespWriter.bulk(bytes, keys.offset(key), keys.length(key)));
                if (withValues) {
                    int value = end + 2;
                    part.write(bytes, value, argumentEnd(bytes, value) - value);
                }
            }
        }
        return part.toByteArray();
    }

    /// `$4 CR LF MGET CR LF`
    private static byte[] firstArgument(byte[] bytes, int from) {
        int start = from;
        while (bytes[start] != '$') {
            start++;
        }
        int end = argumentEnd(bytes, start);
        byte[] argument = new byte[end - start];
        System.arraycopy(bytes, start, argument, 0, argument.length);
        return argument;
    }

    /// The end of the argument whose `$` is at `from`.
    private static int argumentEnd(byte[] bytes, int from) {
        int length = 0;
        int i = from + 1;
        for (; bytes[i] != '\r'; i++) {
            length = length * 10 + (bytes[i] - '0');
        }
        return i + 2 + length + 2;
    }
}

package dev.cobnut.proxy.joined;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.cobnut.resp.Frame;
import dev.cobnut.resp.ReplyCursor;
import dev.cobnut.resp.RespWriter;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// SCAN over several shards, one after the other. The client's cursor is `node's cursor * shards + shard`; where a node
/// says 0, the next shard begins.
///
/// A node's cursor has as many bits as its table of keys needs, so that there is room for the shard. Guarantees are
/// those of SCAN on each shard: a key that is there all the time is returned at least once.
///
/// @param node where the node is to go on
/// @param shard which is being scanned
/// @param shards how many the pool has
record ScanJoin(long node, int shard, int shards) implements Join {
    private static final byte[] WRONG =
            RespWriter.error("ERR a node answered SCAN with something else than a cursor and a list");

    /// What a client's cursor says; null when no client was given it.
    static @Nullable ScanJoin at(long cursor, int shards) {
        return cursor < 0 ? null : new ScanJoin(cursor / shards, (int) (cursor % shards), shards);
    }

    /// The client's request with the node's cursor in place of the client's.
    byte[] request(Frame scan) {
        byte[] bytes = scan.bytes();
        ByteArrayOutputStream request = new ByteArrayOutputStream(scan.length() + 16);
        request.write(bytes, scan.from(), scan.argumentStart(1) - scan.from());
        request.writeBytes(RespWriter.bulk(Long.toString(node)));
        request.write(bytes, scan.argumentEnd(1), scan.to() - scan.argumentEnd(1));
        return request.toByteArray();
    }

    @Override
    public byte[] of(List<byte[]> replies) {
        byte[] answer = replies.getFirst();
        ReplyCursor cursor = ReplyCursor.on(answer);
        if (replies.size() != 1 || cursor.type() != '*' || cursor.size() != 2) {
            return WRONG;
        }
        cursor.enter();
        cursor.next();
        if (cursor.type() != '$' || cursor.size() < 0) {
            return WRONG;
        }
        long next;
        try {
            next = Long.parseUnsignedLong(
                    new String(answer, cursor.textFrom(), cursor.textTo() - cursor.textFrom(), US_ASCII));
        } catch (NumberFormatException e) {
            return RespWriter.error("ERR a node answered SCAN with a cursor that is no number");
        }
        int keys = cursor.to();
        cursor.next();
        if (cursor.type() != '*' || cursor.isNull()) {
            return WRONG;
        }
        if (Long.compareUnsigned(next, Long.MAX_VALUE / shards - 1) > 0) {
            return RespWriter.error("ERR a node answered SCAN with a cursor that has no room for the shard: "
                    + Long.toUnsignedString(next));
        }
        int nextShard = next == 0 ? shard + 1 : shard;
        byte[] client = RespWriter.bulk(nextShard == shards ? "0" : Long.toString(next * shards + nextShard));
        ByteArrayOutputStream reply = new ByteArrayOutputStream(answer.length + 16);
        reply.writeBytes(RespWriter.header('*', 2));
        reply.writeBytes(client);
        reply.write(answer, keys, answer.length - keys);
        return reply.toByteArray();
    }
}

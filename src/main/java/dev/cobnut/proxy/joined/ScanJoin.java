package dev.cobnut.proxy.joined;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.cobnut.resp.Frame;
import dev.cobnut.resp.ReplyCursor;
import dev.cobnut.resp.RespWriter;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// SCAN over several shards, one after the other. The client's cursor is `node's cursor * 1024 + shard`; where a node
/// says 0, the next shard begins. Guarantees are those of SCAN on each shard: a key that is there all the time is
/// returned at least once.
///
/// The radix is fixed and not the number of shards, so that a cursor means the same when shards are added or go away.
/// One of a shard that is gone is invalid. A pool of one shard passes the node's cursors on as they are.
///
/// A client may keep a cursor in 64 bits, signed or not: 53 are left for the node's, which has as many bits as the
/// node's table of keys needs (33 for 2^33 keys). Clients that count in doubles, as JavaScript does, keep 53 exactly:
/// 43 for the node's. A node's cursor without room is answered with an error, and so is SCAN on a pool of more than
/// 1024 shards, before anything is sent.
///
/// @param node where the node is to go on
/// @param shard which is being scanned
/// @param shards how many the pool has
record ScanJoin(long node, int shard, int shards) implements Join {
    /// Most shards that a cursor can name.
    static final int RADIX = 1024;

    private static final long NODE_CURSOR_MAX = Long.MAX_VALUE / RADIX;

    private static final byte[] INVALID = RespWriter.error("ERR invalid cursor");
    private static final byte[] WRONG =
            RespWriter.error("ERR a node answered SCAN with something else than a cursor and a list");

    /// Why a SCAN is not sent; null when it is.
    ///
    /// @param cursor of the client; negative when it is no number
    static byte @Nullable [] refusal(long cursor, int shards) {
        if (shards > RADIX) {
            return RespWriter.error("ERR SCAN goes through " + RADIX + " shards at most, and this pool has " + shards);
        }
        return cursor < 0 || cursor % RADIX >= shards ? INVALID : null;
    }

    /// What a client's cursor says that has no [#refusal].
    static ScanJoin at(long cursor, int shards) {
        return new ScanJoin(cursor / RADIX, (int) (cursor % RADIX), shards);
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
        if (Long.compareUnsigned(next, NODE_CURSOR_MAX) > 0) {
            return RespWriter.error("ERR a node answered SCAN with a cursor that has no room for the shard: "
                    + Long.toUnsignedString(next));
        }
        int nextShard = next == 0 ? shard + 1 : shard;
        byte[] client = RespWriter.bulk(nextShard == shards ? "0" : Long.toString(next * RADIX + nextShard));
        ByteArrayOutputStream reply = new ByteArrayOutputStream(answer.length + 16);
        reply.writeBytes(RespWriter.header('*', 2));
        reply.writeBytes(client);
        reply.write(answer, keys, answer.length - keys);
        return reply.toByteArray();
    }
}

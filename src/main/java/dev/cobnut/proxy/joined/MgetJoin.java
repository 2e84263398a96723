package dev.cobnut.proxy.joined;

import dev.cobnut.resp.ReplyCursor;
import dev.cobnut.resp.RespWriter;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// MGET: the values in the order of the request's keys.
final class MgetJoin implements Join {
    private static final byte[] WRONG =
            RespWriter.error("ERR a node answered MGET with something else than its values");

    private final int[] shards;

    /// @param shards for each key the shard it was asked of; the shards were asked in ascending order. Not copied.
    MgetJoin(int[] shards) {
        this.shards = shards;
    }

    @Override
    public byte[] of(List<byte[]> replies) {
        int length = 16;
        for (byte[] reply : replies) {
            length += reply.length;
        }
        // Shard -1, where no server is live, has the first place.
        @Nullable ReplyCursor[] byShard = cursors(replies);
        ByteArrayOutputStream joined = new ByteArrayOutputStream(length);
        joined.writeBytes(RespWriter.header('*', shards.length));
        for (int shard : shards) {
            ReplyCursor cursor = byShard[shard + 1];
            if (cursor == null || !cursor.next() || (cursor.type() != '$' && cursor.type() != '_')) {
                return WRONG;
            }
            joined.write(cursor.array(), cursor.from(), cursor.to() - cursor.from());
        }
        for (ReplyCursor cursor : byShard) {
            if (cursor != null && cursor.next()) {
                return WRONG;
            }
        }
        return joined.toByteArray();
    }

    /// A cursor before the first value of each part, at the place of its shard; none where a part is no array.
    private @Nullable ReplyCursor[] cursors(List<byte[]> replies) {
        int last = -1;
        for (int shard : shards) {
            last = Math.max(last, shard);
        }
        boolean[] asked = new boolean[last + 2];
        for (int shard : shards) {
            asked[shard + 1] = true;
        }
        @Nullable ReplyCursor[] cursors = new ReplyCursor[asked.length];
        int part = 0;
        for (int place = 0; place < asked.length; place++) {
            if (asked[place]) {
                ReplyCursor cursor = ReplyCursor.on(replies.get(part++));
                if (cursor.type() == '*') {
                    cursor.enter();
                    cursors[place] = cursor;
                }
            }
        }
        return cursors;
    }
}

package dev.cobnut.proxy.frontend;

import dev.cobnut.resp.RespWriter;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// MGET over several shards: the elements in the order of the request's keys.
final class MgetReply extends JoinedReply {
    private static final byte[] WRONG =
            RespWriter.error("ERR a node answered MGET with something else than its values");

    private final int[] shards;
    private final @Nullable Fragment[] byShard;

    /// @param shards for each key the shard it was asked of
    MgetReply(PoolFront pool, int[] shards) {
        super(pool);
        this.shards = shards;
        this.byShard = new Fragment[pool.links().size() + 1];
    }

    @Override
    Fragment addFragment(int shard) {
        Fragment fragment = super.addFragment(shard);
        // Shard -1, where no server is live, has the last place.
        byShard[place(shard)] = fragment;
        return fragment;
    }

    private int place(int shard) {
        return shard < 0 ? byShard.length - 1 : shard;
    }

    @Override
    byte[] join() {
        int[] at = new int[byShard.length];
        int length = 16;
        for (int place = 0; place < byShard.length; place++) {
            Fragment fragment = byShard[place];
            if (fragment != null) {
                if (fragment.reply()[0] != '*') {
                    return WRONG;
                }
                length += fragment.reply().length;
                at[place] = lineEnd(fragment.reply(), 0);
            }
        }
        ByteArrayOutputStream reply = new ByteArrayOutputStream(length);
        reply.writeBytes(("*" + shards.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
        for (int shard : shards) {
            int place = place(shard);
            Fragment fragment = byShard[place];
            int end = fragment == null ? -1 : elementEnd(fragment.reply(), at[place]);
            if (fragment == null || end < 0) {
                return WRONG;
            }
            reply.write(fragment.reply(), at[place], end - at[place]);
            at[place] = end;
        }
        for (int place = 0; place < byShard.length; place++) {
            Fragment fragment = byShard[place];
            if (fragment != null && at[place] != fragment.reply().length) {
                return WRONG;
            }
        }
        return reply.toByteArray();
    }

    /// The end of the bulk string or null at `from`; -1 when there is none.
    private static int elementEnd(byte[] reply, int from) {
        if (from >= reply.length || (reply[from] != '$' && reply[from] != '_')) {
            return -1;
        }
        int body = lineEnd(reply, from);
        if (reply[from] == '_') {
            return body;
        }
        if (reply[from + 1] == '-') {
            return body;
        }
        int length = 0;
        for (int i = from + 1; i < body - 2; i++) {
            length = length * 10 + (reply[i] - '0');
        }
        return body + length + 2;
    }

    private static int lineEnd(byte[] reply, int from) {
        int i = from;
        while (reply[i] != '\n') {
            i++;
        }
        return i + 1;
    }
}

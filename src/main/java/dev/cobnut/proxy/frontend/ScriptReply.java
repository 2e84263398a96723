package dev.cobnut.proxy.frontend;

import dev.cobnut.resp.RespWriter;
import java.util.ArrayList;
import java.util.List;

/// SCRIPT LOAD, EXISTS and FLUSH. Every shard does them, since the keys of a later EVALSHA decide where it runs.
///
/// All shards answer alike, but for EXISTS: a script counts as known only where every shard knows it, so the smaller
/// of two digits stands.
final class ScriptReply extends JoinedReply {
    private final List<Fragment> parts = new ArrayList<>();

    ScriptReply(PoolFront pool) {
        super(pool);
    }

    @Override
    Fragment addFragment(int shard) {
        Fragment part = super.addFragment(shard);
        parts.add(part);
        return part;
    }

    @Override
    byte[] join() {
        byte[] joined = parts.getFirst().reply().clone();
        for (Fragment part : parts) {
            byte[] reply = part.reply();
            if (reply.length != joined.length) {
                return RespWriter.error("ERR the nodes do not agree on their answer to SCRIPT");
            }
            for (int i = 0; i < joined.length; i++) {
                joined[i] = (byte) Math.min(joined[i], reply[i]);
            }
        }
        return joined;
    }
}

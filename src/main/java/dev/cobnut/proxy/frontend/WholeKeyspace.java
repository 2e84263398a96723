package dev.cobnut.proxy.frontend;

import dev.cobnut.resp.Command;
import dev.cobnut.resp.Policy;

/// Commands that concern every shard of a pool. One for each event loop.
final class WholeKeyspace {
    private final Splitter splitter;
    private final ScanReply.Cursors cursors = new ScanReply.Cursors();

    WholeKeyspace(Splitter splitter) {
        this.splitter = splitter;
    }

    boolean send(ClientConnection client, Command command, Policy policy, byte[] bytes, int from, int to) {
        PoolFront pool = client.pool();
        JoinedReply joined = switch (policy) {
            case SCAN -> null;
            case ALL_SUM -> new SumReply(pool);
            case ALL_OK -> new SameReply(pool, command);
            case ALL_SCRIPT -> new ScriptReply(pool);
            case ALL_CONCAT, ALL_UNION, ALL_TEXT, ALL_NUMSUB, ALL_PICK -> new GatheredReply(pool, policy);
            case FORWARD,
                    ANY,
                    OWN,
                    OWN_AT_ONCE,
                    OWN_IF_BLOCK,
                    OWN_IF_FREE,
                    KEEP,
                    WAIT,
                    PUBLISH,
                    SPLIT_MGET,
                    SPLIT_MSET,
                    SPLIT_SUM,
                    LOCAL,
                    REFUSED -> throw new IllegalStateException(command + " does not concern every shard");
        };
        if (joined == null) {
            cursors.send(client, bytes, from, to);
        } else {
            splitter.toAll(client, joined, bytes, from, to);
        }
        return true;
    }
}

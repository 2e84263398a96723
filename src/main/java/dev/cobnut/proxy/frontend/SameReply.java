package dev.cobnut.proxy.frontend;

import dev.cobnut.resp.Command;
import dev.cobnut.resp.ErrorText;
import dev.cobnut.resp.RespWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A command that every shard carries out and answers alike: FLUSHDB, FUNCTION LOAD, CONFIG SET.
final class SameReply extends JoinedReply {
    private final List<Fragment> parts = new ArrayList<>();
    private final Command command;

    SameReply(PoolFront pool, Command command) {
        super(pool);
        this.command = command;
    }

    @Override
    Fragment addFragment(int shard) {
        Fragment part = super.addFragment(shard);
        parts.add(part);
        return part;
    }

    @Override
    byte[] join() {
        byte[] first = parts.getFirst().reply();
        for (Fragment part : parts) {
            if (!Arrays.equals(part.reply(), first)) {
                return RespWriter.error("ERR the shards do not agree on their answer to " + ErrorText.shown(command));
            }
        }
        return first;
    }
}

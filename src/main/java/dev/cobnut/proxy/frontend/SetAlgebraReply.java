package dev.cobnut.proxy.frontend;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.cobnut.resp.Command;
import dev.cobnut.resp.KeyFinder;
import dev.cobnut.resp.ReplyCursor;
import dev.cobnut.resp.RespWriter;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// SUNION, SINTER and SDIFF of keys on several shards, for pools with `reads_across_shards`: every set is read whole
/// and the answer is computed here. The sets are not read at one moment. Bounded as all joined replies are.
final class SetAlgebraReply extends JoinedReply {
    private static final Set<String> COMMANDS = Set.of("sunion", "sinter", "sdiff");

    private final Command command;
    private final List<Fragment> byKey = new ArrayList<>();

    private SetAlgebraReply(PoolFront pool, Command command) {
        super(pool);
        this.command = command;
    }

    /// Whether a pool computes this command over shards.
    static boolean isComputed(PoolFront pool, Command command) {
        return pool.config().reads().acrossShards() && COMMANDS.contains(command.name());
    }

    static void send(ClientConnection client, Command command, KeyFinder keys, byte[] bytes) {
        PoolFront pool = client.pool();
        SetAlgebraReply reply = client.replies().add(new SetAlgebraReply(pool, command));
        byte[] smembers = RespWriter.bulk("SMEMBERS");
        for (int key = 0; key < keys.count(); key++) {
            byte[] request = RespWriter.array(smembers, RespWriter.bulk(bytes, keys.offset(key), keys.length(key)));
            int shard = pool.route(bytes, keys.offset(key), keys.length(key));
            Fragment part = reply.register(new Fragment(reply, shard));
            reply.byKey.add(part);
            pool.send(client, shard, part, request, 0, request.length);
        }
        reply.sentAll();
    }

    @Override
    byte[] join() {
        Set<ByteBuffer> result = new LinkedHashSet<>(members(byKey.getFirst()));
        for (Fragment part : byKey.subList(1, byKey.size())) {
            Set<ByteBuffer> members = members(part);
            switch (command.name()) {
                case "sunion" -> result.addAll(members);
                case "sinter" -> result.retainAll(members);
                default -> result.removeAll(members);
            }
        }
        ByteArrayOutputStream reply = new ByteArrayOutputStream(64 * result.size() + 16);
        byte type = byKey.getFirst().reply()[0];
        reply.writeBytes(((char) type + Integer.toString(result.size()) + "\r\n").getBytes(US_ASCII));
        for (ByteBuffer member : result) {
            while (member.hasRemaining()) {
                reply.write(member.get());
            }
        }
        return reply.toByteArray();
    }

    /// Each member as the bulk string it came as.
    private static Set<ByteBuffer> members(Fragment part) {
        Set<ByteBuffer> members = new HashSet<>();
        ReplyCursor cursor = new ReplyCursor();
        cursor.reset(part.reply(), 0, part.reply().length);
        cursor.next();
        cursor.enter();
        while (cursor.next()) {
            members.add(ByteBuffer.wrap(Arrays.copyOfRange(part.reply(), cursor.from(), cursor.to())));
        }
        return members;
    }
}

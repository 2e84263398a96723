package dev.cobnut.proxy.frontend;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.cobnut.resp.Policy;
import dev.cobnut.resp.ReplyCursor;
import dev.cobnut.resp.RespWriter;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/// What every shard says, put together: lists one behind the other, elements once, texts one behind the other, the
/// largest of each number, or one of the answers.
final class GatheredReply extends JoinedReply {
    private final List<Fragment> parts = new ArrayList<>();
    private final Policy policy;

    GatheredReply(PoolFront pool, Policy policy) {
        super(pool);
        this.policy = policy;
    }

    @Override
    Fragment addFragment(int shard) {
        Fragment part = super.addFragment(shard);
        parts.add(part);
        return part;
    }

    @Override
    byte[] join() {
        return switch (policy) {
            case ALL_CONCAT -> list(false);
            case ALL_UNION -> list(true);
            case ALL_TEXT -> text();
            case ALL_NUMSUB -> largest();
            default -> pick();
        };
    }

    private static ReplyCursor inside(Fragment part) {
        ReplyCursor cursor = new ReplyCursor();
        cursor.reset(part.reply(), 0, part.reply().length);
        cursor.next();
        return cursor;
    }

    private byte[] list(boolean once) {
        Set<ByteBuffer> seen = new HashSet<>();
        ByteArrayOutputStream elements = new ByteArrayOutputStream();
        int count = 0;
        for (Fragment part : parts) {
            ReplyCursor cursor = inside(part);
            cursor.enter();
            while (cursor.next()) {
                int length = cursor.to() - cursor.from();
                if (!once || seen.add(ByteBuffer.wrap(part.reply(), cursor.from(), length))) {
                    elements.write(part.reply(), cursor.from(), length);
                    count++;
                }
            }
        }
        ByteArrayOutputStream reply = new ByteArrayOutputStream(elements.size() + 16);
        reply.writeBytes(((char) parts.getFirst().reply()[0] + Integer.toString(count) + "\r\n").getBytes(US_ASCII));
        reply.writeBytes(elements.toByteArray());
        return reply.toByteArray();
    }

    private byte[] text() {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (Fragment part : parts) {
            ReplyCursor cursor = inside(part);
            int from = cursor.textFrom() + (cursor.type() == '=' ? RespWriter.VERBATIM_PREFIX : 0);
            text.write(part.reply(), from, cursor.textTo() - from);
        }
        return RespWriter.text(text.toByteArray(), parts.getFirst().reply()[0] == '=');
    }

    /// `channel, number, channel, number`: a channel is at one shard, and events about keys are at all.
    private byte[] largest() {
        List<byte[]> names = new ArrayList<>();
        List<Long> numbers = new ArrayList<>();
        for (Fragment part : parts) {
            ReplyCursor cursor = inside(part);
            cursor.enter();
            for (int i = 0; cursor.next(); i++) {
                byte[] name = Arrays.copyOfRange(part.reply(), cursor.from(), cursor.to());
                long number = cursor.next() ? cursor.integer() : 0;
                if (i < names.size()) {
                    numbers.set(i, Math.max(numbers.get(i), number));
                } else {
                    names.add(name);
                    numbers.add(number);
                }
            }
        }
        byte[][] elements = new byte[2 * names.size()][];
        for (int i = 0; i < names.size(); i++) {
            elements[2 * i] = names.get(i);
            elements[2 * i + 1] = RespWriter.integer(numbers.get(i));
        }
        return RespWriter.array(elements);
    }

    private byte[] pick() {
        List<byte[]> answers = new ArrayList<>();
        for (Fragment part : parts) {
            if (!inside(part).isNull()) {
                answers.add(part.reply());
            }
        }
        return answers.isEmpty()
                ? parts.getFirst().reply()
                : answers.get(ThreadLocalRandom.current().nextInt(answers.size()));
    }
}

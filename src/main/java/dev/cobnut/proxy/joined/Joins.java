package dev.cobnut.proxy.joined;

import dev.cobnut.proxy.client.Replies;
import dev.cobnut.resp.Policy;
import dev.cobnut.resp.ReplyCursor;
import dev.cobnut.resp.RespWriter;
import dev.cobnut.resp.SetOperation;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// The rules by which replies are joined that need nothing but the replies. A command's policy names its rule, see
/// [#of(Policy)]; a policy without a row does not compile.
enum Joins implements Join {
    /// MSET: OK when every part is OK.
    OK,
    /// DEL, EXISTS, DBSIZE: integers, added up.
    SUM,
    /// FLUSHDB, FUNCTION LOAD, CONFIG SET: every shard gives the same reply, whatever it is.
    SAME,
    /// SCRIPT: the same reply everywhere, or for EXISTS the smaller of the digits. Every shard has the scripts, since
    /// the keys of a later EVALSHA decide where it runs; a script counts as known only where every shard knows it.
    SCRIPT,
    /// WAIT, WAITAOF: an integer, or an array of as many: the smallest at each place.
    LEAST,
    /// KEYS, SLOWLOG GET: the elements of all lists, in the order of shards.
    CONCAT,
    /// PUBSUB CHANNELS, SUNION: the elements of all lists, each once.
    UNION,
    /// SINTER: the elements of the first list that every other has.
    INTERSECTION,
    /// SDIFF: the elements of the first list that no other has.
    DIFFERENCE,
    /// CLIENT LIST: texts, one behind the other.
    TEXT,
    /// PUBSUB NUMSUB: names and numbers in turn, the same names everywhere; for each name the largest number. A channel
    /// is at one shard, and those of events about keys are at all.
    GREATEST,
    /// RANDOMKEY: one of the strings, by chance; null when there is none.
    PICK;

    private static final byte[] NO_OK = RespWriter.error("ERR a node answered with something else than OK");
    private static final byte[] NO_NUMBER = RespWriter.error("ERR a node answered with something that is not a number");
    private static final byte[] TOO_LARGE =
            RespWriter.error("ERR the numbers of all shards add up to more than 64 bits hold");
    private static final byte[] NO_LIST = RespWriter.error("ERR a node answered with something that is not a list");
    private static final byte[] NO_TEXT = RespWriter.error("ERR a node answered with something that is not a text");
    private static final byte[] NO_NUMBERS_BY_NAME =
            RespWriter.error("ERR a node answered with something else than a number for each name");
    private static final byte[] DISAGREE = RespWriter.error("ERR the shards do not agree on their answer");

    /// The rule for a command of this policy, which has no more to be known of it than its replies.
    ///
    /// @throws IllegalStateException when the policy has no such rule
    static Joins of(Policy policy) {
        return switch (policy) {
            case SPLIT_MSET -> OK;
            case SPLIT_SUM, ALL_SUM -> SUM;
            case ALL_OK -> SAME;
            case ALL_SCRIPT -> SCRIPT;
            case WAIT -> LEAST;
            case ALL_CONCAT -> CONCAT;
            case ALL_UNION -> UNION;
            case ALL_TEXT -> TEXT;
            case ALL_NUMSUB -> GREATEST;
            case ALL_PICK -> PICK;
            case SPLIT_MGET,
                    SCAN,
                    FORWARD,
                    ANY,
                    OWN,
                    OWN_AT_ONCE,
                    OWN_IF_BLOCK,
                    OWN_IF_FREE,
                    KEEP,
                    PUBLISH,
                    LOCAL,
                    REFUSED -> throw new IllegalStateException("replies of " + policy + " are not joined by a rule");
        };
    }

    /// The rule for sets that were read one by one.
    static Joins of(SetOperation sets) {
        return switch (sets) {
            case UNION -> UNION;
            case INTERSECTION -> INTERSECTION;
            case DIFFERENCE -> DIFFERENCE;
        };
    }

    @Override
    public byte[] of(List<byte[]> replies) {
        return switch (this) {
            case OK -> ok(replies);
            case SUM -> sum(replies);
            case SAME -> same(replies);
            case SCRIPT -> script(replies);
            case LEAST -> least(replies);
            case CONCAT -> list(replies, false);
            case UNION -> list(replies, true);
            case INTERSECTION -> filtered(replies, true);
            case DIFFERENCE -> filtered(replies, false);
            case TEXT -> text(replies);
            case GREATEST -> greatest(replies);
            case PICK -> pick(replies);
        };
    }

    private static byte[] ok(List<byte[]> replies) {
        for (byte[] reply : replies) {
            if (!Arrays.equals(reply, Replies.OK)) {
                return NO_OK;
            }
        }
        return Replies.OK;
    }

    private static byte[] same(List<byte[]> replies) {
        return areAlike(replies) ? replies.getFirst() : DISAGREE;
    }

    private static boolean areAlike(List<byte[]> replies) {
        for (byte[] reply : replies) {
            if (!Arrays.equals(reply, replies.getFirst())) {
                return false;
            }
        }
        return true;
    }

    private static byte[] pick(List<byte[]> replies) {
        List<byte[]> strings = new ArrayList<>();
        for (byte[] reply : replies) {
            ReplyCursor cursor = ReplyCursor.on(reply);
            if (cursor.type() == '$' && cursor.size() >= 0) {
                strings.add(reply);
            } else if (!cursor.isNull() || cursor.type() == '*') {
                return NO_TEXT;
            }
        }
        return strings.isEmpty()
                ? replies.getFirst()
                : strings.get(ThreadLocalRandom.current().nextInt(strings.size()));
    }

    private static byte[] text(List<byte[]> replies) {
        byte type = ReplyCursor.on(replies.getFirst()).type();
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (byte[] reply : replies) {
            ReplyCursor cursor = ReplyCursor.on(reply);
            if (cursor.type() != type) {
                return DISAGREE;
            }
            int prefix = type == '=' ? RespWriter.VERBATIM_PREFIX : 0;
            if ((type != '$' && type != '=') || cursor.size() < prefix) {
                return NO_TEXT;
            }
            text.write(reply, cursor.textFrom() + prefix, (int) cursor.size() - prefix);
        }
        return RespWriter.text(text.toByteArray(), type == '=');
    }

    // ---- numbers ----------------------------------------------------------------------------------------------------

    private static byte[] sum(List<byte[]> replies) {
        long sum = 0;
        for (byte[] reply : replies) {
            long number = number(ReplyCursor.on(reply));
            if (number == Long.MIN_VALUE) {
                return NO_NUMBER;
            }
            long before = sum;
            sum += number;
            if (((before ^ sum) & (number ^ sum)) < 0) {
                return TOO_LARGE;
            }
        }
        return RespWriter.integer(sum);
    }

    private static byte[] script(List<byte[]> replies) {
        return areAlike(replies) ? replies.getFirst() : least(replies);
    }

    private static byte[] least(List<byte[]> replies) {
        byte type = ReplyCursor.on(replies.getFirst()).type();
        long[] least = null;
        for (byte[] reply : replies) {
            ReplyCursor cursor = ReplyCursor.on(reply);
            byte here = cursor.type();
            long[] numbers = numbers(cursor);
            if (numbers == null) {
                return NO_NUMBER;
            }
            if (here != type || (least != null && least.length != numbers.length)) {
                return DISAGREE;
            }
            if (least == null) {
                least = numbers;
            }
            for (int i = 0; i < least.length; i++) {
                least[i] = Math.min(least[i], numbers[i]);
            }
        }
        if (least == null) {
            throw new IllegalArgumentException("no reply to join");
        }
        byte[][] elements = new byte[least.length][];
        for (int i = 0; i < least.length; i++) {
            elements[i] = RespWriter.integer(least[i]);
        }
        return type == ':' ? elements[0] : RespWriter.array(elements);
    }

    /// An integer, or the integers of an array; null when it is neither.
    private static long @Nullable [] numbers(ReplyCursor cursor) {
        if (cursor.type() == ':') {
            long number = number(cursor);
            return number == Long.MIN_VALUE ? null : new long[] {number};
        }
        if (cursor.type() != '*' || cursor.size() < 0) {
            return null;
        }
        long[] numbers = new long[(int) cursor.size()];
        cursor.enter();
        for (int i = 0; i < numbers.length; i++) {
            cursor.next();
            numbers[i] = number(cursor);
            if (numbers[i] == Long.MIN_VALUE) {
                return null;
            }
        }
        return numbers;
    }

    /// `Long.MIN_VALUE` when the value is no integer of 64 bits; Redis itself never answers with that number.
    private static long number(ReplyCursor cursor) {
        return cursor.type() == ':' ? cursor.integer() : Long.MIN_VALUE;
    }

    private static byte[] greatest(List<byte[]> replies) {
        List<ByteBuffer> names = new ArrayList<>();
        long[] greatest = new long[0];
        for (int part = 0; part < replies.size(); part++) {
            byte[] reply = replies.get(part);
            ReplyCursor cursor = ReplyCursor.on(reply);
            if (cursor.type() != '*' || cursor.size() < 0 || cursor.size() % 2 != 0) {
                return NO_NUMBERS_BY_NAME;
            }
            int count = (int) cursor.size() / 2;
            greatest = part == 0 ? new long[count] : greatest;
            if (count != greatest.length) {
                return DISAGREE;
            }
            cursor.enter();
            for (int i = 0; i < count; i++) {
                cursor.next();
                ByteBuffer name = slice(reply, cursor);
                boolean string = cursor.type() == '$' && cursor.size() >= 0;
                cursor.next();
                long number = number(cursor);
                if (!string || number == Long.MIN_VALUE) {
                    return NO_NUMBERS_BY_NAME;
                }
                if (part == 0) {
                    names.add(name);
                    greatest[i] = number;
                } else if (names.get(i).equals(name)) {
                    greatest[i] = Math.max(greatest[i], number);
                } else {
                    return DISAGREE;
                }
            }
        }
        ByteArrayOutputStream elements = new ByteArrayOutputStream();
        for (int i = 0; i < greatest.length; i++) {
            write(names.get(i), elements);
            elements.writeBytes(RespWriter.integer(greatest[i]));
        }
        return aggregate((byte) '*', 2L * greatest.length, elements);
    }

    // ---- lists ------------------------------------------------------------------------------------------------------

    private static byte[] list(List<byte[]> replies, boolean once) {
        byte type = ReplyCursor.on(replies.getFirst()).type();
        Set<ByteBuffer> seen = new HashSet<>();
        ByteArrayOutputStream elements = new ByteArrayOutputStream();
        long count = 0;
        for (byte[] reply : replies) {
            ReplyCursor cursor = ReplyCursor.on(reply);
            if (!isList(cursor)) {
                return NO_LIST;
            }
            if (cursor.type() != type) {
                return DISAGREE;
            }
            cursor.enter();
            while (cursor.next()) {
                if (cursor.type() == '>') {
                    return NO_LIST;
                }
                ByteBuffer element = slice(reply, cursor);
                if (!once || seen.add(element)) {
                    write(element, elements);
                    count++;
                }
            }
        }
        return aggregate(type, count, elements);
    }

    /// The elements of the first list that are in each other one, or in none.
    private static byte[] filtered(List<byte[]> replies, boolean inEach) {
        byte type = ReplyCursor.on(replies.getFirst()).type();
        Set<ByteBuffer> result = new LinkedHashSet<>();
        for (int part = 0; part < replies.size(); part++) {
            ReplyCursor cursor = ReplyCursor.on(replies.get(part));
            if (!isList(cursor)) {
                return NO_LIST;
            }
            if (cursor.type() != type) {
                return DISAGREE;
            }
            Set<ByteBuffer> members = part == 0 ? result : new HashSet<>();
            cursor.enter();
            while (cursor.next()) {
                if (cursor.type() == '>') {
                    return NO_LIST;
                }
                members.add(slice(replies.get(part), cursor));
            }
            if (part > 0 && inEach) {
                result.retainAll(members);
            } else if (part > 0) {
                result.removeAll(members);
            }
        }
        ByteArrayOutputStream elements = new ByteArrayOutputStream();
        for (ByteBuffer member : result) {
            write(member, elements);
        }
        return aggregate(type, result.size(), elements);
    }

    private static boolean isList(ReplyCursor cursor) {
        return (cursor.type() == '*' || cursor.type() == '~') && !cursor.isNull();
    }

    private static ByteBuffer slice(byte[] reply, ReplyCursor cursor) {
        return ByteBuffer.wrap(reply, cursor.from(), cursor.to() - cursor.from());
    }

    private static void write(ByteBuffer slice, ByteArrayOutputStream out) {
        out.write(slice.array(), slice.arrayOffset() + slice.position(), slice.remaining());
    }

    private static byte[] aggregate(byte type, long count, ByteArrayOutputStream elements) {
        byte[] header = RespWriter.header((char) type, count);
        byte[] reply = Arrays.copyOf(header, header.length + elements.size());
        System.arraycopy(elements.toByteArray(), 0, reply, header.length, elements.size());
        return reply;
    }
}

package dev.cobnut.proxy.client;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.cobnut.resp.Command;
import dev.cobnut.resp.RespWriter;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The channels and patterns one client is subscribed to. For the loop's own thread.
///
/// Holds what the client has asked for, in the order of its requests; the nodes confirm in the same order.
public final class Subscriptions {

    /// A command of the family, by the word its confirmations carry.
    public enum Verb {
        SUBSCRIBE("subscribe", true),
        UNSUBSCRIBE("unsubscribe", false),
        PSUBSCRIBE("psubscribe", true),
        PUNSUBSCRIBE("punsubscribe", false),
        SSUBSCRIBE("ssubscribe", true),
        SUNSUBSCRIBE("sunsubscribe", false);

        private final String word;
        private final boolean adds;

        Verb(String word, boolean adds) {
            this.word = word;
            this.adds = adds;
        }

        public String word() {
            return word;
        }

        public boolean adds() {
            return adds;
        }

        /// Whether the names are patterns.
        public boolean isPattern() {
            return this == PSUBSCRIBE || this == PUNSUBSCRIBE;
        }

        /// The verb of a command of the family.
        public static Verb of(Command command) {
            for (Verb verb : values()) {
                if (verb.word.equals(command.name())) {
                    return verb;
                }
            }
            throw new IllegalArgumentException(command + " is not of the SUBSCRIBE family");
        }
    }

    /// What a name takes besides its bytes: array, buffer, place in the set.
    private static final int NAME_BYTES = 128;

    private final Set<ByteBuffer> channels = new LinkedHashSet<>();
    private final Set<ByteBuffer> patterns = new LinkedHashSet<>();
    private final Set<ByteBuffer> shardChannels = new LinkedHashSet<>();
    private long bytes;

    public boolean isEmpty() {
        return channels.isEmpty() && patterns.isEmpty() && shardChannels.isEmpty();
    }

    /// What is held for all names.
    public long bytes() {
        return bytes;
    }

    /// What a command adds to that at most.
    public static long bytes(Verb verb, List<byte[]> names) {
        long sum = 0;
        for (byte[] name : names) {
            sum += NAME_BYTES + name.length;
        }
        return verb.adds() ? sum : 0;
    }

    private Set<ByteBuffer> set(Verb verb) {
        return switch (verb) {
            case SUBSCRIBE, UNSUBSCRIBE -> channels;
            case PSUBSCRIBE, PUNSUBSCRIBE -> patterns;
            case SSUBSCRIBE, SUNSUBSCRIBE -> shardChannels;
        };
    }

    /// What a command without names means: all there are.
    public List<byte[]> names(Verb verb) {
        List<byte[]> names = new ArrayList<>();
        for (ByteBuffer name : set(verb)) {
            byte[] copy = new byte[name.remaining()];
            name.duplicate().get(copy);
            names.add(copy);
        }
        return names;
    }

    /// Carries a command out on the sets and writes what Redis answers: one frame for each name.
    ///
    /// @param names null in one place for a command without names that finds none
    public byte[] apply(Verb verb, List<byte[]> names, boolean resp3) {
        ByteArrayOutputStream reply = new ByteArrayOutputStream(64 * Math.max(1, names.size()));
        for (byte[] name : names) {
            follow(verb, name);
            confirm(reply, verb, RespWriter.bulk(name), resp3);
        }
        if (names.isEmpty()) {
            confirm(reply, verb, RespWriter.nullBulk(resp3), resp3);
        }
        return reply.toByteArray();
    }

    /// Carries out what a node has carried out within a transaction.
    ///
    /// @param names empty: all there are
    public void follow(Verb verb, List<byte[]> names) {
        for (byte[] name : names.isEmpty() ? names(verb) : names) {
            follow(verb, name);
        }
    }

    private void follow(Verb verb, byte[] name) {
        ByteBuffer key = ByteBuffer.wrap(name);
        if (verb.adds()) {
            bytes += set(verb).add(key) ? NAME_BYTES + name.length : 0;
        } else {
            bytes -= set(verb).remove(key) ? NAME_BYTES + name.length : 0;
        }
    }

    private void confirm(ByteArrayOutputStream reply, Verb verb, byte[] name, boolean resp3) {
        int count = verb == Verb.SSUBSCRIBE || verb == Verb.SUNSUBSCRIBE
                ? shardChannels.size()
                : channels.size() + patterns.size();
        reply.writeBytes((resp3 ? ">3\r\n" : "*3\r\n").getBytes(US_ASCII));
        reply.writeBytes(RespWriter.bulk(verb.word()));
        reply.writeBytes(name);
        reply.writeBytes(RespWriter.integer(count));
    }
}

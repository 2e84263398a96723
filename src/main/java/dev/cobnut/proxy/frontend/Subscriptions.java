package dev.cobnut.proxy.frontend;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.cobnut.resp.RespWriter;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The channels and patterns one client is subscribed to, and which shard each is at. For the loop's own thread.
///
/// Holds what the client has asked for, in the order of its requests; the nodes confirm in the same order.
final class Subscriptions {

    /// A command of the family, by the word its confirmations carry.
    enum Verb {
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

        String word() {
            return word;
        }

        boolean adds() {
            return adds;
        }

        /// Null when the command is none of them.
        static @Nullable Verb named(String command) {
            for (Verb verb : values()) {
                if (verb.word.equals(command)) {
                    return verb;
                }
            }
            return null;
        }
    }

    /// Events about keys: each shard publishes those of its own keys.
    private static final byte[] EVENTS = "__key".getBytes(US_ASCII);

    private final Set<ByteBuffer> channels = new LinkedHashSet<>();
    private final Set<ByteBuffer> patterns = new LinkedHashSet<>();
    private final Set<ByteBuffer> shardChannels = new LinkedHashSet<>();

    boolean isEmpty() {
        return channels.isEmpty() && patterns.isEmpty() && shardChannels.isEmpty();
    }

    void clear() {
        channels.clear();
        patterns.clear();
        shardChannels.clear();
    }

    private Set<ByteBuffer> set(Verb verb) {
        return switch (verb) {
            case SUBSCRIBE, UNSUBSCRIBE -> channels;
            case PSUBSCRIBE, PUNSUBSCRIBE -> patterns;
            case SSUBSCRIBE, SUNSUBSCRIBE -> shardChannels;
        };
    }

    /// What a command without names means: all there are.
    List<byte[]> names(Verb verb) {
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
    byte[] apply(Verb verb, List<byte[]> names, boolean resp3) {
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
    void follow(Verb verb, List<byte[]> names) {
        for (byte[] name : names.isEmpty() ? names(verb) : names) {
            follow(verb, name);
        }
    }

    private void follow(Verb verb, byte[] name) {
        ByteBuffer key = ByteBuffer.wrap(name);
        if (verb.adds()) {
            set(verb).add(key);
        } else {
            set(verb).remove(key);
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

    /// Whether a name is subscribed to at this shard.
    static boolean isAt(PoolFront pool, int shard, Verb verb, byte[] name) {
        if (pool.oneShard() || verb == Verb.PSUBSCRIBE || verb == Verb.PUNSUBSCRIBE || isEvent(name)) {
            return true;
        }
        return pool.router().route(name, 0, name.length, pool.loop().nowNanos()) == shard;
    }

    private static boolean isEvent(byte[] name) {
        if (name.length < EVENTS.length) {
            return false;
        }
        for (int i = 0; i < EVENTS.length; i++) {
            if (name[i] != EVENTS[i]) {
                return false;
            }
        }
        return true;
    }

    /// Subscribes everything again that belongs to a shard, on another connection.
    void sendAgain(PoolFront pool, OwnConnection connection) {
        for (Verb verb : Verb.values()) {
            if (verb.adds()) {
                List<byte[]> here = new ArrayList<>();
                for (byte[] name : names(verb)) {
                    if (isAt(pool, connection.shard(), verb, name)) {
                        here.add(name);
                    }
                }
                if (!here.isEmpty()) {
                    SubscribeReply.send(connection, new SubscribeReply.Again(verb, here.size()), verb, here);
                }
            }
        }
    }
}

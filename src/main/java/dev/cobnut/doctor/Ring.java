package dev.cobnut.doctor;

import dev.cobnut.sharding.Distribution;
import dev.cobnut.sharding.HashTag;
import dev.cobnut.sharding.KeyHash;
import dev.cobnut.sharding.Placement;
import dev.cobnut.sharding.RingServer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// From keys to shards, as a file or a running proxy has it. The order of the shards is not a part of it: they are sorted before
/// they are put on the ring. Pure.
///
/// @param placement as [#words] makes it; empty when nobody says
/// @param weights of the shards, by the names that are hashed
public record Ring(String placement, Map<String, Integer> weights) {
    private static final int SAMPLES = 20_000;
    private static final String DEFAULT_HASH = "fnv1a_64";
    private static final String DEFAULT_DISTRIBUTION = "ketama";

    public Ring {
        weights = Map.copyOf(weights);
    }

    /// How keys are placed, in the words of the configuration.
    ///
    /// @param hash empty for the default
    /// @param tag two bytes; empty for none
    /// @param distribution empty for the default
    static String words(String hash, String tag, String distribution) {
        return (hash.isEmpty() ? DEFAULT_HASH : hash) + " "
                + (distribution.isEmpty() ? DEFAULT_DISTRIBUTION : distribution) + (tag.isEmpty() ? "" : " " + tag);
    }

    static Ring of(Pool pool) {
        Map<String, Integer> weights = new TreeMap<>();
        pool.servers().forEach(server -> weights.putIfAbsent(server.ringName(), server.weight()));
        return new Ring(pool.placement(), weights);
    }

    /// Whether both look for every key at the same shard.
    boolean isAs(Ring other) {
        // One shard has all keys, however they are hashed; and who does not say how is not accused.
        boolean decides = weights.size() > 1 && !placement.isEmpty() && !other.placement.isEmpty();
        return weights.equals(other.weights) && (!decides || placement.equals(other.placement));
    }

    /// How many of 100 keys are at another shard with the other one; 100 when that cannot be told.
    int percentElsewhere(Ring other) {
        if (isAs(other)) {
            return 0;
        }
        try {
            List<RingServer> here = servers();
            List<RingServer> there = other.servers();
            Placement mine = placement(here);
            Placement others = (other.placement.isEmpty() ? this : other).placement(there);
            int elsewhere = 0;
            for (int i = 0; i < SAMPLES; i++) {
                byte[] key = ("key:" + i).getBytes(StandardCharsets.US_ASCII);
                String before = here.get(mine.place(key, 0, key.length)).name();
                if (!before.equals(there.get(others.place(key, 0, key.length)).name())) {
                    elsewhere++;
                }
            }
            return Math.ceilDiv(elsewhere * 100, SAMPLES);
        } catch (IllegalArgumentException _) {
            // words that no proxy knows, or no shards
            return 100;
        }
    }

    private List<RingServer> servers() {
        List<RingServer> servers = new ArrayList<>();
        new TreeMap<>(weights).forEach((name, weight) -> servers.add(new RingServer(name, weight)));
        return servers;
    }

    private Placement placement(List<RingServer> servers) {
        String[] words = (placement.isEmpty() ? words("", "", "") : placement).split(" ", 3);
        byte[] tag = words.length < 3 ? new byte[0] : words[2].getBytes(StandardCharsets.UTF_8);
        return Placement.of(
                KeyHash.valueOf(words[0].toUpperCase(Locale.ROOT)),
                tag.length == 2 ? new HashTag(tag[0], tag[1]) : null,
                Distribution.valueOf(words[1].toUpperCase(Locale.ROOT)),
                servers);
    }

    /// For people: `fnv1a_64 ketama {}: a:1 b:1`.
    @Override
    public String toString() {
        List<String> shards = new ArrayList<>();
        new TreeMap<>(weights).forEach((name, weight) -> shards.add(name + ":" + weight));
        return (placement.isEmpty() ? "" : placement + ": ") + String.join(" ", shards);
    }
}

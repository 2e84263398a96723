package dev.cobnut.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.cobnut.sharding.Distribution;
import dev.cobnut.sharding.HashTag;
import dev.cobnut.sharding.KeyHash;
import dev.cobnut.sharding.Placement;
import dev.cobnut.sharding.RingServer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// One key to its shard: hash tag, hash and ring, over three shards. A score covers one key.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PlacementBenchmark {

    // Enough different keys that neither the branch predictor nor the cache learns their places on the ring.
    private static final int KEYS = 4096;

    @Param({"FNV1A_64", "MURMUR", "MD5"})
    public KeyHash hash = KeyHash.FNV1A_64;

    @Param({"KETAMA", "MODULA"})
    public Distribution distribution = Distribution.KETAMA;

    private byte[][] keys = {};
    private byte[][] taggedKeys = {};
    private Placement placement = placement(false);
    private Placement taggedPlacement = placement(true);

    @Setup(Level.Trial)
    public void makeKeys() {
        placement = placement(false);
        taggedPlacement = placement(true);
        keys = new byte[KEYS][];
        taggedKeys = new byte[KEYS][];
        for (int i = 0; i < KEYS; i++) {
            keys[i] = "session:%08d:cart".formatted(i * 7919).getBytes(US_ASCII);
            taggedKeys[i] = "session:{%08d}:cart".formatted(i * 7919).getBytes(US_ASCII);
        }
    }

    @Benchmark
    @OperationsPerInvocation(KEYS)
    public int place() {
        return placeAll(placement, keys);
    }

    @Benchmark
    @OperationsPerInvocation(KEYS)
    public int placeByHashTag() {
        return placeAll(taggedPlacement, taggedKeys);
    }

    private static int placeAll(Placement placement, byte[][] keys) {
        int sum = 0;
        for (byte[] key : keys) {
            sum += placement.place(key, 0, key.length);
        }
        return sum;
    }

    private Placement placement(boolean tagged) {
        HashTag tag = tagged ? new HashTag((byte) '{', (byte) '}') : null;
        List<RingServer> servers =
                List.of(new RingServer("shard-a", 1), new RingServer("shard-b", 1), new RingServer("shard-c", 1));
        return Placement.of(hash, tag, distribution, servers);
    }
}

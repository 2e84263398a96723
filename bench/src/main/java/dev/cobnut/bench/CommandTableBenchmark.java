package dev.cobnut.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.cobnut.resp.CommandTable;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// From a command's name, in the case the client wrote it, to its row in the table. A score covers one name.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CommandTableBenchmark {

    private static final int NAMES = 16;

    // As a cache and session store would send them; clients differ in case.
    private final byte[][] mixed =
            names("GET SET get hgetall SETEX EXPIRE DEL MGET hmget HSET INCR get EXISTS sadd ZADD GET");
    private final byte[][] same = names("GET ".repeat(NAMES).strip());
    private final byte[][] unknown = names("NOSUCHCOMMAND ".repeat(NAMES).strip());
    private final CommandTable table = CommandTable.builtIn();

    /// Refuses to measure a table that does not know what it should, or knows what it should not.
    @Setup(Level.Trial)
    public void check() {
        if (mixedNames() != NAMES || oneName() != NAMES || unknownName() != 0) {
            throw new IllegalStateException("%d of the mixed names, %d GET, %d unknown ones found (expected: %d, %d, 0)"
                    .formatted(mixedNames(), oneName(), unknownName(), NAMES, NAMES));
        }
    }

    @Benchmark
    @OperationsPerInvocation(NAMES)
    public int mixedNames() {
        return found(mixed);
    }

    @Benchmark
    @OperationsPerInvocation(NAMES)
    public int oneName() {
        return found(same);
    }

    @Benchmark
    @OperationsPerInvocation(NAMES)
    public int unknownName() {
        return found(unknown);
    }

    private int found(byte[][] names) {
        int found = 0;
        for (byte[] name : names) {
            if (table.lookup(name, 0, name.length) != null) {
                found++;
            }
        }
        return found;
    }

    private static byte[][] names(String names) {
        String[] words = names.split(" ", -1);
        byte[][] bytes = new byte[words.length][];
        for (int i = 0; i < words.length; i++) {
            bytes[i] = words[i].getBytes(US_ASCII);
        }
        return bytes;
    }
}

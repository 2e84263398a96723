package dev.cobnut.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.cobnut.resp.ReplyScanner;
import dev.cobnut.resp.RequestScanner;
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

/// Finding the ends of requests and replies. A score covers one frame out of a pipeline of sixteen.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ScannerBenchmark {

    private static final int FRAMES = 16;

    /// What the sixteen frames are.
    public enum Shape {
        GET("GET key:000000012345", "$64"),
        SET_64_BYTES("SET key:000000012345 " + "x".repeat(64), "+OK"),
        MGET_10_KEYS("MGET" + " key:000000012345".repeat(10), "*10"),
        SET_4_KB("SET key:000000012345 " + "x".repeat(4096), "$4096");

        private final byte[] requests;
        private final byte[] replies;

        Shape(String command, String replyHead) {
            String[] words = command.split(" ", -1);
            StringBuilder request = new StringBuilder("*" + words.length + "\r\n");
            for (String word : words) {
                request.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
            }
            requests = request.toString().repeat(FRAMES).getBytes(US_ASCII);
            String reply = replyHead + "\r\n";
            if (replyHead.startsWith("*")) {
                reply += ("$64\r\n" + "x".repeat(64) + "\r\n").repeat(Integer.parseInt(replyHead.substring(1)));
            } else if (replyHead.startsWith("$")) {
                reply += "x".repeat(Integer.parseInt(replyHead.substring(1))) + "\r\n";
            }
            replies = reply.repeat(FRAMES).getBytes(US_ASCII);
        }
    }

    @Param
    public Shape shape = Shape.GET;

    private final RequestScanner requestScanner = new RequestScanner();
    private final ReplyScanner replyScanner = new ReplyScanner();

    /// Refuses to measure a scanner that finds anything but sixteen frames.
    @Setup(Level.Trial)
    public void check() {
        if (requests() != FRAMES || replies() != FRAMES || requestsCutInHalf() != FRAMES) {
            throw new IllegalStateException("%d requests, %d replies (expected: %d)"
                    .formatted(requests(), replies(), FRAMES));
        }
    }

    @Benchmark
    @OperationsPerInvocation(FRAMES)
    public int requests() {
        return requests(0, shape.requests.length);
    }

    /// The buffer ends in the middle of a frame, as it does in one read out of a few.
    @Benchmark
    @OperationsPerInvocation(FRAMES)
    public int requestsCutInHalf() {
        int cut = shape.requests.length / 2 + shape.requests.length / FRAMES / 3;
        return requests(0, cut) + requests(cut, shape.requests.length);
    }

    @Benchmark
    @OperationsPerInvocation(FRAMES)
    public int replies() {
        byte[] bytes = shape.replies;
        int frames = 0;
        int i = 0;
        while (i < bytes.length) {
            i = replyScanner.feed(bytes, i, bytes.length);
            if (!replyScanner.complete()) {
                throw new IllegalStateException("reply ends at " + i + ": " + replyScanner.error());
            }
            replyScanner.reset();
            frames++;
        }
        return frames;
    }

    private int requests(int from, int to) {
        byte[] bytes = shape.requests;
        int frames = 0;
        int i = from;
        while (i < to) {
            i = requestScanner.feed(bytes, i, to);
            switch (requestScanner.status()) {
                case FRAME -> {
                    frames++;
                    requestScanner.reset();
                }
                case MORE -> {
                    return frames;
                }
                case INLINE, SKIP, BROKEN ->
                    throw new IllegalStateException(requestScanner.status() + " at " + i + requestScanner.error());
            }
        }
        return frames;
    }
}

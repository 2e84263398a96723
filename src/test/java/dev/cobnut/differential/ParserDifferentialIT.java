package dev.cobnut.differential;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.testing.FreePorts;
import dev.cobnut.testing.RawClient;
import dev.cobnut.testing.RealRedis;
import dev.cobnut.testing.RunningProxy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Whatever bytes a client sends, what is passed on is what Redis would have understood: the same commands with the same
/// arguments, and none more. Otherwise a client could send a request that the proxy takes for another than the node does.
///
/// The proxy may refuse more than Redis, but only as [Narrower] says. `-Dcobnut.parser.streams=N` and
/// `-Dcobnut.parser.seed=S` ask for more, and for others.
@Timeout(3600)
class ParserDifferentialIT {
    private static final int STREAMS = Integer.getInteger("cobnut.parser.streams", 200_000);
    private static final long SEED = Long.getLong("cobnut.parser.seed", 1);
    private static final int PLAYERS = 2;

    /// Every so many streams go through a whole proxy, too.
    private static final int WHOLE_EVERY = 50;

    /// What Redis takes and the proxy refuses: a request that is not what the protocol says it is. Each is named in
    /// `docs/compatibility.md`.
    private enum Narrower {
        /// Redis skips one byte behind the CR of a length, whatever it is.
        HEADER_END("expected LF after the "),
        /// Redis skips two bytes behind an argument, whatever they are.
        ARGUMENT_END("expected CR LF after a bulk string"),
        /// Redis measures a line only while its end has not come, so that it depends on the network.
        LONG_LINE("too big inline request");

        private final String error;

        Narrower(String error) {
            this.error = error;
        }
    }

    @TempDir
    private Path folder;

    @Test
    void whatIsPassedOnIsWhatRedisUnderstands() throws Exception {
        try (RealRedis redis = RealRedis.in(folder);
                MonitoredRedis server = new MonitoredRedis(redis, folder, PLAYERS);
                ExecutorService executor = Executors.newFixedThreadPool(PLAYERS)) {
            List<Future<Map<Narrower, Integer>>> parts = new ArrayList<>();
            for (int i = 0; i < PLAYERS; i++) {
                int number = i;
                parts.add(executor.submit(() -> compare(server.player(number), number)));
            }
            Map<Narrower, Integer> seen = new EnumMap<>(Narrower.class);
            for (Future<Map<Narrower, Integer>> part : parts) {
                result(part).forEach((which, count) -> seen.merge(which, count, Integer::sum));
            }
            assertThat(seen).containsOnlyKeys(Narrower.values());
        }
    }

    private static <T> T result(Future<T> part) throws InterruptedException {
        try {
            return part.get();
        } catch (ExecutionException e) {
            throw new AssertionError("a part of the comparison has failed: " + e.getCause(), e);
        }
    }

    private static Map<Narrower, Integer> compare(MonitoredRedis.Player player, int number)
            throws IOException, InterruptedException {
        Map<Narrower, Integer> seen = new EnumMap<>(Narrower.class);
        try (PooledParser parser = new PooledParser()) {
            int rounds = STREAMS / MonitoredRedis.AT_ONCE / PLAYERS;
            for (int round = 0; round < rounds; round++) {
                List<List<byte[]>> streams = new ArrayList<>();
                long first = SEED * 1_000_003 + (long) (round * PLAYERS + number) * MonitoredRedis.AT_ONCE;
                for (int i = 0; i < MonitoredRedis.AT_ONCE; i++) {
                    streams.add(RequestStreams.cut(first + i));
                }
                List<Understood> theirs = player.play(streams);
                for (int i = 0; i < streams.size(); i++) {
                    Understood ours = ours(parser, streams.get(i), first + i);
                    Narrower why = compare(theirs.get(i), ours, first + i, streams.get(i));
                    if (why != null) {
                        seen.merge(why, 1, Integer::sum);
                    }
                }
            }
        }
        return seen;
    }

    private static Understood ours(PooledParser parser, List<byte[]> pieces, long seed) {
        try {
            return parser.play(pieces);
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("stream " + seed + ": " + shown(pieces) + "\n" + e, e);
        }
    }

    /// @return why the proxy refused what Redis took; null when it did not
    private static @Nullable Narrower compare(Understood theirs, Understood ours, long seed, List<byte[]> pieces) {
        // The proxy refuses these by itself.
        List<List<String>> executed = theirs.commands().stream()
                .filter(command -> !command.getFirst().equalsIgnoreCase("PING") || command.size() < 3)
                .toList();
        int common = Math.min(executed.size(), ours.commands().size());
        Supplier<String> what = () -> "stream " + seed + ": " + shown(pieces) + "\nRedis answers " + theirs.replies()
                + "\nand the proxy " + ours.replies();
        assertThat(ours.commands()).as(what).isEqualTo(executed.subList(0, common));
        if (ours.error().isEmpty()) {
            assertThat(theirs.error()).as(what).isEmpty();
        }
        return executed.size() == common ? null : narrower(ours.error(), what);
    }

    private static Narrower narrower(String error, Supplier<String> what) {
        for (Narrower each : Narrower.values()) {
            if (error.startsWith(each.error)) {
                return each;
            }
        }
        throw new AssertionError("Redis goes on where the proxy says \"" + error + "\"; " + what.get());
    }

    @Test
    void aWholeProxyAnswersAsRedisDoes() throws Exception {
        try (RealRedis redis = RealRedis.in(folder)) {
            int node = redis.master().port();
            int plain = redis.master().port();
            int port = FreePorts.next(1);
            String yml = "one:\n  listen: 127.0.0.1:" + port + "\n  redis: true\n  servers:\n   - 127.0.0.1:" + node
                    + ":1 a\n";
            try (RunningProxy proxy = RunningProxy.of(folder, yml, 1)) {
                for (long seed = SEED * 1_000_003; seed < SEED * 1_000_003 + STREAMS; seed += WHOLE_EVERY) {
                    List<byte[]> pieces = RequestStreams.cut(seed);
                    if (!mayBeHttp(pieces)) {
                        compareReplies(seed, pieces, plain, port, node);
                    }
                }
                assertThat(proxy.stat("one", "a", "server_err")).isZero();
            }
        }
    }

    /// What is answered before such a connection is closed is a matter of time.
    private static boolean mayBeHttp(List<byte[]> pieces) {
        String text = new String(joined(pieces), ISO_8859_1).toLowerCase(Locale.ROOT);
        return text.contains("post") || text.contains("host:");
    }

    private static void compareReplies(long seed, List<byte[]> pieces, int plain, int port, int node)
            throws IOException {
        Understood theirs = new Understood(List.of(), ask(plain, pieces));
        Understood ours = new Understood(List.of(), ask(port, pieces));
        Supplier<String> what = () -> "stream " + seed + ": " + shown(pieces);
        if (ours.error().isEmpty()) {
            assertThat(ours.replies()).as(what).isEqualTo(theirs.replies());
            return;
        }
        assertThat(theirs.before()).as(what).startsWith(ours.before());
        if (theirs.before().length() > ours.before().length()) {
            narrower(ours.error(), what);
            // It has executed more than the node behind the proxy.
            ask(plain, List.of("FLUSHALL\r\n".getBytes(ISO_8859_1)));
            ask(node, List.of("FLUSHALL\r\n".getBytes(ISO_8859_1)));
        }
    }

    private static String ask(int port, List<byte[]> pieces) throws IOException {
        try (RawClient client = RawClient.connect(port)) {
            try {
                for (byte[] piece : pieces) {
                    client.send(piece);
                }
                client.halfClose();
            } catch (IOException _) {
                // Its last words are read all the same.
            }
            return client.readToTheEnd();
        }
    }

    private static byte[] joined(List<byte[]> pieces) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        pieces.forEach(all::writeBytes);
        return all.toByteArray();
    }

    private static String shown(List<byte[]> pieces) {
        StringBuilder text = new StringBuilder();
        for (byte b : joined(pieces)) {
            if (text.length() > 1000) {
                return text.append("...").toString();
            }
            text.append(
                    b >= ' ' && b <= '~'
                            ? String.valueOf((char) b)
                            : b == '\r' ? "\\r" : b == '\n' ? "\\n" : "\\x%02x".formatted(b & 0xff));
        }
        return text.toString();
    }
}

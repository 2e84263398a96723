package dev.cobnut.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.testing.RespClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Clients that keep books: each increments a counter of its own, appends numbers to a list of its own, sets keys that
/// nobody else sets and reads them again, and knows what it was told. Afterwards the books are compared with the data.
///
/// | answer     | means to the ledger                                     |
/// |------------|---------------------------------------------------------|
/// | a number, OK | done; no other client is ever told this number        |
/// | *not sent* | not done, and must not be there later                   |
/// | *unknown*  | may be there, or not                                    |
/// | any other  | a wrong reply; this client stops                        |
///
/// `LedgerIT` shows that it finds what it is there for.
final class Ledger implements AutoCloseable {
    /// Between the numbers that two clients count in.
    private static final long STRIDE = 1_000_000_000;

    /// Sets the keys of several ledgers apart.
    private static final AtomicInteger LEDGERS = new AtomicInteger();

    private static final int WAITS_MAX_MILLIS = 60_000;
    private static final int PIPELINE = 500;

    private final List<Writer> writers = new ArrayList<>();
    private final AtomicLong firstDoneNanos = new AtomicLong();
    private final List<Long> stallsMillis = new ArrayList<>();
    private volatile boolean stopped;

    /// What the comparison with the data says.
    ///
    /// @param acknowledged writes that were answered as done
    /// @param lost how many of these are not there
    /// @param doubled writes that are there twice
    /// @param denied writes that were answered with *not sent*, and are there
    /// @param wrong replies that cannot be, one for a client at most, each with its client
    record Books(long acknowledged, long lost, long doubled, long denied, List<String> wrong) {}

    /// Attempts with numbers, and what became of them.
    private static final class Attempts {
        private final BitSet done = new BitSet();
        private final BitSet notSent = new BitSet();
        private int count;
    }

    /// One client and what it was told.
    private final class Writer implements Runnable {
        private final String name;
        private final long base;
        private final RespClient client;
        private final long pauseNanos;
        private final List<String> errors = new CopyOnWriteArrayList<>();
        private final int[] waits = new int[WAITS_MAX_MILLIS + 1];
        private final AtomicLong longestNanos = new AtomicLong();
        private final Attempts pushes = new Attempts();
        private final Attempts sets = new Attempts();
        private final Thread thread = Thread.ofPlatform().daemon().unstarted(this);
        private volatile @Nullable String wrong;
        private long counted;
        private long unknownCounts;

        Writer(int ledger, int index, RespClient client, long pauseNanos) {
            this.name = ledger + "w" + index;
            this.base = (index + 1) * STRIDE;
            this.client = client;
            this.pauseNanos = pauseNanos;
        }

        @Override
        public void run() {
            try (client) {
                while (!stopped && wrong == null) {
                    increment();
                    push();
                    set();
                    look();
                    LockSupport.parkNanos(pauseNanos);
                }
            } catch (IOException e) {
                wrong = name + ": " + e;
            }
        }

        private String ask(String... words) throws IOException {
            long begin = System.nanoTime();
            String answer = client.ask(words);
            long now = System.nanoTime();
            waits[(int) Math.min(WAITS_MAX_MILLIS, (now - begin) / 1_000_000)]++;
            longestNanos.accumulateAndGet(now - begin, Math::max);
            if (answer.startsWith("-")) {
                errors.add(answer);
            } else {
                firstDoneNanos.compareAndSet(0, now);
            }
            return answer;
        }

        private void increment() throws IOException {
            String answer = ask("INCR", "counter:" + name);
            if (answer.startsWith(":")) {
                long value = Long.parseLong(answer.substring(1)) - base;
                counted++;
                if (value < 1 || value > counted + unknownCounts) {
                    wrong = name + ": " + value + " after " + counted + " and " + unknownCounts + " unknown";
                }
            } else if (answer.contains("unknown")) {
                unknownCounts++;
            } else if (!answer.contains("not sent")) {
                wrong = name + ": INCR " + answer;
            }
        }

        private void push() throws IOException {
            note(pushes, ask("RPUSH", "list:" + name, Integer.toString(pushes.count)), ":", "RPUSH");
        }

        private void set() throws IOException {
            note(sets, ask("SET", key(sets.count), value(sets.count)), "+OK", "SET");
        }

        private void note(Attempts attempts, String answer, String good, String what) {
            if (answer.startsWith(good)) {
                attempts.done.set(attempts.count);
            } else if (answer.contains("not sent")) {
                attempts.notSent.set(attempts.count);
            } else if (!answer.contains("unknown")) {
                wrong = name + ": " + what + " " + answer;
            }
            attempts.count++;
        }

        /// Reads what was set last. That it is away is no wrong reply: it may have been lost.
        private void look() throws IOException {
            int last = sets.done.length() - 1;
            if (last >= 0) {
                String answer = ask("GET", key(last));
                if (!answer.equals(value(last)) && !answer.equals("(nil)") && !answer.startsWith("-ERR ")) {
                    wrong = name + ": GET " + key(last) + " " + answer;
                }
            }
        }

        private String key(int number) {
            return "set:" + name + ":" + number;
        }

        /// Of different lengths, so that replies end at different places of a buffer.
        private String value(int number) {
            return key(number) + ":" + "v".repeat(number * 37 % 300);
        }

        private Books compare(RespClient at) throws IOException {
            String text = at.ask("GET", "counter:" + name);
            long counter = text.equals("(nil)") ? 0 : Long.parseLong(text) - base;
            long lost = Math.max(0, counted - counter);
            long doubled = Math.max(0, counter - counted - unknownCounts);

            BitSet there = new BitSet();
            String list = at.ask("LRANGE", "list:" + name, "0", "-1");
            for (String element : list.substring(1, list.length() - 1).split(", ")) {
                if (!element.isEmpty()) {
                    int number = Integer.parseInt(element);
                    doubled += there.get(number) ? 1 : 0;
                    there.set(number);
                }
            }
            BitSet kept = kept(at);
            return new Books(
                    counted + pushes.done.cardinality() + sets.done.cardinality(),
                    lost + without(pushes.done, there) + without(sets.done, kept),
                    doubled,
                    both(pushes.notSent, there) + both(sets.notSent, kept),
                    wrong == null ? List.of() : List.of(wrong));
        }

        private BitSet kept(RespClient at) throws IOException {
            BitSet kept = new BitSet();
            for (int from = 0; from < sets.count; from += PIPELINE) {
                int to = Math.min(sets.count, from + PIPELINE);
                for (int number = from; number < to; number++) {
                    at.send("GET", key(number));
                }
                for (int number = from; number < to; number++) {
                    kept.set(number, at.reply().equals(value(number)));
                }
            }
            return kept;
        }

        private static long without(BitSet some, BitSet others) {
            BitSet left = (BitSet) some.clone();
            left.andNot(others);
            return left.cardinality();
        }

        private static long both(BitSet some, BitSet others) {
            BitSet common = (BitSet) some.clone();
            common.and(others);
            return common.cardinality();
        }
    }

    /// Begins to write.
    ///
    /// @param count how many clients
    /// @param pauseMillis of each between two rounds of four requests
    static Ledger open(int port, int count, long pauseMillis) throws IOException {
        Ledger ledger = new Ledger();
        int number = LEDGERS.incrementAndGet();
        for (int i = 0; i < count; i++) {
            Writer writer = ledger.new Writer(number, i, RespClient.to(port), pauseMillis * 1_000_000);
            writer.client.ask("SET", "counter:" + writer.name, Long.toString(writer.base));
            ledger.writers.add(writer);
        }
        ledger.writers.forEach(writer -> writer.thread.start());
        return ledger;
    }

    /// Ends writing, and waits for the last answers.
    void stop() throws InterruptedException {
        stopped = true;
        for (Writer writer : writers) {
            writer.thread.join();
        }
    }

    /// Ends writing without waiting for anybody.
    @Override
    public void close() {
        stopped = true;
    }

    // ---- rounds -----------------------------------------------------------------------------------------------------

    /// Something begins: from now on [#firstDoneNanos] waits for an answer.
    void begin() {
        firstDoneNanos.set(0);
    }

    /// When a request was answered for the first time since [#begin], as `System.nanoTime`; 0 before.
    long firstDoneNanos() {
        return firstDoneNanos.get();
    }

    /// A round is over: notes the longest wait of each client since the last one. One thread.
    void endRound() {
        for (Writer writer : writers) {
            stallsMillis.add(writer.longestNanos.getAndSet(0) / 1_000_000);
        }
    }

    /// What `share` of the longest waits were at most, one for each client and round, in milliseconds.
    long stallMillis(double share) {
        List<Long> sorted = stallsMillis.stream().sorted().toList();
        return sorted.get((int) Math.min(sorted.size() - 1, Math.floor(sorted.size() * share)));
    }

    // ---- what was told ----------------------------------------------------------------------------------------------

    /// Only after [#stop].
    long done() {
        return writers.stream()
                .mapToLong(writer -> writer.counted + writer.pushes.done.cardinality() + writer.sets.done.cardinality())
                .sum();
    }

    /// All errors that clients were given.
    List<String> errors() {
        return writers.stream().flatMap(writer -> writer.errors.stream()).toList();
    }

    /// The most errors that one client was given.
    int errorsOfOneMax() {
        return writers.stream().mapToInt(writer -> writer.errors.size()).max().orElse(0);
    }

    /// What `share` of the requests waited for at most, in milliseconds; only after [#stop].
    int waitedMillis(double share) {
        int[] all = new int[WAITS_MAX_MILLIS + 1];
        long count = 0;
        for (Writer writer : writers) {
            for (int millis = 0; millis <= WAITS_MAX_MILLIS; millis++) {
                all[millis] += writer.waits[millis];
                count += writer.waits[millis];
            }
        }
        int millis = 0;
        for (long below = all[0]; below < Math.ceil(count * share); below += all[millis]) {
            millis++;
        }
        return millis;
    }

    // ---- what is there ----------------------------------------------------------------------------------------------

    /// Compares with the data of a node; only after [#stop].
    Books compare(RespClient at) throws IOException {
        Books sum = new Books(0, 0, 0, 0, List.of());
        for (Writer writer : writers) {
            Books one = writer.compare(at);
            List<String> wrong = new ArrayList<>(sum.wrong);
            wrong.addAll(one.wrong);
            sum = new Books(
                    sum.acknowledged + one.acknowledged,
                    sum.lost + one.lost,
                    sum.doubled + one.doubled,
                    sum.denied + one.denied,
                    wrong);
        }
        return sum;
    }

    /// No answer was wrong, nothing is there that was not sent, nothing is there twice.
    ///
    /// @return how many acknowledged writes are not there
    long lost(RespClient at) throws IOException {
        Books books = compare(at);
        assertThat(books.wrong).as("what clients were answered").isEmpty();
        assertThat(books.doubled).as("writes that are there twice").isZero();
        assertThat(books.denied).as("writes that are there, and were not sent").isZero();
        return books.lost;
    }
}

package dev.cobnut.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.testing.RespClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Clients that keep books: each increments a counter of its own and appends to a list of its own, and knows what
/// it was told. Afterwards the books are compared with the data.
///
/// | answer     | means to the ledger                                     |
/// |------------|---------------------------------------------------------|
/// | a number   | done; it has to be one more than the last, or a wrong reply was given |
/// | *not sent* | not done, and must not be there later                   |
/// | *unknown*  | may be there, or not                                    |
final class Ledger implements AutoCloseable {
    private final List<Writer> writers = new ArrayList<>();
    private volatile boolean stopped;

    /// One client and what it was told.
    private final class Writer implements Runnable {
        private final String name;
        private final RespClient client;
        private final long pauseNanos;
        private final List<String> errors = new CopyOnWriteArrayList<>();
        private final List<Long> waitedMicros = new ArrayList<>();
        private final Thread thread = Thread.ofPlatform().daemon().unstarted(this);
        private volatile @Nullable String wrong;
        private long done;
        private long unknown;
        private long pushed;
        private long unknownPushes;

        Writer(String name, RespClient client, long pauseNanos) {
            this.name = name;
            this.client = client;
            this.pauseNanos = pauseNanos;
        }

        @Override
        public void run() {
            try (client) {
                while (!stopped && wrong == null) {
                    increment();
                    push();
                    LockSupport.parkNanos(pauseNanos);
                }
            } catch (IOException e) {
                wrong = name + ": " + e;
            }
        }

        private String ask(String... words) throws IOException {
            long begin = System.nanoTime();
            String answer = client.ask(words);
            waitedMicros.add((System.nanoTime() - begin) / 1_000);
            if (answer.startsWith("-")) {
                errors.add(answer);
            }
            return answer;
        }

        private void increment() throws IOException {
            String answer = ask("INCR", "counter:" + name);
            if (answer.startsWith(":")) {
                long value = Long.parseLong(answer.substring(1).strip());
                boolean possible = value > done && value <= done + unknown + 1;
                if (!possible) {
                    wrong = name + ": " + value + " after " + done + " and " + unknown + " unknown";
                }
                unknown -= value - done - 1;
                done = value;
            } else if (answer.contains("unknown")) {
                unknown++;
            } else if (!answer.contains("not sent")) {
                wrong = name + ": " + answer;
            }
        }

        private void push() throws IOException {
            String answer = ask("RPUSH", "list:" + name, Long.toString(pushed + unknownPushes));
            if (answer.startsWith(":")) {
                pushed++;
            } else if (answer.contains("unknown")) {
                unknownPushes++;
            } else if (!answer.contains("not sent")) {
                wrong = name + ": " + answer;
            }
        }
    }

    /// Begins to write.
    ///
    /// @param count how many clients
    /// @param pauseMillis of each between two writes
    static Ledger open(int port, int count, long pauseMillis) throws IOException {
        return open(port, "w", count, pauseMillis);
    }

    /// @param name before the number of each; no two ledgers of one group have the same
    static Ledger open(int port, String name, int count, long pauseMillis) throws IOException {
        Ledger ledger = new Ledger();
        for (int i = 0; i < count; i++) {
            ledger.writers.add(ledger.new Writer(name + i, RespClient.to(port), pauseMillis * 1_000_000));
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

    long done() {
        return writers.stream().mapToLong(writer -> writer.done + writer.pushed).sum();
    }

    /// All errors that clients were given.
    List<String> errors() {
        return writers.stream().flatMap(writer -> writer.errors.stream()).toList();
    }

    /// The most errors that one client was given.
    int errorsOfOneMax() {
        return writers.stream().mapToInt(writer -> writer.errors.size()).max().orElse(0);
    }

    /// What `share` of the requests waited for at most, in milliseconds.
    long waitedMillis(double share) {
        long[] all = writers.stream()
                .flatMap(writer -> writer.waitedMicros.stream())
                .mapToLong(Long::longValue)
                .sorted()
                .toArray();
        return all[(int) Math.min(all.length - 1, Math.floor(all.length * share))] / 1_000;
    }

    /// No answer was wrong, nothing is there that was not sent, nothing is there twice.
    ///
    /// @return how many acknowledged writes are not there
    long lost(RespClient at) throws IOException {
        long lost = 0;
        for (Writer writer : writers) {
            assertThat(writer.wrong).as("what a client was answered").isNull();
            String counter = at.ask("GET", "counter:" + writer.name);
            long value = counter.equals("(nil)") ? 0 : Long.parseLong(counter);
            String length = at.ask("LLEN", "list:" + writer.name);
            long pushes = Long.parseLong(length.substring(1).strip());
            assertThat(value).as("INCRs of " + writer.name).isLessThanOrEqualTo(writer.done + writer.unknown);
            assertThat(pushes)
                    .as("RPUSHes of " + writer.name)
                    .isLessThanOrEqualTo(writer.pushed + writer.unknownPushes);
            lost += Math.max(0, writer.done - value) + Math.max(0, writer.pushed - pushes);
        }
        return lost;
    }
}

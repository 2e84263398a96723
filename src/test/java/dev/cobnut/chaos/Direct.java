package dev.cobnut.chaos;

import dev.cobnut.testing.RespClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// Clients of a node itself, who know nothing of a proxy: each increments a counter of its own for as long as the node
/// says so, and counts what it was told.
final class Direct implements AutoCloseable {
    private static final long PAUSE_NANOS = 1_000_000;

    private final List<Writer> writers = new ArrayList<>();
    private volatile boolean stopped;

    private final class Writer implements Runnable {
        private final String key;
        private final RespClient client;
        private final Thread thread = Thread.ofPlatform().daemon().unstarted(this);
        private volatile long done;

        Writer(String key, RespClient client) {
            this.key = key;
            this.client = client;
        }

        @Override
        public void run() {
            try (client) {
                while (!stopped) {
                    String answer = client.ask("INCR", key);
                    if (answer.startsWith(":")) {
                        done = Long.parseLong(answer.substring(1).strip());
                    }
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            } catch (IOException _) {
                // A node that becomes a replica ends its clients.
            }
        }
    }

    static Direct open(int port, int count) throws IOException {
        Direct direct = new Direct();
        for (int i = 0; i < count; i++) {
            direct.writers.add(direct.new Writer("direct:" + i, RespClient.to(port)));
        }
        direct.writers.forEach(writer -> writer.thread.start());
        return direct;
    }

    void stop() throws InterruptedException {
        stopped = true;
        for (Writer writer : writers) {
            writer.thread.join();
        }
    }

    /// How many acknowledged writes are not there.
    long lost(int port) throws IOException {
        long lost = 0;
        try (RespClient client = RespClient.to(port)) {
            for (Writer writer : writers) {
                String value = client.ask("GET", writer.key);
                lost += Math.max(0, writer.done - (value.equals("(nil)") ? 0 : Long.parseLong(value)));
            }
        }
        return lost;
    }

    @Override
    public void close() {
        stopped = true;
    }
}

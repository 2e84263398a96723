package dev.cobnut.chaos;

import dev.cobnut.testing.RespClient;
import java.io.IOException;

/// Writes to a replica until it is master: nobody can be sooner.
final class FirstWrite {
    private static final int PATIENCE_MILLIS = 30_000;

    private FirstWrite() {}

    /// When a node took a write for the first time, as `System.nanoTime`; asks every millisecond.
    static long nanos(int port) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_MILLIS * 1_000_000L;
        String answer = "";
        while (System.nanoTime() < deadline) {
            try (RespClient client = RespClient.to(port)) {
                while (System.nanoTime() < deadline) {
                    answer = client.ask("SET", "first write", "1");
                    if (answer.equals("+OK")) {
                        return System.nanoTime();
                    }
                    Thread.sleep(1);
                }
            } catch (IOException e) {
                answer = e.toString(); // Sentinels end the connections to whom they promote
            }
        }
        throw new IOException("no write was taken in " + PATIENCE_MILLIS + " ms: " + answer);
    }
}

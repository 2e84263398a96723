package dev.cobnut.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.Reader;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// A command of the operator's, or nutcracker's own check: run with a time limit, its output told line by line.
///
/// What it starts and leaves running, the proxy perhaps, keeps its end of the output pipe; it is read on, and not told,
/// so that nobody waits for it and it never blocks.
final class Command {
    private static final int LINES_MAX = 100;
    private static final int LINE_CHARS_MAX = 1_000;
    private static final Duration KILL_AFTER = Duration.ofSeconds(2);

    /// How long the last lines may take to come after the end.
    private static final Duration LAST_LINES_MAX = Duration.ofMillis(200);

    private static final File NOTHING = new File("/dev/null");

    private Command() {}

    /// Runs it, to its end or for as long as it may take.
    ///
    /// @param max after which it gets TERM, and KILL 2 s later. Only the command itself: among what it has started may be
    ///     the proxy
    /// @param onLine gets up to 100 lines of its output, on a thread of its own
    /// @throws IOException when it cannot be started, takes too long, or ends with another status than 0; with a message
    ///     for people
    static void run(List<String> command, Duration max, Consumer<String> onLine) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(NOTHING))
                .start();
        Thread reader =
                Thread.ofPlatform().daemon().name("output of " + process.pid()).start(() -> tell(process, onLine));
        if (!hasEnded(process, max)) {
            process.destroy();
            if (!hasEnded(process, KILL_AFTER)) {
                process.destroyForcibly();
            }
            throw new IOException("not done after " + max.toMillis() + " ms, and ended");
        }
        await(reader);
        if (process.exitValue() != 0) {
            throw new IOException("ended with status " + process.exitValue());
        }
    }

    private static boolean hasEnded(Process process, Duration max) {
        return process.onExit()
                .thenApply(_ -> true)
                .completeOnTimeout(false, max.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }

    private static void await(Thread reader) {
        try {
            reader.join(LAST_LINES_MAX);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Reads to the end, however long: lines that are too many or too long are cut.
    private static void tell(Process process, Consumer<String> onLine) {
        try (Reader output = process.inputReader(UTF_8)) {
            StringBuilder line = new StringBuilder();
            int told = 0;
            for (int next = output.read(); next >= 0; next = output.read()) {
                if (next != '\n') {
                    if (line.length() < LINE_CHARS_MAX) {
                        line.append((char) next);
                    }
                } else if (told++ < LINES_MAX) {
                    onLine.accept(line.toString());
                    line.setLength(0);
                }
            }
            if (!line.isEmpty() && told < LINES_MAX) {
                onLine.accept(line.toString());
            }
        } catch (IOException _) {
            // it has ended
        }
    }
}

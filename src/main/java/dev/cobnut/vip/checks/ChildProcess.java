package dev.cobnut.vip.checks;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Runs programs of the operator's, without a shell, for a limited time. What they print is thrown away. Call it on platform
/// threads that called [#prepareThread].
public final class ChildProcess {
    private static final long MERCY_MILLIS = 2_000;

    private final Runnable dropRights;

    /// @param dropRights keeps what the calling thread starts from having the rights of this process
    public ChildProcess(Runnable dropRights) {
        this.dropRights = dropRights;
    }

    /// Once for each thread.
    public void prepareThread() {
        dropRights.run();
    }

    /// Runs one to its end. One that takes too long gets SIGTERM, and SIGKILL 2 s later, with all that it has started: that would
    /// go on otherwise, and become more with each look.
    ///
    /// @throws IOException when it cannot be started
    /// @throws InterruptedException when the thread is interrupted; the program is killed
    public Prober.Result run(List<String> words, Duration timeout) throws IOException, InterruptedException {
        Process process = start(words);
        Set<ProcessHandle> family = new LinkedHashSet<>();
        try {
            if (process.waitFor(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
                int status = process.exitValue();
                return new Prober.Result(status == 0, "exit status " + status);
            }
            family.addAll(family(process));
            family.forEach(ProcessHandle::destroy);
            process.waitFor(MERCY_MILLIS, TimeUnit.MILLISECONDS);
            return new Prober.Result(false, "not done within " + timeout.toMillis() + " ms");
        } finally {
            family.addAll(family(process));
            family.forEach(ProcessHandle::destroyForcibly);
        }
    }

    private static Process start(List<String> words) throws IOException {
        try {
            return new ProcessBuilder(words)
                    .redirectInput(Redirect.from(new File("/dev/null")))
                    .redirectOutput(Redirect.DISCARD)
                    .redirectError(Redirect.DISCARD)
                    .start();
        } catch (OutOfMemoryError e) {
            // The JVM's word for a limit of tasks: no reason to look no more.
            throw new IOException("cannot run " + words.getFirst() + ": " + e.getMessage(), e);
        }
    }

    /// What it has started and it itself; nothing once it has ended.
    private static List<ProcessHandle> family(Process process) {
        return process.isAlive()
                ? Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                        .toList()
                : List.of();
    }
}

package dev.cobnut.vip.checks;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

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

    /// Runs one to its end. One that takes too long gets SIGTERM, and SIGKILL 2 s later.
    ///
    /// @throws IOException when it cannot be started
    /// @throws InterruptedException when the thread is interrupted; the program is killed
    public Prober.Result run(List<String> words, Duration timeout) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(words)
                .redirectInput(Redirect.from(new File("/dev/null")))
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD)
                .start();
        try {
            if (process.waitFor(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
                int status = process.exitValue();
                return new Prober.Result(status == 0, "exit status " + status);
            }
            process.destroy();
            process.waitFor(MERCY_MILLIS, TimeUnit.MILLISECONDS);
            return new Prober.Result(false, "not done within " + timeout.toMillis() + " ms");
        } finally {
            process.destroyForcibly();
        }
    }
}

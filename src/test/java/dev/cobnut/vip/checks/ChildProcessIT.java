package dev.cobnut.vip.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class ChildProcessIT {
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofSeconds(15);

    @TempDir
    private Path folder;

    private final ChildProcess children = new ChildProcess(() -> {});

    private Prober.Result run(Duration timeout, String script) throws Exception {
        return children.run(List.of("sh", "-c", "cd " + folder + "; " + script), timeout);
    }

    /// What a script has written to a file.
    private long pid(String file) throws Exception {
        return Long.parseLong(Files.readString(folder.resolve(file)).strip());
    }

    private static void assertGone(long pid) {
        await().atMost(Duration.ofSeconds(5))
                .until(() ->
                        ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
    }

    @Test
    void exitStatusesAreTold() throws Exception {
        assertThat(run(LONG, "exit 0")).isEqualTo(new Prober.Result(true, "exit status 0"));
        assertThat(run(LONG, "exit 3")).isEqualTo(new Prober.Result(false, "exit status 3"));
        assertThat(run(LONG, "kill -9 $$")).isEqualTo(new Prober.Result(false, "exit status 137"));
    }

    @Test
    void whatItPrintsDoesNotBlockIt() throws Exception {
        assertThat(run(LONG, "head -c 1000000 /dev/zero; head -c 1000000 /dev/zero >&2; cat"))
                .isEqualTo(new Prober.Result(true, "exit status 0"));
    }

    @Test
    void oneThatTakesTooLongMayTidyUp() throws Exception {
        assertThat(run(SHORT, "trap 'echo tidy > end; exit 0' TERM; while :; do sleep 0.05; done"))
                .isEqualTo(new Prober.Result(false, "not done within 300 ms"));
        assertThat(Files.readString(folder.resolve("end"))).isEqualTo("tidy\n");
    }

    @Test
    void oneThatDoesNotListenIsKilledTwoSecondsLater() throws Exception {
        long begun = System.nanoTime();
        run(SHORT, "trap '' TERM; echo $$ > own; while :; do sleep 0.05; done");

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofSeconds(2));
        assertGone(pid("own"));
    }

    /// Every second one more would be left behind.
    @Test
    void whatAProgramHasStartedIsKilledWithIt() throws Exception {
        run(SHORT, "sleep 600 & echo $! > child; sleep 601");

        assertGone(pid("child"));
    }

    @Test
    void anInterruptKillsIt() throws Exception {
        Thread thread = Thread.ofPlatform().start(() -> {
            try {
                run(LONG, "echo $$ > own; sleep 600 & echo $! > child; wait");
            } catch (Exception _) {
                // Interrupted.
            }
        });
        await().atMost(Duration.ofSeconds(5))
                .until(() -> Files.exists(folder.resolve("child"))
                        && !Files.readString(folder.resolve("child")).isEmpty());

        thread.interrupt();

        assertThat(thread.join(Duration.ofSeconds(5))).isTrue();
        assertGone(pid("own"));
        assertGone(pid("child"));
    }
}

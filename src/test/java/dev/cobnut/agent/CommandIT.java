package dev.cobnut.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CommandIT {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final List<String> lines = new CopyOnWriteArrayList<>();

    private void run(String command, Duration max) throws IOException {
        Command.run(List.of("/bin/sh", "-c", command), max, lines::add);
    }

    @Test
    void whatItPrintsIsToldAndItsInputIsEmpty() throws IOException {
        run("echo one; echo two >&2; cat; printf three", LONG);

        assertThat(lines).containsExactly("one", "two", "three");
    }

    @Test
    void manyAndLongLinesAreCut() throws IOException {
        run("head -c 3000 /dev/zero | tr '\\0' x; echo; seq 1000", LONG);

        assertThat(lines).hasSize(100);
        assertThat(lines.getFirst()).hasSize(1_000);
        assertThat(lines.getLast()).isEqualTo("99");
    }

    @Test
    void aStatusOtherThanZeroIsAFailure() {
        assertThatThrownBy(() -> run("exit 3", LONG)).hasMessage("ended with status 3");
    }

    @Test
    void whatTakesTooLongIsEnded() {
        long startNanos = System.nanoTime();

        assertThatThrownBy(() -> run("trap '' TERM; while :; do sleep 0.1; done", Duration.ofMillis(200)))
                .hasMessage("not done after 200 ms, and ended");

        assertThat(Duration.ofNanos(System.nanoTime() - startNanos)).isLessThan(LONG);
    }

    @Test
    void whatItLeavesRunningIsNotWaitedFor() throws IOException {
        long startNanos = System.nanoTime();

        run("echo started; sleep 20 & echo $!", LONG);

        assertThat(Duration.ofNanos(System.nanoTime() - startNanos)).isLessThan(Duration.ofSeconds(15));
        assertThat(lines).hasSize(2).first().isEqualTo("started");
        ProcessHandle.of(Long.parseLong(lines.getLast())).ifPresent(ProcessHandle::destroyForcibly);
    }

    @Test
    void aNutcrackerIsFoundOnThePathOnly() {
        assertThat(Nutcracker.find("/nowhere"))
                .satisfiesAnyOf(
                        found -> assertThat(found).isNull(),
                        found -> assertThat(found).isEqualTo(new Nutcracker(Path.of("/usr/sbin/nutcracker"))));
    }
}

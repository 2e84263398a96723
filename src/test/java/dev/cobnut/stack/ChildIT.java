package dev.cobnut.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.testing.ChildJvm;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildIT {
    @TempDir
    private Path directory;

    @Test
    void tellsHowItEndedAndItsLastLines() throws Exception {
        CompletableFuture<Child> ended = new CompletableFuture<>();
        Child.start(
                "talker", List.of("sh", "-c", "echo one; echo two; echo three >&2; exit 7"), log(), ended::complete);

        Child child = ended.get(10, TimeUnit.SECONDS);

        assertThat(child.describeExit()).isEqualTo("ended with exit code 7");
        assertThat(child.lastLines(2)).containsExactly("two", "three");
    }

    @Test
    void killsWhatDoesNotEndInTime() throws Exception {
        Child child =
                Child.start("stubborn", List.of("sh", "-c", "trap '' TERM; echo up; exec sleep 600"), log(), _ -> {});
        Awaitility.await().until(() -> child.lastLines(1).contains("up"));

        child.terminate();
        child.awaitEndOrKill(Duration.ofMillis(50));

        assertThat(child.isAlive()).isFalse();
        assertThat(child.describeExit()).isEqualTo("was killed by signal 9");
    }

    @Test
    void childrenEndWithAJvmThatIsKilled() throws Exception {
        Process jvm = new ProcessBuilder(ChildJvm.command(Parent.class.getName(), log().toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(jvm.getInputStream(), StandardCharsets.UTF_8))) {
            ProcessHandle orphan =
                    ProcessHandle.of(Long.parseLong(out.readLine())).orElseThrow();
            assertThat(orphan.isAlive()).isTrue();

            jvm.destroyForcibly().waitFor();

            Awaitility.await().until(() -> !orphan.isAlive());
        } finally {
            jvm.destroyForcibly();
        }
    }

    @Test
    void aCommandRunsOnlyOnceItsJvmHasSaidSo() throws Exception {
        Path ran = directory.resolve("ran");
        List<String> command = Child.leashed(List.of("touch", ran.toString()));
        Process killedBefore = new ProcessBuilder(command).start();
        killedBefore.getOutputStream().close();

        assertThat(killedBefore.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(ran).doesNotExist();

        Process told = new ProcessBuilder(command).start();
        told.getOutputStream().write('\n');
        told.getOutputStream().close();
        assertThat(told.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(ran).exists();
    }

    @RepeatedTest(3)
    void aJvmThatIsKilledWhileItStartsChildrenLeavesNone() throws Exception {
        // Recognised among all processes by how long they sleep.
        String mark = "600." + ThreadLocalRandom.current().nextInt(1_000_000_000);
        Process jvm = new ProcessBuilder(ChildJvm.command(Starter.class.getName(), log().toString(), mark))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertThat(jvm.getInputStream().read()).isEqualTo('.');
            TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextInt(60));
            jvm.destroyForcibly().waitFor();

            Awaitility.await()
                    .untilAsserted(() -> assertThat(ProcessHandle.allProcesses()
                                    .map(process -> process.info().commandLine().orElse(""))
                                    .filter(line -> line.contains(mark)))
                            .isEmpty());
        } finally {
            jvm.destroyForcibly();
        }
    }

    private Path log() {
        return directory.resolve("log");
    }

    /// Starts children until it is killed.
    static final class Starter {
        private Starter() {}

        public static void main(String[] arguments) throws Exception {
            System.out.print('.');
            System.out.flush();
            for (int child = 0; child < 40; child++) {
                Child.start("sleeper", List.of("sleep", arguments[1]), Path.of(arguments[0]), _ -> {});
            }
            Thread.currentThread().join();
        }
    }

    /// Starts a child, prints its pid, and waits to be killed.
    static final class Parent {
        private Parent() {}

        public static void main(String[] arguments) throws Exception {
            Child released = Child.start("short", List.of("true"), Path.of(arguments[0]), _ -> {});
            released.awaitEndOrKill(Duration.ofSeconds(5));
            Child child = Child.start("sleeper", List.of("sleep", "600"), Path.of(arguments[0]), _ -> {});
            System.out.println(child.pid());
            Thread.currentThread().join();
        }
    }
}

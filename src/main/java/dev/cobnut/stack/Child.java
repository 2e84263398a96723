package dev.cobnut.stack;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// One operating-system process of ours, from its start to its end; a restart makes a new `Child`. Everything it
/// prints is appended to its log file. It never outlives this JVM ([Leash]).
///
/// Any thread may call.
public final class Child {
    private static final int TAIL_BYTES_MAX = 8 << 10;

    /// Waits for a line and becomes the command. A JVM that is killed before it has sent the line closes the pipe, and
    /// the command never runs: else a kill between the start of a process and its entry in the [Leash] left it behind.
    private static final String WAIT_FOR_LEASH = "read -r held && exec \"$@\" </dev/null";

    private final String name;
    private final Path log;
    private final Process process;
    private final CountDownLatch released = new CountDownLatch(1);

    private Child(String name, Path log, Process process) {
        this.name = name;
        this.log = log;
        this.process = process;
    }

    /// Starts a process.
    ///
    /// @param name what people call it
    /// @param command program and arguments
    /// @param log where its output goes; appended to, directories are made
    /// @param onExit called once on a virtual thread of its own when the process has ended, for whatever reason
    /// @throws IOException when no process can be started; a program that does not exist ends with exit code 127
    public static Child start(String name, List<String> command, Path log, Consumer<Child> onExit) throws IOException {
        Path directory = log.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        Process process = new ProcessBuilder(leashed(command))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        Child child = new Child(name, log, process);
        try {
            Leash.hold(child.pid());
            Thread.ofVirtual().name("watch " + name).start(() -> child.watch(onExit));
            child.letRun();
        } catch (IOException e) {
            process.destroyForcibly();
            throw e;
        }
        return child;
    }

    /// A command that runs when it gets a line on its input, and ends without having run when its input ends before.
    static List<String> leashed(List<String> command) {
        List<String> leashed = new ArrayList<>(List.of("/bin/sh", "-c", WAIT_FOR_LEASH, "cobnut-child"));
        leashed.addAll(command);
        return leashed;
    }

    private void letRun() throws IOException {
        try (OutputStream input = process.getOutputStream()) {
            input.write('\n');
        }
    }

    private void watch(Consumer<Child> onExit) {
        process.onExit().join();
        Leash.release(pid());
        released.countDown();
        onExit.accept(this);
    }

    /// What people call it.
    public String name() {
        return name;
    }

    /// The file that holds its output.
    public Path log() {
        return log;
    }

    /// Its process id.
    public long pid() {
        return process.pid();
    }

    /// Whether it still runs.
    public boolean isAlive() {
        return process.isAlive();
    }

    /// How it ended, for people: `was killed by signal 9`, `ended with exit code 1`.
    ///
    /// @throws IllegalStateException while it runs
    public String describeExit() {
        int code = exitCode();
        return code > 128 ? "was killed by signal " + (code - 128) : "ended with exit code " + code;
    }

    /// Whether it ended without a signal: its last lines then say why.
    ///
    /// @throws IllegalStateException while it runs
    public boolean endedByItself() {
        return exitCode() <= 128;
    }

    private int exitCode() {
        if (process.isAlive()) {
            throw new IllegalStateException(name + " (pid " + pid() + ") still runs");
        }
        return process.exitValue();
    }

    /// Asks it to end (TERM) and returns at once.
    public void terminate() {
        process.destroy();
    }

    /// Waits for its end, and kills it when the time is over. Call [#terminate] first.
    ///
    /// @param grace how long it may take
    /// @throws InterruptedException when interrupted while waiting; it is killed then, too
    public void awaitEndOrKill(Duration grace) throws InterruptedException {
        try {
            if (released.await(grace.toNanos(), TimeUnit.NANOSECONDS)) {
                return;
            }
        } finally {
            process.destroyForcibly();
        }
        // Not only for its end: a JVM that exits before the leash let go would make it signal an id that is free again.
        released.await();
    }

    /// The last lines it wrote, at most this many; empty when it wrote nothing.
    public List<String> lastLines(int linesMax) {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            int length = (int) Math.min(file.length(), TAIL_BYTES_MAX);
            byte[] tail = new byte[length];
            file.seek(file.length() - length);
            file.readFully(tail);
            List<String> lines =
                    new String(tail, StandardCharsets.UTF_8).lines().toList();
            return lines.subList(Math.max(0, lines.size() - linesMax), lines.size());
        } catch (IOException e) {
            return List.of("(" + log + " cannot be read: " + e.getMessage() + ")");
        }
    }
}

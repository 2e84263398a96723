package dev.cobnut.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.testing.ChildJvm;
import dev.cobnut.testing.FreePorts;
import dev.cobnut.testing.TinyRedisCli;
import dev.cobnut.testing.Transcript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every command of `docs/operating/first-hour.md` is given here, in a directory that is empty at first, and prints what the
/// document says; only the ports are others.
class FirstHourIT {
    private static final Path DOCUMENT = Path.of("docs/operating/first-hour.md");

    /// Those of the reference stack.
    private static final List<Integer> PORTS = List.of(6379, 6380, 6381, 12_000, 12_001, 12_002, 22_222, 26_379);

    private static final Pattern ASKS = Pattern.compile("redis-cli|cobnut (up|status|failover|doctor [0-9])");

    /// The directory that the document has.
    private static final String HOME = "/home/shop";

    private static final Duration SOON = Duration.ofSeconds(40);

    @TempDir
    private Path home;

    private final Transcript transcript = new Transcript();
    private final int offset = freeOffset();
    private final List<Process> running = new ArrayList<>();
    private int lastCode;

    @BeforeEach
    void programs() throws IOException {
        program("cobnut", Main.class);
        program("redis-cli", TinyRedisCli.class);
    }

    private void program(String name, Class<?> main) throws IOException {
        String command = ChildJvm.command(main.getName()).stream()
                .map(word -> "'" + word + "'")
                .collect(Collectors.joining(" "));
        Path script = Files.writeString(home.resolve(name), "#!/bin/sh\nexec " + command + " \"$@\"\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @AfterEach
    void stop() throws InterruptedException {
        for (Process each : running) {
            each.destroy();
            assertThat(each.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void everyCommandPrintsWhatTheDocumentSays() throws Exception {
        List<Transcript.Step> steps = Transcript.read(DOCUMENT);
        assertThat(steps).hasSizeGreaterThan(8);
        for (Transcript.Step step : steps) {
            String command = here(transcript.command(step));
            boolean stays = step.command().startsWith("./cobnut up");
            Path output = Files.createTempFile(home.getParent(), "output", ".txt");
            Process process = start((stays ? "exec " : "") + command, output);
            if (stays) {
                running.add(process);
            } else {
                assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(command).isTrue();
                lastCode = process.exitValue();
            }
            // What stays goes on printing; and what happens behind a command may take a while.
            Awaitility.await(DOCUMENT + ":" + step.line() + ": $ " + step.command())
                    .atMost(stays ? SOON : Duration.ofMillis(100))
                    .pollDelay(Duration.ZERO)
                    .untilAsserted(() -> assertThat(transcript.missing(step, asInTheDocument(output)))
                            .as("%s", Files.readString(output))
                            .isNull());
        }
    }

    private Process start(String command, Path output) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", "(exit " + lastCode + "); " + command)
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().merge("PATH", home.toString(), (path, first) -> first + ":" + path);
        return builder.start();
    }

    /// A command of the document; what asks somebody who runs asks at the ports that are used here.
    private String here(String command) {
        if (!ASKS.matcher(command).find()) {
            return command;
        }
        String here = command;
        for (int port : PORTS) {
            here = here.replaceAll("(?<!\\d)" + port + "(?!\\d)", Integer.toString(port + offset));
        }
        if (here.startsWith("./cobnut up")) {
            return here + " --port-offset=" + offset;
        }
        boolean asksAProxy = here.contains("./cobnut failover") || here.contains("./cobnut status");
        return asksAProxy ? here + " --proxy 127.0.0.1:" + (22_222 + offset) : here;
    }

    private List<String> asInTheDocument(Path output) throws IOException {
        String text = Files.readString(output)
                .replace(home.toString(), HOME)
                .replace(" --proxy 127.0.0.1:" + (22_222 + offset), "");
        for (int port : PORTS) {
            text = Pattern.compile("(?<!\\d)" + (port + offset) + "(?!\\d)")
                    .matcher(text)
                    .replaceAll(Integer.toString(port));
        }
        return text.lines().toList();
    }

    /// No port that is moved by it is another that is moved by it, so that each can be told by its number.
    private static int freeOffset() {
        while (true) {
            int offset = ThreadLocalRandom.current().nextInt(200, 5_000);
            boolean free = PORTS.stream().allMatch(port -> FreePorts.areFree(port + offset, 1));
            if (free && PORTS.stream().noneMatch(port -> PORTS.contains(port + offset))) {
                return offset;
            }
        }
    }
}

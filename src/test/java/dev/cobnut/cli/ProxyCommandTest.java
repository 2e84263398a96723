package dev.cobnut.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.stats.PoolCounter;
import dev.cobnut.stats.ServerCounter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class ProxyCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    @Test
    void goodConfigurationIsOk() {
        assertThat(proxy("-t", "-c", "examples/nutcracker.yml")).isZero();

        assertThat(err).hasToString("examples/nutcracker.yml syntax is ok\n");
        assertThat(out).asString().isEmpty();
    }

    @Test
    void badConfigurationIsToldWithAllItsProblems() throws IOException {
        Path file =
                Files.writeString(folder.resolve("a.yml"), "a:\n  redis: yes\n  listen: 1\n  servers:\n  - h:1:1\n");

        assertThat(proxy("--test-conf", "--conf-file", file.toString())).isEqualTo(1);

        assertThat(err.toString().lines())
                .containsExactly(
                        file + ":2: pool a: redis \"yes\" (expected: true or false)",
                        file + ":3: pool a: listen \"1\" (expected: HOST:PORT, or /PATH or \"/PATH MODE\" with an octal"
                                + " mode for a unix socket)");
    }

    @Test
    void badConfigurationIsNotServed() {
        assertThat(proxy("-c", "none.yml")).isEqualTo(1);

        assertThat(err.toString().lines())
                .containsExactly("none.yml: no such file (expected: a configuration file; -c FILE names it)");
    }

    @Test
    void passwordOfTheSentinelsIsNotTakenFromTheCommandLineItself() {
        assertThat(proxy("-t", "-c", "examples/nutcracker.yml", "--sentinel-password", "hush"))
                .isEqualTo(1);
        assertThat(err)
                .asString()
                .contains("--sentinel-password (expected: env:NAME or file:/PATH;")
                .doesNotContain("hush");

        assertThat(proxy("-t", "-c", "examples/nutcracker.yml", "--sentinel-password", "env:NO_SUCH_VARIABLE"))
                .isEqualTo(1);
        assertThat(err).asString().contains("the environment has no such variable");
        assertThat(proxy("-t", "-c", "examples/nutcracker.yml", "--sentinel-user", "carol"))
                .isEqualTo(1);
        assertThat(proxy("-t", "-c", "examples/nutcracker.yml", "--sentinel-password", "env:PATH"))
                .isZero();
    }

    @Test
    void sentinelsOnTheCommandLineMakeServersOfOneNameOneShard() throws IOException {
        Path file = Files.writeString(
                folder.resolve("a.yml"), "a:\n  redis: true\n  listen: h:1\n  servers: [\"x:1:1 n\", \"y:1:1 n\"]\n");

        assertThat(proxy("-t", "-c", file.toString())).isEqualTo(1);
        assertThat(proxy("-t", "-c", file.toString(), "--sentinel", "s1:26379", "--sentinel", "s2:26379"))
                .isZero();
    }

    @Test
    void flagsWithoutMeaningAreAcceptedAndSaySo() {
        assertThat(proxy("-d", "-i", "1000", "-m", "16384", "-t", "-c", "examples/cobnut.yml"))
                .isZero();

        assertThat(err.toString().lines())
                .containsExactly(
                        "-i has no meaning here: statistics are always current",
                        "-m has no meaning here: buffers find their size themselves",
                        "-d has no meaning here: this process stays in the foreground; let systemd or nohup keep it",
                        "examples/cobnut.yml syntax is ok");
    }

    @Test
    void allOfNutcrackersLongFlagsAreKnown() {
        assertThat(proxy(
                        "--test-conf",
                        "--conf-file=examples/nutcracker.yml",
                        "--stats-port=22222",
                        "--stats-addr=127.0.0.1",
                        "--stats-interval=1000",
                        "--pid-file=" + folder.resolve("pid"),
                        "--output=" + folder.resolve("log"),
                        "--verbose=11",
                        "--mbuf-size=512",
                        "--daemonize"))
                .isZero();
        assertThat(folder).isEmptyDirectory();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-s 0 | --stats-port 0 (expected: 1 to 65535)",
                "-s 65536 | --stats-port 65536 (expected: 1 to 65535)",
                "-s x | Invalid value for option '--stats-port': 'x' is not an int",
                "--loops 0 | --loops 0 (expected: 1 to 1024)",
                "--loops 1025 | --loops 1025 (expected: 1 to 1024)",
                "--transport tcp | --transport tcp (expected: auto, epoll, io_uring or nio)",
                "--sentinel localhost | Invalid value for option '--sentinel' (HOST:PORT): \"localhost\" (expected: HOST:PORT)"
            })
    void badValueIsToldAndNothingElse(String arguments, String message) {
        assertThat(proxy(arguments.split(" "))).isEqualTo(1);

        assertThat(err.toString().lines()).containsExactly(message, "(all options: cobnut proxy --help)");
    }

    @Test
    void unknownFlagIsToldWithTheUsage() {
        assertThat(proxy("--nope")).isEqualTo(1);

        assertThat(err).asString().startsWith("Unknown option: '--nope'").contains("Usage: cobnut proxy");
    }

    @Test
    void programWithoutCommandShowsItsUsage() {
        assertThat(execute()).isEqualTo(1);

        assertThat(err).asString().startsWith("no command").contains("Usage: cobnut", "proxy");
    }

    @Test
    void everyCounterIsDescribed() {
        assertThat(proxy("-D")).isZero();

        for (PoolCounter counter : PoolCounter.values()) {
            assertThat(out).asString().contains(counter.label(), counter.help());
        }
        for (ServerCounter counter : ServerCounter.values()) {
            assertThat(out).asString().contains(counter.label(), counter.help());
        }
    }

    @Test
    void helpAndVersionSucceed() {
        assertThat(proxy("-h")).isZero();
        assertThat(proxy("-V")).isZero();

        assertThat(out).asString().contains("Usage: cobnut proxy", "cobnut ");
    }

    @ParameterizedTest
    @CsvSource({
        "-1, ERROR",
        "0, ERROR",
        "3, ERROR",
        "4, WARN",
        "5, INFO",
        "6, INFO",
        "7, DEBUG",
        "8, TRACE",
        "99, TRACE"
    })
    void nutcrackersLogLevelsHaveOurs(int verbosity, String level) {
        assertThat(LogLevel.of(verbosity)).isEqualTo(level);
    }

    private int proxy(String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "proxy";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return execute(all);
    }

    private int execute(String... arguments) {
        CommandLine commandLine = Main.commandLine();
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(err, true));
        return commandLine.execute(arguments);
    }
}

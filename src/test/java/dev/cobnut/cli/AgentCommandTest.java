package dev.cobnut.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is refused before anything is read or followed.
class AgentCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int agent(String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "agent";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), all);
    }

    @Test
    void helpIsALongOptionSinceTheShortOneIsTheHost() {
        assertThat(agent("--help")).isZero();

        assertThat(out).asString().contains("-h, --host=HOST").contains("-c, --command=COMMAND");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-f none.yml | -c is missing (expected: what restarts nutcracker",
                "-c true -p 70000 | -h and -p: \"127.0.0.1:70000\" (port \"70000\"; expected: 1 to 65535)",
                "-c true -p x | is not an int",
                "-c true --sentinel nowhere | \"nowhere\" (expected: HOST:PORT)",
                "-c true --nutcracker /none | --nutcracker /none (expected: a program)",
                "-c true --sentinel-user u | --sentinel-user without --sentinel-password",
                "-c true --sentinel-password hush | --sentinel-password (expected: env:NAME or file:/PATH",
            })
    void badOptionsAreRefusedWithWhatWasExpected(String options, String expected) {
        assertThat(agent(options.split(" "))).isEqualTo(1);

        assertThat(err).asString().contains(expected);
    }
}

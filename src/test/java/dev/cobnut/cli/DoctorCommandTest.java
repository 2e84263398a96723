package dev.cobnut.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.doctor.Diagnosis;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DoctorCommandTest {
    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int doctor(String... options) {
        String[] arguments = new String[options.length + 1];
        arguments[0] = "doctor";
        System.arraycopy(options, 0, arguments, 1, options.length);
        return Main.run(new PrintWriter(out), new PrintWriter(err), arguments);
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    @Test
    void exitCodeIsThatOfTheWorst() throws IOException {
        String good = file("good.conf", "port 7000\n");
        String warned = file("warned.conf", "port 7001\ndatabases 1\n");
        String bad = file("bad.conf", "port 7002\nslaveof h:7000\n");

        assertThat(doctor("--files", good)).isEqualTo(Diagnosis.WELL);
        assertThat(doctor("--files", good, warned)).isEqualTo(Diagnosis.WARNINGS);
        assertThat(doctor("--files", folder.toString())).isEqualTo(Diagnosis.ERRORS);
        assertThat(doctor("--files", bad, "--only", "r02")).isEqualTo(Diagnosis.WELL);
        assertThat(doctor("--files", folder.resolve("none").toString())).isEqualTo(Diagnosis.BLIND);
        assertThat(out.toString()).contains("E R01 " + bad + ":2: slaveof h:7000");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void aCodeIsExplained() {
        assertThat(doctor("--explain", "s04")).isEqualTo(Diagnosis.WELL);
        assertThat(out.toString()).startsWith("E S04  a down-after").contains("\ncure: SENTINEL SET");
    }

    @Test
    void aPasswordIsNoneOfTheReport() throws IOException {
        String conf = file("redis.conf", "port 7000\nrequirepass s3cret\n");

        assertThat(doctor("--files", conf)).isEqualTo(Diagnosis.ERRORS);
        assertThat(out.toString()).contains("R03").doesNotContain("s3cret");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--only X99 --files . | no rule has the code X99",
                "--output xml --files . | --output xml (expected: text, json or nagios)",
                "--password secret --files . | --password (expected: env:NAME or file:/PATH",
                "--user me --files . | --user without --password (expected: both)",
                "--output text | nothing to look at"
            })
    void whatCannotBeDoneIsRefusedInOneLine(String options, String message) {
        assertThat(doctor(options.split(" ", -1))).isEqualTo(Diagnosis.BLIND);
        assertThat(err.toString()).contains(message);
        assertThat(out.toString()).isEmpty();
    }
}

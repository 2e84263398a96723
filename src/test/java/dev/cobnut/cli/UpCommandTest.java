package dev.cobnut.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpCommandTest {
    private static final String STACK = """
            stack: s
            hosts: {a: 10.0.0.1}
            caches: {o: {kind: plain, hosts: [a], port: 12000, listen: 6379}}
            """;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    private int up(String text, String... more) throws IOException {
        Path file = Files.writeString(folder.resolve("stack.yml"), text);
        String[] arguments = new String[more.length + 3];
        System.arraycopy(new String[] {"up", "-f", file.toString()}, 0, arguments, 0, 3);
        System.arraycopy(more, 0, arguments, 3, more.length);
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }

    @Test
    void aBadFileIsToldAsPlanTellsIt() throws IOException {
        assertThat(up(STACK.replace("kind: plain", "kind: cashe"))).isEqualTo(1);

        assertThat(err.toString().lines())
                .containsExactly(folder.resolve("stack.yml") + ":3: cache o: kind \"cashe\" (expected one of cache,"
                        + " page-cache, session, plain; did you mean cache?)");
    }

    @Test
    void passwordsThatAreMissingAreTold() throws IOException {
        assertThat(up(STACK + "passwords: {redis: env:NO_SUCH_A, admin: env:NO_SUCH_B}\n"))
                .isEqualTo(1);

        assertThat(err.toString())
                .isEqualTo(folder.resolve("stack.yml") + ": passwords: redis \"env:NO_SUCH_A\" (the environment has no"
                        + " such variable; expected: one that is set)" + System.lineSeparator());
    }

    @Test
    void theSettingsOfTheReferenceStackAreForThatStack() throws IOException {
        assertThat(up(STACK, "--reference-settings")).isEqualTo(1);

        assertThat(err.toString())
                .contains("--reference-settings with -f (expected: sentinels: in " + folder.resolve("stack.yml") + ")");
    }
}

package dev.cobnut.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.testing.Transcript;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportCommandTest {
    private static final String SHOP = "src/test/resources/dev/cobnut/adopt/shop";
    private static final String PLAIN = "src/test/resources/dev/cobnut/adopt/plain/nutcracker.yml";

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }

    @Test
    void theTextGoesToStdoutAndNotesToStderr() {
        assertThat(run("import", "--name", "old", PLAIN)).isZero();
        assertThat(out.toString()).contains("\nstack: old\n").doesNotContain("note:");
        assertThat(err.toString())
                .contains("note: client_connections 512: left out")
                .endsWith("1 files read, 0 not, 3 notes\n");
    }

    @Test
    void aFileThatIsThereIsNotOverwritten() throws IOException {
        Path file = folder.resolve("stack.yml");

        assertThat(run("import", "-o", file.toString(), PLAIN)).isZero();
        assertThat(err.toString()).contains("; wrote " + file);
        assertThat(run("plan", "-f", file.toString(), "--check")).isZero();
        Files.writeString(file, "mine");
        assertThat(run("import", "-o", file.toString(), PLAIN)).isEqualTo(1);
        assertThat(err.toString()).contains(file + " is there already (expected: a name that is free)");
        assertThat(file).hasContent("mine");
    }

    @Test
    void whatCannotBeReadMakesTheExitCodeOne() throws IOException {
        Path nonsense = Files.write(folder.resolve("x.yml"), new byte[] {0, 1, 2, (byte) 0xff});

        assertThat(run("import", PLAIN, nonsense.toString(), "missing.conf")).isEqualTo(1);
        assertThat(out.toString()).contains("alpha:");
        assertThat(err.toString())
                .contains("not read: " + nonsense + ": it is none of stack.yml, nutcracker.yml")
                .contains("not read: missing.conf: no such file");
    }

    @Test
    void withoutAnyServerThereIsNoText() throws IOException {
        Path lines = Files.writeString(folder.resolve("k.conf"), "vrrp_instance a {\n}\n");

        assertThat(run("import", lines.toString())).isEqualTo(1);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).contains("no stack.yml: there is no server in these files (expected:");
    }

    @Test
    void aBadNameIsRefused() {
        assertThat(run("import", "--name", "a b", PLAIN)).isEqualTo(1);
        assertThat(err.toString()).contains("--name \"a b\" (expected: letters, digits, _ . and -, at most 64)");
    }

    /// Commands of the document run in a folder with the files of the shop.
    @Test
    void theDocumentShowsWhatIsPrinted() throws IOException {
        Path stack = folder.resolve("stack.yml");
        Transcript transcript = new Transcript();
        List<String> commands = new ArrayList<>();
        for (Transcript.Step step : Transcript.read(Path.of("docs/operating/importing.md"))) {
            commands.add(step.command());
            out.getBuffer().setLength(0);
            err.getBuffer().setLength(0);
            if (step.command().equals("cat stack.yml")) {
                out.write(Files.readString(stack));
            } else {
                String command = step.command()
                        .replaceFirst("^\\./cobnut ", "")
                        .replace(" shop", " " + SHOP)
                        .replace("stack.yml", stack.toString());
                assertThat(run(command.split(" ", -1))).as(step.command()).isZero();
            }
            List<String> printed = (out.toString() + err)
                    .replace(SHOP, "shop")
                    .replace(stack.toString(), "stack.yml")
                    .lines()
                    .toList();
            assertThat(transcript.missing(step, printed))
                    .as("line " + step.line())
                    .isNull();
        }
        assertThat(commands).hasSize(3);
    }
}

package dev.cobnut.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TranscriptTest {
    @TempDir
    private Path directory;

    private final Transcript transcript = new Transcript();

    private List<Transcript.Step> read(String text) throws IOException {
        return Transcript.read(Files.writeString(directory.resolve("a.md"), text));
    }

    private @Nullable String missing(String output, String... printed) {
        return transcript.missing(new Transcript.Step("x", output.lines().toList(), 1), List.of(printed));
    }

    @Test
    void commandsAndWhatTheyPrintAreRead() throws IOException {
        assertThat(read("""
                Text, and $ no command.

                    $ one
                    a
                      b
                    $ two

                    a file, no output
                """))
                .containsExactly(
                        new Transcript.Step("one", List.of("a", "  b"), 3),
                        new Transcript.Step("two", List.of(), 6));
    }

    @Test
    void whatWasPrintedHasToBeWhatTheDocumentSays() {
        assertThat(missing("a\nb", "a", "b")).isNull();
        assertThat(missing("a\nb", "a", "c")).isEqualTo("b");
        assertThat(missing("a", "x", "a")).isEqualTo("a");
        assertThat(missing("a", "a", "b")).startsWith("(nothing more");
        assertThat(missing("a\n…", "a", "b")).isNull();
        assertThat(missing("…\nb", "a", "b")).isNull();
        assertThat(missing("a\n…\nc", "a", "b", "c")).isNull();
        assertThat(missing("a\n…\nc", "a", "b")).isEqualTo("c");
        assertThat(missing("at 10.0.0.1…:80 …", "at 10.0.0.17:80 and more")).isNull();
        assertThat(missing("at 10.0.0.1…:80", "at 10.0.0.17:81")).isEqualTo("at 10.0.0.1…:80");
    }

    @Test
    void timesAndProcessIdsMayBeOthers() {
        assertThat(missing("10:00:00.000  up after 1.5 s, 20 ms", "11:59:59.999  up after 7 s, 1 ms")).isNull();
        assertThat(missing("port 6379", "port 6380")).isEqualTo("port 6379");
        assertThat(missing("host (pid 12)   x", "host (pid 4711) x")).isNull();
        assertThat(transcript.command(new Transcript.Step("kill -9 12", List.of(), 1)))
                .isEqualTo("kill -9 4711");
    }
}

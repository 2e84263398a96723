package dev.cobnut.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFileTest {
    private final List<String> said = new ArrayList<>();

    @TempDir
    private Path folder;

    @Test
    void appendsAndGoesOnInANewFileAfterReopen() throws IOException {
        Path file = Files.writeString(folder.resolve("log"), "before\n");
        Path moved = folder.resolve("log.1");
        try (LogFile log = new LogFile(file, said::add)) {
            log.write("one\n".getBytes(StandardCharsets.UTF_8));
            Files.move(file, moved);
            log.write("two\n".getBytes(StandardCharsets.UTF_8));
            log.reopen();
            log.write('3');
        }

        assertThat(moved).hasContent("before\none\ntwo\n");
        assertThat(file).hasContent("3");
    }

    @Test
    void keepsTheOldFileWhenTheNewOneCannotBeOpened() throws IOException {
        Path file = folder.resolve("log");
        Path moved = folder.resolve("log.1");
        try (LogFile log = new LogFile(file, said::add)) {
            Files.move(file, moved);
            Files.createDirectory(file);
            log.reopen();
            log.write('1');
        }

        assertThat(moved).hasContent("1");
        assertThat(said)
                .singleElement()
                .asString()
                .startsWith("log file " + file + " cannot be opened anew (")
                .endsWith("; the old one stays in use");
    }
}

package dev.cobnut.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PidFileTest {
    @TempDir
    private Path folder;

    @Test
    void holdsThePidWithoutNewlineWhileOpen() throws IOException {
        Path file = folder.resolve("pid");
        try (PidFile pid = new PidFile(file)) {
            assertThat(file).doesNotExist();
            pid.write();
            assertThat(file).hasContent(Long.toString(ProcessHandle.current().pid()));
            assertThat(Files.size(file))
                    .isEqualTo(Files.readString(file).strip().length());
        }
        assertThat(file).doesNotExist();
    }

    @Test
    void replacesAStaleFile() throws IOException {
        Path file = Files.writeString(folder.resolve("pid"), "999999999");
        try (PidFile pid = new PidFile(file)) {
            pid.write();
            assertThat(file).hasContent(Long.toString(ProcessHandle.current().pid()));
        }
    }

    @Test
    void leavesTheFileOfAnotherProcessAlone() throws IOException {
        Path file = folder.resolve("pid");
        try (PidFile pid = new PidFile(file)) {
            pid.write();
            Files.writeString(file, "1");
        }
        assertThat(file).hasContent("1");
    }

    @Test
    void processThatNeverServedTouchesNothing() throws IOException {
        String own = Long.toString(ProcessHandle.current().pid());
        Path file = Files.writeString(folder.resolve("pid"), own);

        new PidFile(file).close();

        assertThat(file).hasContent(own);
    }
}

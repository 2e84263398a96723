package dev.cobnut.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

class OutputQueueTest {
    private static final String LINE = "x".repeat(1023) + "\n";
    private static final int LINES_MAX = OutputQueue.BYTES_MAX / LINE.length();

    private final Disk disk = new Disk();
    private final OutputQueue queue = new OutputQueue(disk);
    private final PrintStream stream = new PrintStream(queue, true, UTF_8);

    @Test
    void writesInOrderWhatWasPrintedAsOnePieceForEachLine() throws IOException {
        stream.println("one");
        stream.print("two\n");

        queue.writeNext();
        assertThat(disk.text()).isEqualTo("one\n");
        queue.writeNext();
        assertThat(disk.text()).isEqualTo("one\ntwo\n");
    }

    @Test
    void whatDoesNotFitIsCountedAndToldInItsPlace() throws IOException {
        for (int i = 0; i < LINES_MAX + 3; i++) {
            stream.print(LINE);
        }
        queue.writeNext();
        queue.writeNext();
        stream.println("later");
        for (int i = 0; i < LINES_MAX; i++) {
            queue.writeNext();
        }

        assertThat(disk.text().replace(LINE, "")).matches("\\S+ WARN  3 lines are missing here: .*\nlater\n");
    }

    @Test
    void lossesAreToldWhenAllIsWrittenAndNothingFollows() throws IOException {
        for (int i = 0; i < LINES_MAX; i++) {
            stream.print(LINE);
        }
        stream.print("a\nb\n");
        for (int i = 0; i < LINES_MAX + 1; i++) {
            queue.writeNext();
        }

        assertThat(disk.text().replace(LINE, "")).matches("\\S+ WARN  2 lines are missing here: .*\n");
    }

    @Test
    void whatAFullDiskRefusesIsKeptForTheNextAttempt() throws IOException {
        disk.full = true;
        stream.println("one");
        assertThatThrownBy(queue::writeNext).isInstanceOf(IOException.class);

        disk.full = false;
        queue.writeNext();

        assertThat(disk.text()).isEqualTo("one\n");
    }

    private static final class Disk extends ByteArrayOutputStream {
        private boolean full;

        @Override
        public void write(byte[] bytes) throws IOException {
            if (full) {
                throw new IOException("No space left on device");
            }
            super.write(bytes);
        }

        private String text() {
            return toString(UTF_8);
        }
    }
}

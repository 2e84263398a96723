package dev.cobnut.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/// A stream whose writers never wait: what they write stands in a bounded queue until one thread has written it to the
/// real stream, which may be a pipe that nobody reads, or a file on a full disk.
///
/// ```
///   event loops, discovery, ... ──► queue, 1 MiB ──► one thread ──► stderr, or the file of -o
/// ```
///
/// What does not fit is dropped, and in its place stands a line that says how many lines were. A write that fails is
/// tried again twice a second. (Logback's AsyncAppender drops too, but neither counts nor says so, and what is printed
/// past the logger does not go through it.)
///
/// Any thread may write.
final class OutputQueue extends OutputStream {
    static final int BYTES_MAX = 1 << 20;

    private static final int RETRY_MILLIS = 500;

    /// How long the end of the process waits for what is still queued.
    private static final int DRAIN_MILLIS_MAX = 1_000;

    /// As in `logback.xml`.
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSXXX");

    private final OutputStream out;

    // All guarded by this.
    private final ArrayDeque<byte[]> queue = new ArrayDeque<>();
    private int queuedBytes;
    private long lostLines;

    /// Without a thread yet: what is written stays queued until [#writeNext].
    OutputQueue(OutputStream out) {
        this.out = out;
    }

    /// From now on all that goes to stderr, the log included, is queued.
    ///
    /// @param out what takes it in the end
    static void takeStderr(OutputStream out) {
        System.setErr(start("stderr", out));
    }

    /// The same for stdout.
    static void takeStdout() {
        System.setOut(start("stdout", new FileOutputStream(FileDescriptor.out)));
    }

    private static PrintStream start(String name, OutputStream out) {
        OutputQueue queue = new OutputQueue(out);
        Thread.ofPlatform().daemon().name("write " + name).start(queue::writeForEver);
        Runtime.getRuntime().addShutdownHook(new Thread(queue::drain));
        return new PrintStream(queue, true, UTF_8);
    }

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        byte[] notice = lostLines > 0 ? notice() : new byte[0];
        if (length + notice.length > BYTES_MAX - queuedBytes) {
            lostLines += lines(bytes, offset, length);
            return;
        }
        if (notice.length > 0) {
            lostLines = 0;
            enqueue(notice);
        }
        byte[] copy = new byte[length];
        System.arraycopy(bytes, offset, copy, 0, length);
        enqueue(copy);
    }

    private synchronized void enqueue(byte[] piece) {
        queue.add(piece);
        queuedBytes += piece.length;
        notifyAll();
    }

    private synchronized byte[] notice() {
        return (TIME.format(ZonedDateTime.now(ZoneId.systemDefault())) + " WARN  " + lostLines
                        + " lines are missing here: they came faster than they could be written"
                        + System.lineSeparator())
                .getBytes(UTF_8);
    }

    private static int lines(byte[] bytes, int offset, int length) {
        int lines = 0;
        for (int i = offset; i < offset + length; i++) {
            lines += bytes[i] == '\n' ? 1 : 0;
        }
        return Math.max(1, lines);
    }

    private void writeForEver() {
        try {
            while (true) {
                awaitPiece();
                try {
                    writeNext();
                } catch (IOException _) {
                    // There is no place left to tell of it: stderr itself cannot be written.
                    Thread.sleep(RETRY_MILLIS);
                }
            }
        } catch (InterruptedException _) {
            // nobody interrupts this thread; whoever does wants it to end
        }
    }

    private synchronized void awaitPiece() throws InterruptedException {
        while (queue.isEmpty()) {
            wait();
        }
    }

    /// Writes the piece that came first. It stays the first until it is written.
    ///
    /// @throws IOException when it is not written, or only in part
    void writeNext() throws IOException {
        byte[] piece;
        synchronized (this) {
            piece = queue.element();
        }
        out.write(piece);
        out.flush();
        synchronized (this) {
            queue.remove();
            queuedBytes -= piece.length;
            if (queue.isEmpty() && lostLines > 0) {
                enqueue(notice());
                lostLines = 0;
            }
            notifyAll();
        }
    }

    /// Waits until all is written, for a second at most.
    private synchronized void drain() {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(DRAIN_MILLIS_MAX);
        try {
            while (!queue.isEmpty()) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0) {
                    return;
                }
                wait(left);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}

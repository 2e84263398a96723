package dev.cobnut.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/// A file that takes everything that would go to stderr, the log included, and can be opened anew after logrotate
/// has moved it away. Any thread may write.
final class LogFile extends OutputStream {
    private final Path file;
    private final Consumer<String> warn;
    private OutputStream open;

    /// @param warn told when the file cannot be opened anew
    LogFile(Path file, Consumer<String> warn) throws IOException {
        this.file = file;
        this.warn = warn;
        this.open = append(file);
    }

    /// Sends stderr to `file`, appending; SIGHUP opens it anew. Without a file it stays where it is, but is queued, and SIGHUP
    /// says that there is none.
    ///
    /// @param file null for none
    /// @param option that names one
    static void takeStderr(@Nullable Path file, String option) throws IOException {
        if (file == null) {
            OutputQueue.takeStderr(new FileOutputStream(FileDescriptor.err));
            Signals.on(
                    "HUP",
                    () -> LoggerFactory.getLogger(LogFile.class)
                            .info("SIGHUP: without {} there is no log file to open anew", option));
            return;
        }
        LogFile log =
                new LogFile(file, line -> LoggerFactory.getLogger(LogFile.class).warn(line));
        OutputQueue.takeStderr(log);
        Signals.on("HUP", log::reopen);
    }

    /// Goes on in a new file of the same name. When it cannot be opened, the old one is kept and told.
    synchronized void reopen() {
        try {
            OutputStream fresh = append(file);
            open.close();
            open = fresh;
        } catch (IOException e) {
            warn.accept("log file " + file + " cannot be opened anew (" + e + "); the old one stays in use");
        }
    }

    @Override
    public synchronized void write(int b) throws IOException {
        open.write(b);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
        open.write(bytes, offset, length);
    }

    @Override
    public synchronized void close() throws IOException {
        open.close();
    }

    private static OutputStream append(Path file) throws IOException {
        return Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}

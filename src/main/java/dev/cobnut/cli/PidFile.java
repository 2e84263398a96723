package dev.cobnut.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A file that holds the pid of a running process, as text without a newline. One thread.
///
/// It is written once the process serves, and removed only while it still holds this pid. nutcracker removes it at
/// any exit: one that could not bind its port deletes the file of the one that runs, which its init script then
/// cannot stop any more.
final class PidFile implements AutoCloseable {
    private final @Nullable Path file;
    private final String pid = Long.toString(ProcessHandle.current().pid());
    private boolean written;

    /// @param file null when nobody wants one
    PidFile(@Nullable Path file) {
        this.file = file;
    }

    /// Writes the file, over one that is there already.
    void write() throws IOException {
        if (file != null) {
            Files.writeString(file, pid);
            written = true;
        }
    }

    /// Removes the file if it is still ours.
    @Override
    public void close() throws IOException {
        if (file != null
                && written
                && Files.exists(file)
                && Files.readString(file, StandardCharsets.ISO_8859_1).equals(pid)) {
            Files.delete(file);
        }
    }
}

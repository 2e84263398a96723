package dev.cobnut.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// From a file to its text, inside limits: a regular file (a FIFO would block, a directory makes no sense), 1 MiB,
/// UTF-8. A byte order mark at the beginning is dropped.
public final class ConfigText {
    static final int BYTES_MAX = 1 << 20;

    private ConfigText() {}

    /// The text, or null when it was refused, which is then among the problems. Blocks for the disk.
    ///
    /// @param option of the command line that names the file
    public static @Nullable String read(Path file, String option, Problems problems) {
        try {
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                problems.add(0, "not a regular file (expected: a file, not a directory, pipe or device)");
                return null;
            }
            try (InputStream in = Files.newInputStream(file)) {
                return decode(in.readNBytes(BYTES_MAX + 1), problems);
            }
        } catch (NoSuchFileException e) {
            problems.add(0, "no such file (expected: a configuration file; " + option + " FILE names it)");
        } catch (IOException e) {
            problems.add(0, "cannot be read: " + e);
        }
        return null;
    }

    static @Nullable String decode(byte[] bytes, Problems problems) {
        if (bytes.length > BYTES_MAX) {
            problems.add(0, "too long (expected: " + BYTES_MAX + " bytes or fewer)");
            return null;
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(in, out, true);
        if (result.isError()) {
            int line = 1;
            for (int i = 0; i < in.position(); i++) {
                line += bytes[i] == '\n' ? 1 : 0;
            }
            problems.add(
                    line, String.format("byte 0x%02x is not UTF-8 (expected: a text in UTF-8)", bytes[in.position()]));
            return null;
        }
        String text = out.flip().toString();
        return text.startsWith("\ufeff") ? text.substring(1) : text;
    }
}

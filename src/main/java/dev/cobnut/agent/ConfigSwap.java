package dev.cobnut.agent;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// nutcracker's file on the disk: read as a whole, replaced as a whole. Whoever reads it, at whatever moment, or after a
/// crash at whatever moment, finds the old text or the new one.
///
/// Beside it stands, between a replacement and the restart that it needs, a mark: the file alone does not say that the
/// proxy has not read it yet, and the agent may end in between.
///
/// One thread.
final class ConfigSwap {
    private static final int BYTES_MAX = 1 << 20;

    /// Looks at the new file before it takes the place of the old one.
    interface Check {
        /// @return false when it is too old already, and is to be made anew
        /// @throws IOException when it is not to take its place
        boolean look(Path fresh, Path present) throws IOException;
    }

    private final Path file;
    private final Consumer<String> warn;

    /// @param file may be a symbolic link: what it points to is replaced, and it stays
    /// @param warn told what could not be kept
    ConfigSwap(Path file, Consumer<String> warn) {
        this.file = file;
        this.warn = warn;
    }

    /// The text, a byte order mark included.
    ///
    /// @throws IOException with a message for people
    String read() throws IOException {
        return decode(bytes());
    }

    private byte[] bytes() throws IOException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new IOException(file + ": not a regular file (expected: nutcracker's configuration)");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(BYTES_MAX + 1);
            if (bytes.length > BYTES_MAX) {
                throw new IOException(file + ": too long (expected: " + BYTES_MAX + " bytes or fewer)");
            }
            return bytes;
        } catch (NoSuchFileException _) {
            throw new IOException(file + ": no such file (expected: nutcracker's configuration; -f FILE names it)");
        }
    }

    private String decode(byte[] bytes) throws IOException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException _) {
            throw new IOException(file + ": not UTF-8 (expected: a text in UTF-8, or nutcracker refuses it)");
        }
    }

    /// Something that is different when the file has been changed; cheap.
    String stamp() {
        try {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            return now.lastModifiedTime() + " " + now.size() + " " + now.fileKey();
        } catch (IOException e) {
            return e.toString();
        }
    }

    /// Puts another text in place of one.
    ///
    /// @param old what was read
    /// @param check decides at last
    /// @return false when somebody else has changed the file since, or the check says so; nothing is done then
    /// @throws IOException with a message for people; the old file stays
    boolean replace(String old, String text, Check check) throws IOException {
        Path present = file.toRealPath();
        Path fresh = beside(present, "new");
        try {
            write(fresh, text, present);
            if (!check.look(fresh, present) || !Arrays.equals(bytes(), old.getBytes(StandardCharsets.UTF_8))) {
                return false;
            }
            Files.write(beside(present, "restart"), new byte[0]);
            Files.move(fresh, present, StandardCopyOption.ATOMIC_MOVE);
            syncFolder(present);
            return true;
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    /// Whether the file was replaced, and the proxy has not been restarted since.
    boolean owesRestart() {
        Path mark = mark();
        return mark != null && Files.exists(mark);
    }

    /// The proxy has read the file.
    ///
    /// @throws IOException when the mark stays: the next start of the agent restarts the proxy once more
    void onRestarted() throws IOException {
        Path mark = mark();
        if (mark != null) {
            Files.deleteIfExists(mark);
        }
    }

    private @Nullable Path mark() {
        try {
            return beside(file.toRealPath(), "restart");
        } catch (IOException _) {
            return null;
        }
    }

    private static Path beside(Path present, String what) {
        return present.resolveSibling("." + present.getFileName() + ".cobnut-" + what);
    }

    /// The new file, with mode and owner of the present one where possible, and on the disk.
    private void write(Path fresh, String text, Path present) throws IOException {
        Files.deleteIfExists(fresh); // of an agent that was killed
        PosixFileAttributes like = Files.readAttributes(present, PosixFileAttributes.class);
        Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (FileChannel out = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            own(fresh, like);
            Files.setPosixFilePermissions(fresh, like.permissions());
            out.force(true);
        }
    }

    private void own(Path fresh, PosixFileAttributes like) throws IOException {
        PosixFileAttributeView view =
                Files.getFileAttributeView(fresh, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        PosixFileAttributes now = view.readAttributes();
        try {
            if (!now.group().equals(like.group())) {
                view.setGroup(like.group());
            }
            if (!now.owner().equals(like.owner())) {
                view.setOwner(like.owner());
            }
        } catch (IOException e) {
            warn.accept(file + ": owner and group " + like.owner() + ":" + like.group() + " cannot be kept ("
                    + e.getMessage() + "); run the agent as " + like.owner() + " or as root, or nutcracker may not be"
                    + " able to read the file");
        }
    }

    private static void syncFolder(Path present) throws IOException {
        Path folder = present.getParent();
        if (folder != null) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }
}

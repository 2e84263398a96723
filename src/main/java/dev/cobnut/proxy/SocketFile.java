package dev.cobnut.proxy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/// The file of a unix socket that is listened on: put in its place when it can be reached, and removed at the end if
/// it is still ours.
///
/// What is at its place before decides:
///
/// | there is                                  | then                                            |
/// |-------------------------------------------|-------------------------------------------------|
/// | nothing                                   | it is ours                                      |
/// | a socket that refuses: its owner is gone  | it is replaced                                  |
/// | a socket that somebody listens on         | refused, as a port that is taken                |
/// | a file, a directory, a symbolic link      | refused; nobody has meant that                  |
///
/// It is made inside a private directory and then moved, so that nobody reaches it before it has its mode. Netty
/// deletes at the end whatever is at the path it was bound to, without looking: there, nothing is left by then.
final class SocketFile {
    private static final int TYPE_BITS = 0170000;
    private static final int SOCKET = 0140000;
    private static final FileAttribute<?> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path file;
    private final Object key;

    private SocketFile(Path file, Object key) {
        this.file = file;
        this.key = key;
    }

    /// A socket that nobody can reach yet. To be closed, whether or not it was put in its place.
    static final class Draft implements AutoCloseable {
        private final Path file;
        private final Path hidden;

        private Draft(Path file, Path hidden) {
            this.file = file;
            this.hidden = hidden;
        }

        /// What is to be bound to.
        Path path() {
            return hidden.resolve("s");
        }

        /// Puts what was bound in its place.
        ///
        /// @param mode its permissions as octal digits say them; 0 leaves them to the umask
        /// @throws IOException when there is something else; it is left as it is
        SocketFile publish(int mode) throws IOException {
            if (mode != 0) {
                Files.setPosixFilePermissions(path(), permissions(mode));
            }
            Object key = key(path());
            checkPlace(file);
            Files.move(path(), file, StandardCopyOption.ATOMIC_MOVE);
            return new SocketFile(file, key);
        }

        @Override
        public void close() throws IOException {
            Files.deleteIfExists(path());
            Files.delete(hidden);
        }
    }

    /// Begins.
    ///
    /// @throws IOException when there is something else at its place, which is left as it is
    static Draft draft(Path file) throws IOException {
        checkPlace(file);
        // Short, as the path of a socket may not be long.
        String name = "." + Integer.toString(ThreadLocalRandom.current().nextInt(1 << 20), Character.MAX_RADIX);
        return new Draft(file, Files.createDirectory(file.resolveSibling(name), PRIVATE));
    }

    private static void checkPlace(Path file) throws IOException {
        int type;
        try {
            type = (int) Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS) & TYPE_BITS;
        } catch (NoSuchFileException _) {
            return;
        }
        if (type != SOCKET) {
            throw new IOException("something that is no socket is there (expected: nothing, or a socket that nobody"
                    + " listens on; move it away)");
        }
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            // Not to wait for somebody who listens and does not accept.
            probe.configureBlocking(false);
            probe.connect(UnixDomainSocketAddress.of(file));
        } catch (ConnectException _) {
            return;
        } catch (IOException e) {
            throw new IOException("the address is already in use (" + e.getMessage() + ")", e);
        }
        throw new IOException("the address is already in use");
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        // Bit 8 is the owner's read permission, bit 0 the others' execute permission: the order of the enum.
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        for (PosixFilePermission permission : PosixFilePermission.values()) {
            if ((mode & 1 << (8 - permission.ordinal())) != 0) {
                permissions.add(permission);
            }
        }
        return permissions;
    }

    /// Device and inode.
    private static Object key(Path path) throws IOException {
        return Objects.requireNonNull(
                Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                        .fileKey(),
                "a file without an inode");
    }

    /// Removes the file, unless something else is there by now.
    void remove() throws IOException {
        try {
            if (key(file).equals(key)) {
                Files.delete(file);
            }
        } catch (NoSuchFileException _) {
            // somebody was faster, and it was to go anyway
        }
    }

    @Override
    public String toString() {
        return file.toString();
    }
}

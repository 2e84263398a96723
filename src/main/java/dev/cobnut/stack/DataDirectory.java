package dev.cobnut.stack;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.render.Rendered;
import dev.cobnut.render.Target;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Where a stack keeps its files, a directory for each host. Data and what the Sentinels learned survive a restart.
///
///     admin-token                    what orders at the statistics port have to bring; new at each start
///     redis-proxy/cobnut.yml         the proxy's pools
///     redis-shard1/cluster_obj/      redis.conf, redis.log, dump.rdb
///     redis-shard1/sentinel/         sentinel.conf, sentinel.log
///     lock                           held while a stack runs here
///
/// Directories made here, and files with passwords, are open to their user only.
///
/// Nothing is written through a symbolic link below the directory: whoever may write into it must not make us, or a
/// redis-server, write elsewhere. The directory itself may be one.
final class DataDirectory implements AutoCloseable {
    private static final String OURS_DIRECTORY = "rwx------";
    private static final String OURS_FILE = "rw-------";

    private final Path root;
    private final FileChannel lock;

    private DataDirectory(Path root, FileChannel lock) {
        this.root = root;
        this.lock = lock;
    }

    /// Opens a directory for one stack; makes it when it is missing.
    ///
    /// @param hosts names of the directories in it that belong to the stack
    /// @throws StackException when another stack runs in it, it cannot be written, or something in it that would be
    ///     written is neither a file nor a directory
    static DataDirectory open(Path directory, List<String> hosts) throws StackException {
        Path root = directory.toAbsolutePath().normalize();
        try {
            if (!Files.isDirectory(root)) {
                Files.createDirectories(root);
            }
            requireOwn(root, hosts);
            FileChannel channel = FileChannel.open(
                    root.resolve("lock"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    LinkOption.NOFOLLOW_LINKS);
            if (!tryLock(channel)) {
                channel.close();
                throw new StackException("data directory " + root + " is in use by another stack; stop that one, or"
                        + " choose another directory with --dir (and other ports with --port-offset)");
            }
            return new DataDirectory(root, channel);
        } catch (IOException e) {
            String why = switch (e) {
                case FileAlreadyExistsException _ -> "it is there, and is no directory";
                case NoSuchFileException _ -> "it cannot be made there";
                default -> e.toString();
            };
            throw new StackException(
                    "data directory " + root + " cannot be used: " + why + "; choose another with --dir", e);
        }
    }

    private static void requireOwn(Path root, List<String> hosts) throws IOException, StackException {
        List<Path> used = new ArrayList<>(List.of(root.resolve("lock")));
        hosts.forEach(host -> used.add(root.resolve(host)));
        for (Path top : used) {
            if (!Files.exists(top, LinkOption.NOFOLLOW_LINKS)) {
                continue;
            }
            // Does not follow links.
            try (Stream<Path> all = Files.walk(top)) {
                for (Path each : (Iterable<Path>) all::iterator) {
                    requireFileOrDirectory(root, each);
                }
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        }
    }

    private static void requireFileOrDirectory(Path root, Path path) throws IOException, StackException {
        BasicFileAttributes is = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!is.isRegularFile() && !is.isDirectory()) {
            throw new StackException("data directory " + root + ": " + root.relativize(path) + " is "
                    + (is.isSymbolicLink() ? "a symbolic link" : "a special file")
                    + " (expected a file or a directory); remove it, or choose another directory with --dir");
        }
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            @Nullable FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException _) {
            return false;
        }
    }

    Path root() {
        return root;
    }

    /// Where rendered files go.
    Target target() {
        return Target.below(root);
    }

    Path file(Blueprint.Redis redis) {
        return Path.of(target().configuration(redis));
    }

    Path file(Blueprint.Sentinel sentinel) {
        return Path.of(target().configuration(sentinel));
    }

    /// The master of each group, as the Sentinels of the last run remember; none where they remember nothing, or somebody who
    /// is not there any more. Must be asked before any file is written: addresses may move with `--port-offset`, and only the
    /// last run's redis.conf files tell whose an address was.
    Map<String, Blueprint.Place> masters(Blueprint blueprint) throws IOException {
        Map<String, Memory> newest = new HashMap<>();
        for (Blueprint.Sentinel sentinel : blueprint.watchers()) {
            Memory.in(lines(file(sentinel)))
                    .forEach((group, memory) -> newest.merge(
                            group, memory, (one, other) -> other.configEpoch() > one.configEpoch() ? other : one));
        }
        Map<String, Blueprint.Place> masters = new HashMap<>();
        for (Blueprint.Redis redis : blueprint.redises()) {
            Memory memory = newest.get(redis.group());
            if (memory != null) {
                NodeAddress.Tcp was = memory.master();
                List<String> lines = lines(file(redis));
                if (lines.contains("bind " + was.host()) && lines.contains("port " + was.port())) {
                    masters.put(redis.group(), new Blueprint.Place(redis.host(), redis.port()));
                }
            }
        }
        return masters;
    }

    /// Writes the sentinel.conf files, unless all of them were written for the same stack before: what Sentinel wrote itself
    /// is kept.
    ///
    /// @param fresh as they are when nobody has learned anything yet: what they are recognised by
    /// @param now with the masters of today
    void writeMemories(List<Rendered> fresh, List<Rendered> now) throws IOException {
        boolean current = true;
        for (Rendered each : fresh) {
            current &= lines(Path.of(each.path())).contains(marker(each));
        }
        for (int i = 0; i < now.size() && !current; i++) {
            Rendered each = now.get(i);
            write(new Rendered(
                    each.host(), each.path(), marker(fresh.get(i)) + "\n" + each.text(), each.keeper(), each.secret()));
        }
    }

    /// A comment, which Sentinel keeps when it rewrites its file.
    private static String marker(Rendered fresh) {
        try {
            byte[] text = fresh.text().getBytes(StandardCharsets.UTF_8);
            byte[] sum = MessageDigest.getInstance("SHA-256").digest(text);
            return "# first written as " + HexFormat.of().formatHex(sum);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /// Makes a token, and writes it where only this user can read it.
    String newToken() throws IOException {
        byte[] random = new byte[20];
        new SecureRandom().nextBytes(random);
        String token = HexFormat.of().formatHex(random);
        write(root.resolve("admin-token"), token + "\n", true);
        return token;
    }

    /// Writes a file that was rendered for [#target].
    void write(Rendered rendered) throws IOException {
        write(Path.of(rendered.path()), rendered.text(), rendered.secret());
    }

    private static List<String> lines(Path file) throws IOException {
        // Bytes that are no UTF-8 become U+FFFD: they cannot be what is looked for here.
        return Files.exists(file)
                ? new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                        .lines()
                        .toList()
                : List.of();
    }

    private static void write(Path file, String text, boolean secret) throws IOException {
        Files.createDirectories(directoryOf(file), permissions(directoryOf(file), OURS_DIRECTORY));
        if (secret) {
            Files.deleteIfExists(file);
            Files.createFile(file, permissions(directoryOf(file), OURS_FILE));
        }
        try (FileChannel channel = FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING,
                LinkOption.NOFOLLOW_LINKS)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
    }

    /// Permissions to make something with, where the system has any.
    private static FileAttribute<?>[] permissions(Path place, String permissions) {
        return place.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    private static Path directoryOf(Path file) {
        Path directory = file.getParent();
        if (directory == null) {
            throw new IllegalArgumentException(file + " lies in no directory");
        }
        return directory;
    }

    /// Lets another stack use the directory.
    @Override
    public void close() throws IOException {
        lock.close();
    }
}

package dev.cobnut.stack;

import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Where a stack keeps its files. Data and what the Sentinels learned survive a restart.
///
///     nutcracker.yml                 the proxy's pools
///     admin-token                    what orders at the statistics port have to bring; new at each start
///     redis-shard1/cluster_obj/      redis.conf, redis.log, dump.rdb
///     redis-shard1/sentinel/         sentinel.conf, sentinel.log
///     lock                           held while a stack runs here
///
/// Nothing is written through a symbolic link below the directory: whoever may write into it must not make us, or a
/// redis-server, write elsewhere. The directory itself may be one.
final class DataDirectory implements AutoCloseable {
    private static final String HOSTS = "redis-shard*";

    private final Path root;
    private final FileChannel lock;

    private DataDirectory(Path root, FileChannel lock) {
        this.root = root;
        this.lock = lock;
    }

    /// Opens a directory for one stack; makes it when it is missing.
    ///
    /// @throws StackException when another stack runs in it, it cannot be written, or something in it that would be
    ///     written is neither a file nor a directory
    static DataDirectory open(Path directory) throws StackException {
        Path root = directory.toAbsolutePath().normalize();
        try {
            if (!Files.isDirectory(root)) {
                Files.createDirectories(root);
            }
            requireOwn(root);
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
            throw new StackException(
                    "data directory " + root + " cannot be used: " + e + "; choose another with --dir", e);
        }
    }

    private static void requireOwn(Path root) throws IOException, StackException {
        List<Path> used = new ArrayList<>(List.of(root.resolve("lock"), root.resolve("nutcracker.yml")));
        try (DirectoryStream<Path> hosts = Files.newDirectoryStream(root, HOSTS)) {
            hosts.forEach(used::add);
        }
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

    Path poolFile() {
        return root.resolve("nutcracker.yml");
    }

    Path redisConf(Layout layout, Cache cache, int host) {
        return root.resolve(layout.hostName(host)).resolve(cache.masterName()).resolve("redis.conf");
    }

    Path sentinelConf(Layout layout, int host) {
        return root.resolve(layout.hostName(host)).resolve("sentinel").resolve("sentinel.conf");
    }

    /// The host of each cache's master, as the Sentinels of the last run remember; the reference stack's where they
    /// remember nothing. Must be asked before any file is written: addresses may move with `--port-offset`, and
    /// only the last run's redis.conf files tell which host an address belonged to.
    Map<Cache, Integer> masters(Layout layout) throws IOException {
        Map<Cache, Integer> masters = new EnumMap<>(Cache.class);
        for (Cache cache : Cache.values()) {
            SentinelConf.Memory newest = null;
            for (int host = 0; host < Layout.HOSTS; host++) {
                SentinelConf.Memory memory =
                        SentinelConf.learned(lines(sentinelConf(layout, host))).get(cache.masterName());
                if (memory != null && (newest == null || memory.configEpoch() > newest.configEpoch())) {
                    newest = memory;
                }
            }
            masters.put(cache, newest == null ? cache.firstMaster() : hostOf(layout, cache, newest.master()));
        }
        return masters;
    }

    private int hostOf(Layout layout, Cache cache, NodeAddress.Tcp address) throws IOException {
        for (int host = 0; host < Layout.HOSTS; host++) {
            List<String> lines = lines(redisConf(layout, cache, host));
            if (lines.contains("bind " + address.host()) && lines.contains("port " + address.port())) {
                return host;
            }
        }
        return cache.firstMaster();
    }

    /// Writes the pools and each redis.conf, and the sentinel.conf files where there are none for this layout and
    /// these settings: what Sentinel wrote itself is kept.
    void write(Layout layout, SentinelConf.Settings settings, Map<Cache, Integer> masters, ServerBinary binary)
            throws IOException {
        write(poolFile(), PoolFile.render(layout));
        for (Cache cache : Cache.values()) {
            int master = masters.getOrDefault(cache, cache.firstMaster());
            for (int host = 0; host < Layout.HOSTS; host++) {
                writeRedisConf(layout, cache, host, host == master ? null : layout.redis(cache, master), binary);
            }
        }
        if (!areCurrent(layout, settings)) {
            List<String> ids = newIds();
            for (int host = 0; host < Layout.HOSTS; host++) {
                Path file = sentinelConf(layout, host);
                write(file, SentinelConf.render(layout, host, directoryOf(file), settings, ids, masters));
            }
        }
    }

    /// Makes a token, and writes it where only this user can read it.
    String newToken() throws IOException {
        byte[] random = new byte[20];
        new SecureRandom().nextBytes(random);
        String token = HexFormat.of().formatHex(random);
        Path file = root.resolve("admin-token");
        Files.deleteIfExists(file);
        FileAttribute<?>[] ours = Files.getFileStore(root).supportsFileAttributeView(PosixFileAttributeView.class)
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        Files.createFile(file, ours);
        write(file, token + "\n");
        return token;
    }

    /// Writes one redis.conf.
    ///
    /// @param master whom it replicates; null for a master
    void writeRedisConf(Layout layout, Cache cache, int host, NodeAddress.@Nullable Tcp master, ServerBinary binary)
            throws IOException {
        Path file = redisConf(layout, cache, host);
        write(file, RedisConf.render(layout.redis(cache, host), cache, directoryOf(file), master, binary));
    }

    private boolean areCurrent(Layout layout, SentinelConf.Settings settings) throws IOException {
        String marker = SentinelConf.marker(layout, settings);
        for (int host = 0; host < Layout.HOSTS; host++) {
            Path file = sentinelConf(layout, host);
            List<String> lines = lines(file);
            if (!lines.contains(marker) || !lines.contains("dir " + RedisConf.quote(directoryOf(file)))) {
                return false;
            }
        }
        return true;
    }

    private static List<String> newIds() {
        SecureRandom random = new SecureRandom();
        List<String> ids = new ArrayList<>();
        for (int host = 0; host < Layout.HOSTS; host++) {
            byte[] id = new byte[20];
            random.nextBytes(id);
            ids.add(HexFormat.of().formatHex(id));
        }
        return ids;
    }

    private static List<String> lines(Path file) throws IOException {
        // Bytes that are no UTF-8 become U+FFFD: they cannot be what is looked for here.
        return Files.exists(file)
                ? new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                        .lines()
                        .toList()
                : List.of();
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(directoryOf(file));
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

package dev.cobnut.stack;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A real redis-server or valkey-server that can be run on this machine, and how it was found: the one asked for,
/// else one on PATH of 6.2 or later, else the static 7.0.15 that Cobnut carries.
///
/// A Sentinel is the same program with `--sentinel`.
///
/// @param path the executable
/// @param version as it reports it, such as `7.0.15`
/// @param source why this one
public record ServerBinary(Path path, String version, Source source) {

    /// Where a binary comes from.
    public enum Source {
        GIVEN("as asked for"),
        FOUND("found on PATH"),
        CARRIED("brought along, as PATH has no redis-server or valkey-server of 6.2 or later");

        private final String reason;

        Source(String reason) {
            this.reason = reason;
        }
    }

    private static final String CARRIED_VERSION = "7.0.15";
    private static final Pattern VERSION = Pattern.compile("\\bv=((\\d+)\\.(\\d+)[.\\d]*)");
    private static final List<String> NAMES = List.of("redis-server", "valkey-server");

    /// Finds a server. Runs candidates with `--version`; may unpack the carried one into the user's cache directory.
    ///
    /// @param given the one to use whatever its version; null to look for one
    /// @throws StackException when the given one does not run, or there is none at all
    public static ServerBinary find(@Nullable Path given) throws StackException {
        return find(given, System.getenv("PATH"), cacheDirectory());
    }

    static ServerBinary find(@Nullable Path given, @Nullable String searchPath, Path cache) throws StackException {
        if (given != null) {
            return new ServerBinary(given, versionOf(given), Source.GIVEN);
        }
        List<String> refused = new ArrayList<>();
        for (Path candidate : candidates(searchPath)) {
            try {
                String version = versionOf(candidate);
                if (isRecent(version)) {
                    return new ServerBinary(candidate, version, Source.FOUND);
                }
                refused.add(candidate + " is " + version + " (expected: 6.2 or later)");
            } catch (StackException e) {
                refused.add(String.valueOf(e.getMessage()));
            }
        }
        return carried(cache, refused);
    }

    /// One line for the operator: which one, which version, and why.
    public String describe() {
        return path + " " + version + " (" + source.reason + ")";
    }

    /// The command line that runs a data server with this configuration file. From Redis 7 on a master waits 10 s for its
    /// replicas before it ends; here all of them end together, within 3 s.
    public List<String> serverCommand(Path config) {
        return isAtLeast(7)
                ? List.of(path.toString(), config.toString(), "--shutdown-timeout", "1")
                : List.of(path.toString(), config.toString());
    }

    /// The command line that runs a Sentinel with this configuration file, which it will rewrite.
    public List<String> sentinelCommand(Path config) {
        return List.of(path.toString(), config.toString(), "--sentinel");
    }

    /// Whether this is the given major version or a later one.
    public boolean isAtLeast(int major) {
        Matcher matcher = VERSION.matcher("v=" + version);
        return matcher.find() && Integer.parseInt(matcher.group(2)) >= major;
    }

    private static boolean isRecent(String version) {
        Matcher matcher = VERSION.matcher("v=" + version);
        if (!matcher.find()) {
            return false;
        }
        int major = Integer.parseInt(matcher.group(2));
        return major > 6 || (major == 6 && Integer.parseInt(matcher.group(3)) >= 2);
    }

    private static List<Path> candidates(@Nullable String searchPath) {
        List<Path> candidates = new ArrayList<>();
        String[] directories = searchPath == null ? new String[0] : searchPath.split(File.pathSeparator, -1);
        for (String name : NAMES) {
            for (String directory : directories) {
                Path candidate = Path.of(directory, name);
                if (!directory.isEmpty() && Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
                    candidates.add(candidate);
                }
            }
        }
        return candidates;
    }

    private static String versionOf(Path binary) throws StackException {
        String output;
        try {
            Process process = new ProcessBuilder(binary.toString(), "--version")
                    .redirectErrorStream(true)
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                    .start();
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new StackException(binary + " --version did not end within 5 s");
            }
            output = new String(process.getInputStream().readNBytes(4096), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new StackException(binary + " cannot be run: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StackException("interrupted while asking " + binary + " for its version", e);
        }
        Matcher matcher = VERSION.matcher(output);
        if (!matcher.find()) {
            throw new StackException(binary + " --version says \"" + firstLine(output)
                    + "\" (expected: a redis-server or valkey-server, which says v=NUMBER)");
        }
        return matcher.group(1);
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("");
    }

    private static ServerBinary carried(Path cache, List<String> refused) throws StackException {
        String resource = "redis-server-" + CARRIED_VERSION + "-" + platform();
        byte[] bytes;
        try (InputStream in = ServerBinary.class.getResourceAsStream("/" + resource)) {
            if (in == null) {
                refused.add("none is carried for " + platform());
                throw new StackException("no redis-server or valkey-server of 6.2 or later: "
                        + String.join("; ", refused) + ". Install one, or name it with --redis-server PATH");
            }
            bytes = in.readAllBytes();
        } catch (IOException e) {
            throw new StackException("the carried " + resource + " cannot be read: " + e.getMessage(), e);
        }
        try {
            Path unpacked = unpack(bytes, cache, "redis-server-" + CARRIED_VERSION);
            return new ServerBinary(unpacked, versionOf(unpacked), Source.CARRIED);
        } catch (IOException e) {
            throw new StackException(
                    "the carried redis-server cannot be unpacked below " + cache + ": " + e.getMessage()
                            + ". Install redis-server, or name one with --redis-server PATH",
                    e);
        }
    }

    private static String platform() {
        String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String machine = System.getProperty("os.arch", "");
        return (system.startsWith("mac") ? "darwin" : system)
                + "-"
                + (machine.equals("aarch64") ? "arm64" : machine.equals("x86_64") ? "amd64" : machine);
    }

    /// The file's name carries its checksum, and a file that is already there is compared with what we carry: nobody
    /// can slip us another program, and a half-written one is replaced.
    private static Path unpack(byte[] bytes, Path cache, String name) throws IOException {
        Path file = cache.resolve(name + "-" + checksum(bytes).substring(0, 16));
        if (Files.isRegularFile(file) && Files.isExecutable(file) && Arrays.equals(Files.readAllBytes(file), bytes)) {
            return file;
        }
        var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
        Files.createDirectories(cache, ownerOnly);
        Path fresh = Files.createTempFile(cache, name, ".new", ownerOnly);
        try {
            Files.write(fresh, bytes);
            return Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    private static String checksum(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static Path cacheDirectory() {
        String configured = System.getenv("XDG_CACHE_HOME");
        return configured == null || configured.isEmpty()
                ? Path.of(System.getProperty("user.home", "."), ".cache", "cobnut")
                : Path.of(configured, "cobnut");
    }
}

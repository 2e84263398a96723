package dev.cobnut.render;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Writes rendered files into a folder, and nothing that somebody else has changed. What was written there is in its manifest.
/// One thread; blocks for the disk.
///
/// | the file there | happens | with force |
/// | --- | --- | --- |
/// | is not there | written | the same |
/// | is what would be written | unchanged | the same |
/// | is what the manifest says | written | the same |
/// | is something else, or a symbolic link | left alone | written |
///
/// Files come into being under another name, and are renamed: nobody sees half of one. No folder on the way may be a symbolic
/// link, or it would be written elsewhere.
public final class Writer {
    /// What became of a file.
    public enum Fate {
        /// It was not there, or had been rendered before with another content.
        WRITTEN,
        /// It is there already.
        UNCHANGED,
        /// Somebody has changed it: it is as they left it.
        LEFT,
        /// Somebody had changed it: it is written nevertheless.
        FORCED,
        /// It was rendered before and is not any more. It is still there.
        OBSOLETE
    }

    /// One line of the report.
    ///
    /// @param path from the folder
    /// @param rendered what is to be there; null for what is to be there no more
    /// @param before what was there when nobody had changed it: the last rendering; null when there was none
    /// @param diff what writing it would change; only for those that were left
    public record Outcome(
            String path,
            Fate fate,
            @Nullable Rendered rendered,
            @Nullable String before,
            List<String> diff) {
        public Outcome {
            diff = List.copyOf(diff);
        }
    }

    private static final Set<PosixFilePermission> SECRET = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> PUBLIC = PosixFilePermissions.fromString("rw-r--r--");

    private final Path folder;
    private final boolean force;
    private final List<Outcome> outcomes = new ArrayList<>();
    /// Sums of what is now there as it was rendered.
    private final Map<String, String> sums = new TreeMap<>();

    private Writer(Path folder, boolean force) {
        this.folder = folder;
        this.force = force;
    }

    /// Where a file goes, from the folder.
    public static String path(Rendered file) {
        return file.host() == null ? file.path() : file.host() + file.path();
    }

    /// Writes them.
    ///
    /// @param scope which paths of earlier renderings are to be missed when they are not among the files
    /// @param force whether what somebody has changed is overwritten
    /// @return one outcome for each file in their order, then the obsolete ones
    /// @throws IOException with what to do; what was written until then is in the manifest
    public static List<Outcome> write(Path folder, List<Rendered> files, Predicate<String> scope, boolean force)
            throws IOException {
        try {
            make(folder);
            Writer writer = new Writer(folder.toRealPath(), force);
            Manifest manifest = writer.manifest();
            for (Rendered file : files) {
                writer.check(path(file));
            }
            try {
                for (Rendered file : files) {
                    writer.file(file, manifest);
                }
            } finally {
                writer.save(manifest);
            }
            writer.obsolete(files, manifest, scope);
            return List.copyOf(writer.outcomes);
        } catch (AccessDeniedException e) {
            throw new IOException(e.getFile() + " may not be written (expected: a folder of yours, or another -o)", e);
        }
    }

    private static void make(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return; // also one that a symbolic link leads to
        }
        try {
            Files.createDirectories(folder);
        } catch (FileAlreadyExistsException e) {
            throw new IOException(e.getFile() + " is there, and is no folder (expected: a folder, or a free name)", e);
        } catch (NoSuchFileException e) {
            throw new IOException(e.getFile() + " cannot be made there (expected: a folder of yours)", e);
        }
    }

    private Manifest manifest() throws IOException {
        Path file = folder.resolve(Manifest.NAME);
        return Files.exists(file) ? Manifest.parse(Files.readString(file)) : Manifest.EMPTY;
    }

    private void save(Manifest manifest) throws IOException {
        Manifest now = manifest.with(sums);
        if (!now.equals(manifest)) {
            replace(folder.resolve(Manifest.NAME), now.text(), PUBLIC);
        }
    }

    /// That a path stays inside of the folder.
    private void check(String path) throws IOException {
        Path file = folder.resolve(path).normalize();
        if (!file.startsWith(folder) || file.equals(folder)) {
            throw new IOException(path + " would be written outside of " + folder + " (expected: names without ..)");
        }
        for (Path each = file.getParent(); each != null && !each.equals(folder); each = each.getParent()) {
            if (Files.isSymbolicLink(each)) {
                throw new IOException(each
                        + " is a symbolic link (expected: a folder; nothing was written, since it may lead anywhere)");
            }
            if (Files.exists(each) && !Files.isDirectory(each)) {
                throw new IOException(each + " is a file (expected: a folder; nothing was written)");
            }
        }
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(file + " is a folder (expected: a file; nothing was written)");
        }
    }

    private void file(Rendered rendered, Manifest manifest) throws IOException {
        String path = path(rendered);
        Path file = folder.resolve(path);
        byte[] content = rendered.text().getBytes(StandardCharsets.UTF_8);
        boolean isLink = Files.isSymbolicLink(file);
        byte @Nullable [] there = isLink || !Files.exists(file) ? null : Files.readAllBytes(file);
        String before = there != null && manifest.has(path, there) ? text(there) : null;
        Fate fate = Fate.WRITTEN;
        if (there != null && Arrays.equals(there, content)) {
            fate = Fate.UNCHANGED;
        } else if (isLink || (there != null && before == null)) {
            fate = force ? Fate.FORCED : Fate.LEFT;
        }
        List<String> diff = List.of();
        if (fate == Fate.LEFT) {
            diff = there == null ? List.of(path + " is a symbolic link") : diff(rendered, path, text(there));
        } else {
            if (fate == Fate.UNCHANGED) {
                keepSecret(file, rendered);
            } else {
                replace(file, rendered.text(), rendered.secret() ? SECRET : PUBLIC);
            }
            sums.put(path, Manifest.sum(rendered.text()));
        }
        outcomes.add(new Outcome(path, fate, rendered, before, diff));
    }

    private static List<String> diff(Rendered rendered, String path, String there) {
        List<String> diff = UnifiedDiff.of(path + " (as it is)", there, path + " (as rendered)", rendered.text());
        return rendered.secret() ? diff.stream().map(Writer::masked).toList() : diff;
    }

    /// A line without what may be a password.
    static String masked(String line) {
        return line.replaceFirst("(?i)^(.*?(?:pass|auth|^.user )[A-Za-z0-9_-]*).*", "$1 …");
    }

    private static String text(byte[] content) {
        return new String(content, StandardCharsets.UTF_8);
    }

    /// Somebody may have opened it to others.
    private static void keepSecret(Path file, Rendered rendered) throws IOException {
        if (rendered.secret() && !Files.getPosixFilePermissions(file).equals(SECRET)) {
            Files.setPosixFilePermissions(file, SECRET);
        }
    }

    private static void replace(Path file, String text, Set<PosixFilePermission> permissions) throws IOException {
        Path folder = file.resolveSibling("");
        Files.createDirectories(folder);
        // Readable to its user only from the beginning on.
        Path written = Files.createTempFile(folder, ".render-", ".tmp");
        try {
            Files.writeString(written, text);
            Files.setPosixFilePermissions(written, permissions);
            Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(written);
        }
    }

    private void obsolete(List<Rendered> files, Manifest manifest, Predicate<String> scope) {
        Set<String> wanted = new HashSet<>();
        files.forEach(file -> wanted.add(path(file)));
        for (String path : manifest.sums().keySet()) {
            if (!wanted.contains(path) && scope.test(path) && Files.exists(folder.resolve(path))) {
                outcomes.add(new Outcome(path, Fate.OBSOLETE, null, null, List.of()));
            }
        }
    }
}

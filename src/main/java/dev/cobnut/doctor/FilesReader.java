package dev.cobnut.doctor;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.blueprint.StackFile;
import dev.cobnut.config.ConfigException;
import dev.cobnut.config.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.stream.XMLStreamException;

/// Looks at files and folders, finds out what each file is, and reads it. What a file is, its text says, not its
/// name: one that is none of them is left out. Blocks for the disk.
public final class FilesReader {
    private static final int FILE_BYTES_MAX = 1 << 20;
    private static final int FILES_MAX = 2_000;
    private static final int DEPTH_MAX = 8;

    private static final Pattern SENTINEL = line("sentinel\\s+(monitor|myid|known-|down-after|auth-)");
    private static final Pattern KEEPALIVED = line("(vrrp_instance|vrrp_script)\\s+\\S+");
    private static final Pattern STACK = Pattern.compile("^stack\\s*:", Pattern.MULTILINE);
    private static final Pattern CACHES = Pattern.compile("^caches\\s*:", Pattern.MULTILINE);
    private static final Pattern POOLS = line("(listen\\s*:|-\\s+\\S+:\\d+:\\d+(\\s|$)|shards\\s*:)");
    private static final Pattern VIP = Pattern.compile("^vip\\s*:", Pattern.MULTILINE);
    private static final Pattern SERVER =
            line("(port|slaveof|replicaof|appendonly|save|databases|maxmemory|requirepass|dir|rename-command)\\s+\\S+");
    private static final Pattern MAGENTO =
            Pattern.compile("'(backend_options|session)'|<(backend_options|redis_session)>");

    private final Facts.Collector into;

    /// @param into gets what is found
    public FilesReader(Facts.Collector into) {
        this.into = into;
    }

    private static Pattern line(String begin) {
        return Pattern.compile("^\\s*" + begin, Pattern.MULTILINE | Pattern.CASE_INSENSITIVE);
    }

    /// Reads a file, or all files below a folder: 2,000 of 1 MiB at most.
    public void read(Path path) {
        if (!Files.isDirectory(path)) {
            file(path, true);
            return;
        }
        try (Stream<Path> tree = Files.walk(path, DEPTH_MAX)) {
            List<Path> files =
                    tree.filter(Files::isRegularFile).sorted().limit(FILES_MAX).toList();
            files.forEach(each -> file(each, false));
        } catch (IOException e) {
            miss(path, String.valueOf(e.getMessage()));
        }
    }

    private void file(Path file, boolean named) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(FILE_BYTES_MAX + 1);
            if (bytes.length <= FILE_BYTES_MAX && understood(file, new String(bytes, StandardCharsets.UTF_8))) {
                into.looked.add(file.toString());
            } else if (named) {
                miss(
                        file,
                        "it is none of stack.yml, nutcracker.yml, cobnut.yml, sentinel.conf, redis.conf, vip.yml,"
                                + " keepalived.conf, vip.yml, env.php, local.xml");
            }
        } catch (NoSuchFileException _) {
            miss(file, "no such file");
        } catch (IOException e) {
            miss(file, e.toString());
        } catch (XMLStreamException e) {
            miss(file, "not XML: line " + e.getLocation().getLineNumber());
        }
    }

    private boolean understood(Path file, String text) throws XMLStreamException {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        String shown = file.toString();
        if (name.endsWith(".md") || name.endsWith(".txt")) {
            List<Note> notes = NotesFile.read(shown, text);
            into.notes.addAll(notes);
            return !notes.isEmpty();
        }
        if (name.endsWith(".php") || name.endsWith(".xml")) {
            if (!MAGENTO.matcher(text).find()) {
                return false;
            }
            into.stores.addAll(MagentoFile.read(shown, text));
        } else if (SENTINEL.matcher(text).find()) {
            into.sentinels.add(SentinelFile.of(ConfLines.read(shown, text)));
        } else if (KEEPALIVED.matcher(text).find()) {
            into.routers.addAll(KeepalivedFile.read(shown, text));
        } else if (STACK.matcher(text).find() && CACHES.matcher(text).find()) {
            stack(file);
        } else if (POOLS.matcher(text).find() || VIP.matcher(text).find()) {
            if (POOLS.matcher(text).find()) {
                PoolFile.read(file, text, into);
            }
            if (VIP.matcher(text).find()) {
                VipPart.read(file, text, into);
            }
        } else if (name.endsWith(".conf") && SERVER.matcher(text).find()) {
            into.servers.add(new Server(null, ConfLines.read(shown, text), Map.of(), null));
        } else {
            return false;
        }
        return true;
    }

    /// A stack.yml says what should be; of several, the first.
    private void stack(Path file) {
        try {
            Blueprint blueprint = StackFile.read(file);
            if (into.wanted == null) {
                into.want(Wanted.of(file.toString(), blueprint));
            }
        } catch (ConfigException e) {
            for (Problem problem : e.problems()) {
                into.refusals.add(
                        new Facts.Refusal(problem.file() + ":" + Math.max(1, problem.line()), problem.text()));
            }
        }
    }

    private void miss(Path path, String why) {
        into.missed.add(new Facts.Miss(Facts.Target.FILE, path.toString(), why));
    }
}

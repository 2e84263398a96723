package dev.cobnut.adopt;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.config.BadValue;
import dev.cobnut.config.HostPort;
import dev.cobnut.doctor.Setting;
import dev.cobnut.doctor.Settings;
import dev.cobnut.topology.NodeAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The machines of a stack: which there are, what they are called, and which file lies on which of them. One thread.
///
/// A file says on which host it lies by an address of its own in it (`replica-announce-ip`, `bind`), or by a folder: one that is
/// called as a host is, one with `etc` in it, or one of several with a file of the same name. Where a file says both, the folder
/// is the name of that address.
final class Hosts {
    static final String LOOPBACK = "127.0.0.1";

    private static final int NAME_CHARS_MAX = 64;

    private final List<Path> files;
    /// All that some file calls a host by its name.
    private final Set<String> spoken;

    /// The address of what was found to be another name for it.
    private final Map<String, String> same = new HashMap<>();

    private final Map<String, String> folders = new HashMap<>();

    /// Names by address, in the order of their first use.
    private final Map<String, String> names = new LinkedHashMap<>();

    /// @param files all that were read
    /// @param spoken hosts that stand in any of them
    Hosts(List<String> files, Set<String> spoken) {
        this.files = files.stream().map(Path::of).toList();
        this.spoken = new HashSet<>(spoken);
        this.spoken.removeIf(host -> isNumeric(host) || host.equals("localhost"));
    }

    static boolean isNumeric(String host) {
        return host.indexOf(':') >= 0 || host.matches("[0-9.]+");
    }

    static boolean isLoopback(String host) {
        return host.startsWith("127.") || host.equals("localhost") || host.equals("::1");
    }

    static boolean isEverywhere(String host) {
        return host.isEmpty() || host.equals("0.0.0.0") || host.equals("::") || host.equals("*") || host.equals("-::*");
    }

    /// The file of `FILE:LINE`.
    static String fileOf(String at) {
        return at.replaceFirst(":\\d+$", "");
    }

    /// Takes in on which host a process is whose settings are known.
    ///
    /// @return its address; null when neither its settings nor its folder say it
    @Nullable
    String place(Settings settings, String file) {
        String own = own(settings);
        String folder = folder(file);
        if (own != null) {
            learn(folder, own);
        }
        String found = own != null && (folder == null || !isLoopback(own)) ? own : folder;
        return found == null ? null : address(found);
    }

    /// The address that settings say of their process: one that others are told before one that it listens at.
    private static @Nullable String own(Settings settings) {
        for (String name : List.of("replica-announce-ip", "slave-announce-ip", "announce-ip")) {
            if (settings.has(name)) {
                return settings.text(name, "");
            }
        }
        String loopback = null;
        for (Setting bind : settings.named("bind")) {
            for (String word : bind.words()) {
                String host = word.replaceFirst("^-", "");
                if (isLoopback(host)) {
                    loopback = LOOPBACK;
                } else if (!isEverywhere(host)) {
                    return host;
                }
            }
        }
        return loopback;
    }

    /// Takes in that a folder is called as the host of an address is.
    void learn(@Nullable String folder, String address) {
        if (folder != null && !isNumeric(folder) && !isLoopback(address) && !folder.equals(address)) {
            same.putIfAbsent(folder, address);
            folders.putIfAbsent(address, folder);
        }
    }

    /// What a folder of a file says its host is; null when none does.
    @Nullable
    String folder(String file) {
        Path path = Path.of(file);
        for (Path part : path) {
            String name = part.toString();
            if (spoken.contains(name) || same.containsKey(name)) {
                return name;
            }
        }
        String before = beforeEtc(path);
        long roots = files.stream().map(Hosts::beforeEtc).distinct().count();
        if (before != null && roots > 1) {
            return before;
        }
        Path parent = path.getParent();
        boolean isOneOfSeveral = files.stream()
                .anyMatch(other -> other.endsWith(path.getFileName())
                        && parent != null
                        && other.getParent() != null
                        && !parent.equals(other.getParent())
                        && parent.getNameCount() == other.getParent().getNameCount());
        if (isOneOfSeveral && parent != null && parent.getFileName() != null) {
            return parent.getFileName().toString();
        }
        String called = String.valueOf(path.getFileName());
        return spoken.stream()
                .filter(name ->
                        ("-" + called.replaceAll("[._]", "-") + "-").contains("-" + name.replaceAll("[._]", "-") + "-"))
                .max(Comparator.comparingInt(String::length))
                .orElse(null);
    }

    private static @Nullable String beforeEtc(Path path) {
        for (int i = 1; i < path.getNameCount(); i++) {
            if (path.getName(i).toString().equals("etc")) {
                return path.getName(i - 1).toString();
            }
        }
        return null;
    }

    /// The one text by which a host is known, whatever it is called here.
    String address(String host) {
        return isLoopback(host) && !host.startsWith("127.") ? LOOPBACK : same.getOrDefault(host, host);
    }

    /// The same node, by the one text.
    NodeAddress.Tcp address(NodeAddress.Tcp node) {
        return new NodeAddress.Tcp(address(node.host()), node.port());
    }

    /// Where a server listens; its host is one of the stack from then on.
    Blueprint.Place place(NodeAddress.Tcp node) {
        return new Blueprint.Place(name(node.host()), node.port());
    }

    /// The name of a host, which is one of the stack from then on.
    String name(String host) {
        String address = address(host);
        String known = names.get(address);
        if (known != null) {
            return known;
        }
        String wanted = folders.getOrDefault(address, address);
        if (address.equals(LOOPBACK)) {
            wanted = "localhost";
        } else if (isNumeric(wanted)) {
            wanted = "host-" + wanted.replaceAll("[^0-9A-Fa-f]+", "-");
        }
        wanted = wanted.replaceAll("[^A-Za-z0-9_.-]", "-");
        wanted = wanted.substring(0, Math.min(wanted.length(), NAME_CHARS_MAX - 4));
        String free = wanted;
        for (int i = 2; names.containsValue(free); i++) {
            free = wanted + "-" + i;
        }
        names.put(address, free);
        return free;
    }

    /// Whether some file calls a host by this, and no folder alone.
    boolean isSpoken(String host) {
        return isNumeric(host) || spoken.contains(host);
    }

    boolean has(String host) {
        return names.containsKey(address(host));
    }

    /// All that were named, in that order.
    List<Blueprint.Host> list() {
        List<Blueprint.Host> all = new ArrayList<>();
        names.forEach((address, name) -> all.add(new Blueprint.Host(name, address, null, 0)));
        return all;
    }

    /// `HOST:PORT`; null when a text is none.
    static NodeAddress.@Nullable Tcp parse(String text) {
        try {
            return HostPort.parse(text);
        } catch (BadValue _) {
            return null;
        }
    }
}

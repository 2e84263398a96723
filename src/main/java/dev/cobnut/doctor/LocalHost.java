package dev.cobnut.doctor;

import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// This machine, as Linux shows it in files. Blocks for the disk, and for the lookup of names.
final class LocalHost {
    private static final Pattern CHOSEN = Pattern.compile("\\[(\\w+)]");
    private static final Pattern MEMORY = Pattern.compile("MemTotal:\\s+(\\d{1,15}) kB");
    private static final Pattern OPEN_FILES = Pattern.compile("Max open files\\s+(\\d{1,15})\\s");
    private static final Pattern SERVER = Pattern.compile("^(redis|valkey)-");
    private static final Pattern AGENT = Pattern.compile("redis[-_]twemproxy[-_]agent");

    private LocalHost() {}

    /// Whether an address is one of this machine's.
    static boolean has(NodeAddress.@Nullable Tcp address) {
        try {
            return address != null && NetworkInterface.getByInetAddress(InetAddress.getByName(address.host())) != null;
        } catch (IOException _) {
            return false;
        }
    }

    /// @param servers of the stack that run here
    static Host look(List<Server> servers) {
        Matcher chosen = CHOSEN.matcher(text(Path.of("/sys/kernel/mm/transparent_hugepage/enabled")));
        Matcher memory = MEMORY.matcher(text(Path.of("/proc/meminfo")));
        return new Host(
                number(Path.of("/proc/sys/net/core/somaxconn")),
                number(Path.of("/proc/sys/vm/overcommit_memory")),
                chosen.find() ? chosen.group(1) : "",
                memory.find() ? Long.parseLong(memory.group(1)) << 10 : -1,
                servers.stream().map(Server::at).collect(Collectors.toSet()),
                agents(),
                openFiles(servers));
    }

    /// By INFO's process id; a server in a container may have that of another process, so its name has to fit.
    private static Map<String, Long> openFiles(List<Server> servers) {
        Map<String, Long> limits = new HashMap<>();
        for (Server server : servers) {
            Path process = Path.of("/proc", Long.toString(server.number("process_id", 0)));
            Matcher limit = OPEN_FILES.matcher(text(process.resolve("limits")));
            if (SERVER.matcher(text(process.resolve("comm"))).find() && limit.find()) {
                limits.put(server.at(), Long.valueOf(limit.group(1)));
            }
        }
        return limits;
    }

    private static List<Long> agents() {
        List<Long> agents = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                // node agent.js -h ...: arguments have zero bytes between them
                String[] words = text(process.resolve("cmdline")).split("\0", -1);
                if (words.length > 1 && (isAgent(words[0]) || words[0].endsWith("node") && isAgent(words[1]))) {
                    agents.add(Long.valueOf(process.getFileName().toString()));
                }
            }
        } catch (IOException _) {
            // no /proc: nothing is known
        }
        return agents;
    }

    private static boolean isAgent(String word) {
        return AGENT.matcher(word).find();
    }

    private static long number(Path file) {
        String text = text(file);
        return text.matches("\\d{1,18}") ? Long.parseLong(text) : -1;
    }

    /// Empty when it cannot be read: another system, or a process that has ended.
    private static String text(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException _) {
            return "";
        }
    }
}

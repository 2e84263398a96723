package dev.cobnut.stack;

import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Finds which process listens on a port, from Linux's `/proc`. Elsewhere, and for processes of other users, it
/// knows nothing.
final class PortHolder {
    private static final String LISTENING = "0A";
    private static final int COMMAND_CHARS_MAX = 80;

    private final Path proc;

    /// @param proc where procfs is mounted
    PortHolder(Path proc) {
        this.proc = proc;
    }

    /// Who listens there, such as `pid 812 (redis-server 127.0.0.1:6379)`, or a hint where to look.
    String describe(NodeAddress.Tcp address) {
        for (String table : List.of("net/tcp", "net/tcp6")) {
            for (String inode : listeners(proc.resolve(table), address)) {
                for (Path process : processes()) {
                    if (holds(process, inode)) {
                        return "pid " + process.getFileName() + " (" + command(process) + ")";
                    }
                }
                return "a process of another user (as root, try: ss -ltnp sport = :" + address.port() + ")";
            }
        }
        return "a process that cannot be named here (try: lsof -i :" + address.port() + ")";
    }

    private static List<String> listeners(Path table, NodeAddress.Tcp address) {
        List<String> inodes = new ArrayList<>();
        for (String line : lines(table)) {
            String[] words = line.strip().split("\\s+", -1);
            if (words.length > 9 && words[3].equals(LISTENING) && matches(words[1], address)) {
                inodes.add(words[9]);
            }
        }
        return inodes;
    }

    /// @param local such as `0B00007F:2EE0`: the address as the machine's words, the port as digits
    private static boolean matches(String local, NodeAddress.Tcp address) {
        int colon = local.indexOf(':');
        if (colon < 0 || Integer.parseInt(local.substring(colon + 1), 16) != address.port()) {
            return false;
        }
        String host = local.substring(0, colon);
        return host.matches("0+") || host.endsWith(littleEndian(address.host()));
    }

    private static String littleEndian(String host) {
        try {
            byte[] bytes = InetAddress.getByName(host).getAddress();
            StringBuilder text = new StringBuilder();
            for (int i = bytes.length - 1; i >= 0; i--) {
                text.append(String.format(Locale.ROOT, "%02X", bytes[i] & 0xff));
            }
            return text.toString();
        } catch (UnknownHostException _) {
            return "no such address";
        }
    }

    private List<Path> processes() {
        List<Path> processes = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(proc, "[0-9]*")) {
            entries.forEach(processes::add);
        } catch (IOException _) {
            return List.of();
        }
        return processes;
    }

    private static boolean holds(Path process, String inode) {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                if (linkTarget(descriptor).equals("socket:[" + inode + "]")) {
                    return true;
                }
            }
            return false;
        } catch (IOException _) {
            return false;
        }
    }

    private static String linkTarget(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException _) {
            return "";
        }
    }

    private static String command(Path process) {
        try {
            String line = Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1)
                    .replace('\0', ' ')
                    .strip();
            return line.length() <= COMMAND_CHARS_MAX ? line : line.substring(0, COMMAND_CHARS_MAX) + "...";
        } catch (IOException _) {
            return "command unknown";
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        } catch (IOException _) {
            return List.of();
        }
    }
}

package dev.cobnut.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Two hosts on a switch, as network namespaces of this machine, which needs root and `ip`. Each has an `eth0`: 10.77.0.21 and
/// 10.77.0.22, and an address of IPv6 that its kernel makes up. Nothing of the machine's own network is touched.
final class TwoHosts implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 20;

    private final String switchName;
    private final List<String> hosts;

    private TwoHosts(String tag) {
        switchName = tag + "s";
        hosts = List.of(tag + "a", tag + "b");
    }

    /// @throws IOException when this machine does not allow it, with what it says; nothing is left then
    static TwoHosts open() throws IOException {
        TwoHosts opened = new TwoHosts("cob" + ProcessHandle.current().pid());
        try {
            opened.build();
            return opened;
        } catch (IOException e) {
            opened.close();
            throw e;
        }
    }

    private void build() throws IOException {
        ip("netns", "add", switchName);
        ip("-n", switchName, "link", "add", "sw", "type", "bridge", "stp_state", "0", "forward_delay", "0");
        ip("-n", switchName, "link", "set", "sw", "up");
        for (int i = 0; i < hosts.size(); i++) {
            String host = hosts.get(i);
            ip("netns", "add", host);
            // Otherwise an address of IPv6 is of no use for its first two seconds.
            run(within(i, "sh", "-c", "for i in all default; do echo 0 > /proc/sys/net/ipv6/conf/$i/accept_dad; done"));
            ip("-n", host, "link", "set", "lo", "up");
            plugIn(i);
        }
    }

    /// Gives a host an `eth0`.
    void plugIn(int host) throws IOException {
        String name = hosts.get(host);
        String plug = "port" + host;
        ip("link", "add", "name", "eth0", "netns", name, "type", "veth", "peer", "name", plug, "netns", switchName);
        ip("-n", switchName, "link", "set", plug, "master", "sw", "up");
        ip("-n", name, "addr", "add", "10.77.0.2" + (host + 1) + "/24", "dev", "eth0");
        ip("-n", name, "link", "set", "eth0", "up");
    }

    /// A command line that runs on one of them.
    ///
    /// @param host 0 or 1
    List<String> within(int host, String... words) {
        List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", hosts.get(host)));
        command.addAll(List.of(words));
        return command;
    }

    /// What `ip` does on a host.
    ///
    /// @return what it prints
    String ip(int host, String... words) throws IOException {
        List<String> all = new ArrayList<>(List.of("-n", hosts.get(host)));
        all.addAll(List.of(words));
        return ip(all.toArray(String[]::new));
    }

    /// Whether its `eth0` carries an address now.
    ///
    /// @param address with its prefix
    boolean carries(int host, String address) {
        try {
            return ip(host, "-o", "address", "show", "dev", "eth0").contains(" " + address + " ");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String ip(String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(words));
        return run(command);
    }

    /// Runs it to its end.
    ///
    /// @return what it prints
    /// @throws IOException when it fails, with what it prints
    static String run(List<String> command) throws IOException {
        Path output = Files.createTempFile("two-hosts", ".txt");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            try {
                if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    throw new IOException(String.join(" ", command) + ": not done within " + PATIENCE_SECONDS + " s");
                }
            } finally {
                process.destroyForcibly();
            }
            String text = Files.readString(output, UTF_8);
            if (process.exitValue() != 0) {
                throw new IOException(
                        String.join(" ", command) + " ends with " + process.exitValue() + ": " + text.strip());
            }
            return text;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            Files.deleteIfExists(output);
        }
    }

    /// Takes all of them away, and their links with them.
    @Override
    public void close() {
        List<String> all = new ArrayList<>(hosts);
        all.add(switchName);
        for (String each : all) {
            try {
                ip("netns", "delete", each);
            } catch (IOException _) {
                // It has not come to be.
            }
        }
    }
}

package dev.cobnut.doctor;

import dev.cobnut.blueprint.StackFile;
import dev.cobnut.config.ConfigException;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A stack for a test: files as texts, living processes as they would have answered.
final class Scene {
    static final String ONE = "10.0.0.1:6379";
    static final String TWO = "10.0.0.2:6379";

    private final Path folder;
    private final Facts.Collector facts = new Facts.Collector();

    Scene(Path folder) {
        this.folder = folder;
    }

    Facts facts() {
        return facts.facts();
    }

    /// A file, read as any other. Of `text`, `;` ends a line.
    Scene file(String name, String text) {
        try {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, text.replace(";", "\n") + "\n");
            new FilesReader(facts).read(file);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A pool of a nutcracker.yml on port 6379.
    Scene pool(String keys, String... servers) {
        return file(
                "nutcracker.yml",
                "main:;  listen: 0.0.0.0:6379;  redis: true;  " + keys + "servers:;  - "
                        + String.join(";  - ", servers));
    }

    /// The groups of a sentinel.conf that are not its point.
    Scene sentinelConf(String lines) {
        return file("sentinel.conf", lines);
    }

    /// A living master or replica with a few fields of INFO and settings, `name=value` each; `config:` begins a
    /// setting.
    Scene server(String address, String role, String... said) {
        Map<String, String> info = new HashMap<>(Map.of("role", role, "redis_version", "7.0.15"));
        List<Setting> settings = new ArrayList<>();
        settings.add(new Setting("save", List.of("3600 1"), address));
        for (String each : said) {
            int equals = each.indexOf('=');
            String name = each.substring(0, equals);
            String value = each.substring(equals + 1);
            if (name.startsWith("config:")) {
                List<String> words = value.isEmpty() ? List.of() : List.of(value);
                settings.add(new Setting(name.substring("config:".length()), words, address));
            } else {
                info.put(name, value);
            }
        }
        facts.servers.add(new Server(node(address), new Settings(address, settings), info, null));
        facts.looked.add(address);
        return this;
    }

    /// A living replica whose link is up.
    Scene replica(String address, String master, String... said) {
        NodeAddress.Tcp of = node(master);
        List<String> all = new ArrayList<>(List.of(
                "master_host=" + of.host(),
                "master_port=" + of.port(),
                "master_link_status=up",
                "slave_repl_offset=0"));
        all.addAll(List.of(said));
        return server(address, "slave", all.toArray(String[]::new));
    }

    /// A living server that does not show its settings.
    Scene mute(String address, String why) {
        facts.servers.add(new Server(node(address), new Settings(address, List.of()), Map.of("role", "master"), why));
        return this;
    }

    /// A living Sentinel with one group whose replica is [#TWO].
    Scene sentinel(String at, String group, String master, int quorum, int others) {
        return sentinel(at, group(at, group, master, quorum, others, 0, Set.of("master")));
    }

    Scene sentinel(String at, Group group) {
        facts.sentinels.add(new Sentinel(at, true, new Settings(at, List.of()), List.of(group)));
        return this;
    }

    static Group group(
            String at, String name, String master, int quorum, int others, long downMillis, Set<String> flags) {
        List<Replica> replicas = List.of(new Replica(node(TWO), at, Set.of("slave"), downMillis));
        return new Group(name, at, node(master), quorum, 5_000, 10_000, 1, replicas, others, null, flags, true);
    }

    /// A running proxy with one shard.
    Scene proxy(String at, String version, String shard, String master, String gate) {
        return proxy(at, version, List.of(view(shard, master, "3", gate)), Map.of(), Set.of(), false);
    }

    static Proxy.View view(String shard, String master, String epoch, String gate) {
        return new Proxy.View("main", shard, "1", "shop", master, epoch, gate, "no master");
    }

    Scene proxy(
            String at,
            String version,
            List<Proxy.View> shards,
            Map<String, String> placements,
            Set<String> addresses,
            boolean switching) {
        facts.proxies.add(new Proxy(at, version, shards, placements, addresses, switching));
        return this;
    }

    /// A running `cobnut vip` with one virtual router for 10.0.0.100.
    Scene speaker(String at, boolean isDrained, String state, String why) {
        return speaker(at, isDrained, state, why, "10.0.0.100/24");
    }

    Scene speaker(String at, boolean isDrained, String state, String why, String address) {
        facts.speakers.add(
                new Speaker(at, isDrained, List.of(new Speaker.Instance("shop", state, why, Set.of(address)))));
        return this;
    }

    /// What a stack.yml says. Of `text`, `;` ends a line.
    Scene stack(String text) {
        try {
            Path file = folder.resolve("stack.yml");
            Files.writeString(file, text.replace(";", "\n") + "\n");
            facts.want(Wanted.of(file.toString(), StackFile.read(file)));
            return this;
        } catch (IOException | ConfigException e) {
            throw new IllegalStateException(e);
        }
    }

    /// This machine, where [#ONE] runs, with 8 GiB.
    Scene host(long somaxconn, long overcommit, String hugePages, Long... agents) {
        facts.host = new Host(somaxconn, overcommit, hugePages, 8L << 30, Set.of(ONE), List.of(agents), Map.of());
        return this;
    }

    /// This machine, where [#ONE] may open this many files.
    Scene openFiles(long limit) {
        facts.host = new Host(4_096, 1, "never", 8L << 30, Set.of(ONE), List.of(), Map.of(ONE, limit));
        return this;
    }

    Scene missed(Facts.Target target, String at) {
        return missed(target, at, "Connection refused");
    }

    Scene missed(Facts.Target target, String at, String why) {
        facts.missed.add(new Facts.Miss(target, at, why));
        return this;
    }

    static NodeAddress.Tcp node(String address) {
        int colon = address.lastIndexOf(':');
        return new NodeAddress.Tcp(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
    }
}

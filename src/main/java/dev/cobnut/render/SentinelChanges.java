package dev.cobnut.render;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.config.RedisLine;
import dev.cobnut.topology.NodeAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// How a Sentinel that runs comes by what a newer rendering says: the lines of SENTINEL SET, MONITOR and REMOVE. Pure.
///
/// Who is master is what the Sentinel knows, not what the file says: a file has the first one. A new password of servers that
/// it watches already is never among them ([NewPassword]).
public final class SentinelChanges {
    /// What SENTINEL SET takes of what is rendered.
    private static final List<String> OPTIONS =
            List.of("down-after-milliseconds", "failover-timeout", "parallel-syncs", "auth-user");

    private static final String AUTH_PASS = "auth-pass";

    /// What SENTINEL CONFIG SET takes.
    private static final Set<String> GLOBAL =
            Set.of("resolve-hostnames", "announce-hostnames", "announce-ip", "announce-port", "sentinel-user");

    /// A group, as a Sentinel watches it.
    ///
    /// @param options by name; empty of what is not known
    private record Watched(String host, String port, Map<String, String> options) {}

    /// What a Sentinel is told.
    ///
    /// @param own by the name of SENTINEL CONFIG SET
    private record Settings(SortedMap<String, Watched> groups, Map<String, String> own) {}

    private final RedisCli cli;

    private SentinelChanges(RedisCli cli) {
        this.cli = cli;
    }

    /// From one rendering to the next, whatever the Sentinel has now.
    ///
    /// @param before the sentinel.conf of the last rendering
    /// @param after that of this one
    /// @param secrets where passwords are
    /// @return lines for a shell; empty when nothing has to be said
    public static List<String> between(
            NodeAddress.Tcp address, String before, String after, Blueprint.Secrets secrets) {
        Settings now = settings(before);
        Settings wanted = settings(after);
        SentinelChanges changes = new SentinelChanges(new RedisCli(address, secrets.sentinel()));
        wanted.groups.forEach((name, group) -> {
            Watched old = now.groups.get(name);
            if (old != null && !(old.host + old.port).equals(group.host + group.port)) {
                changes.cli.comment("first master of " + name + ": " + group.host + " " + group.port + ", not "
                        + old.host + " " + old.port + "; who is master now is the Sentinels' to say (cobnut failover)");
            }
        });
        wanted.own.forEach((name, value) -> {
            if (!value.equals(now.own.get(name))) {
                changes.cli.command("SENTINEL", "CONFIG", "SET", name, value);
            }
        });
        return changes.groups(now, wanted, secrets.redis());
    }

    /// For a Sentinel that runs.
    ///
    /// @param masters what it answers to SENTINEL MASTERS, one map of fields for each
    /// @param wanted the sentinel.conf of this rendering
    /// @param servers of each group, as the blueprint has them
    /// @param secrets where passwords are
    /// @return lines for a shell; empty when it is set like that
    public static List<String> of(
            NodeAddress.Tcp address,
            List<Map<String, String>> masters,
            String wanted,
            Map<String, List<NodeAddress.Tcp>> servers,
            Blueprint.Secrets secrets) {
        SortedMap<String, Watched> groups = new TreeMap<>();
        for (Map<String, String> row : masters) {
            String name = row.getOrDefault("name", "");
            groups.put(name, new Watched(row.getOrDefault("ip", ""), row.getOrDefault("port", ""), row));
        }
        SentinelChanges changes = new SentinelChanges(new RedisCli(address, secrets.sentinel()));
        servers.forEach((name, all) -> {
            Watched group = groups.get(name);
            if (group != null
                    && all.stream().noneMatch(each -> each.toString().equals(group.host + ":" + group.port))) {
                changes.cli.comment("it watches " + name + " at " + group.host + ":" + group.port
                        + ", which is none of its servers in stack.yml");
            }
        });
        return changes.groups(new Settings(groups, Map.of()), settings(wanted), secrets.redis());
    }

    /// @param place where the password of the servers is; null for nowhere
    private List<String> groups(Settings now, Settings wanted, @Nullable String place) {
        for (String name : now.groups.keySet()) {
            if (!wanted.groups.containsKey(name)) {
                cli.command("SENTINEL", "REMOVE", name);
            }
        }
        wanted.groups.forEach((name, group) -> {
            Watched old = now.groups.get(name);
            String quorum = group.options.getOrDefault("quorum", "");
            if (old == null) {
                cli.command("SENTINEL", "MONITOR", name, group.host, group.port, quorum);
            } else if (!quorum.equals(old.options.get("quorum"))) {
                cli.command("SENTINEL", "SET", name, "quorum", quorum);
            }
            for (String option : OPTIONS) {
                String value = group.options.get(option);
                if (value != null && (old == null || !value.equals(old.options.get(option)))) {
                    cli.command("SENTINEL", "SET", name, option, value);
                }
            }
            if (old == null && place != null && group.options.containsKey(AUTH_PASS)) {
                cli.secret(place, "SENTINEL", "SET", name, AUTH_PASS);
            }
        });
        return cli.lines();
    }

    private static Settings settings(String text) {
        SortedMap<String, Watched> groups = new TreeMap<>();
        SortedMap<String, String> own = new TreeMap<>();
        for (String line : text.split("\n", -1)) {
            List<String> words = RedisLine.words(line);
            if (words.size() < 3 || !words.getFirst().equals("sentinel")) {
                continue;
            }
            String what = words.get(1);
            String name = words.get(2);
            Watched group = groups.get(name);
            if (what.equals("monitor") && words.size() > 5) {
                SortedMap<String, String> options = new TreeMap<>(Map.of("quorum", words.get(5)));
                groups.put(name, new Watched(words.get(3), words.get(4), options));
            } else if (GLOBAL.contains(what)) {
                own.put(what, name);
            } else if (group != null && words.size() > 3 && (OPTIONS.contains(what) || what.equals(AUTH_PASS))) {
                group.options.put(what, words.get(3));
            }
        }
        return new Settings(groups, own);
    }
}

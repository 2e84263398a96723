package dev.cobnut.doctor;

import dev.cobnut.control.probe.SwitchMarks;
import dev.cobnut.doctor.Rule.Found;
import dev.cobnut.topology.NodeAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/// What may be wrong with redis-servers and their files. Pure; each method is the rule of one row of
/// [RuleTable].
final class ServerRules {
    private static final long LAG_BYTES_MAX = 10L << 20;
    private static final long SILENT_SECONDS_MAX = 15;
    private static final Set<String> NEEDED = Set.of(
            "config",
            "info",
            "role",
            "ping",
            "replicaof",
            "slaveof",
            "client",
            "publish",
            "subscribe",
            "multi",
            "exec");
    private static final int DEFAULT_DATABASES = 16;

    private ServerRules() {}

    /// Where something is wrong with a server that shows its settings.
    static List<Found> each(
            Facts facts, Predicate<Server> isWrong, String setting, Function<Server, String> is, String should) {
        List<Found> found = new ArrayList<>();
        for (Server server : facts.servers()) {
            if (server.isOpen() && isWrong.test(server)) {
                found.add(new Found(server.settings().at(setting), is.apply(server), should));
            }
        }
        return found;
    }

    static List<Found> slaveofWithColon(Facts facts) {
        List<Found> found = new ArrayList<>();
        for (Server server : facts.servers()) {
            for (Setting setting : server.settings().all()) {
                boolean isOne =
                        setting.name().equals("slaveof") || setting.name().equals("replicaof");
                if (isOne && !server.isLiving() && setting.words().size() != 2) {
                    found.add(new Found(
                            setting.at(), setting.name() + " " + setting.value(), setting.name() + " HOST PORT"));
                }
            }
        }
        return found;
    }

    static List<Found> oneDatabase(Facts facts) {
        return each(
                facts,
                server -> databases(server) == 1,
                "databases",
                _ -> "databases 1: SELECT of any other fails",
                "databases 16, or as many as clients select");
    }

    /// How many databases a server has.
    static long databases(Server server) {
        return server.settings().number("databases", DEFAULT_DATABASES);
    }

    static List<Found> noMasterauth(Facts facts) {
        return each(
                facts,
                server -> server.settings().has("requirepass")
                        && !server.settings().has("masterauth"),
                "requirepass",
                _ -> "requirepass without masterauth",
                "masterauth with the same password, at masters, too");
    }

    static List<Found> savesNothing(Facts facts) {
        Groups groups = new Groups(facts);
        return each(
                facts,
                server -> server.isMaster()
                        && !server.isPersistent()
                        && groups.kind(server) != Kind.CACHE
                        && hasReplicas(facts, groups, server),
                "save",
                _ -> "a master with replicas saves nothing",
                "appendonly yes, or snapshots");
    }

    private static boolean hasReplicas(Facts facts, Groups groups, Server server) {
        String group = groups.of(server);
        return server.number("connected_slaves", 0) > 0
                || group != null && groups.members(group).size() > 1
                || facts.servers().stream()
                        .anyMatch(other ->
                                other.master() != null && other.master().port() == server.port());
    }

    static List<Found> emptyMaster(Facts facts) {
        Groups groups = new Groups(facts);
        List<Found> found = new ArrayList<>();
        for (Server master : living(facts)) {
            for (Server replica : living(facts)) {
                boolean together = groups.of(master) != null
                        && String.valueOf(groups.of(master)).equals(groups.of(replica));
                if (together && master.isMaster() && !replica.isMaster() && master.keys() == 0 && replica.keys() > 0) {
                    found.add(new Found(
                            master.at(),
                            "the master has no key, its replica " + replica.at() + " has " + replica.keys(),
                            "a master with the data"));
                }
            }
        }
        return found;
    }

    /// Those that were asked.
    static List<Server> living(Facts facts) {
        return facts.servers().stream().filter(Server::isLiving).toList();
    }

    static List<Found> twoMasters(Facts facts) {
        Groups groups = new Groups(facts);
        Map<String, List<String>> masters = new LinkedHashMap<>();
        for (Server server : living(facts)) {
            String group = groups.of(server);
            if (group != null && server.isMaster()) {
                masters.computeIfAbsent(group, _ -> new ArrayList<>()).add(server.at());
            }
        }
        List<Found> found = new ArrayList<>();
        masters.forEach((group, all) -> {
            if (all.size() > 1) {
                found.add(new Found(group, all.size() + " masters: " + String.join(", ", all), "one"));
            }
        });
        return found;
    }

    static List<Found> sessionsUnfenced(Facts facts) {
        Groups groups = new Groups(facts);
        return each(
                facts,
                server -> groups.kind(server) == Kind.SESSION
                        && server.settings().number("min-replicas-to-write", oldName(server)) == 0,
                "min-replicas-to-write",
                _ -> "min-replicas-to-write 0 for sessions",
                "min-replicas-to-write 1");
    }

    private static long oldName(Server server) {
        return server.settings().number("min-slaves-to-write", 0);
    }

    /// A setting that a planned switch has marked ([SwitchMarks]).
    static List<Found> fenceLeft(Facts facts) {
        List<Found> found = new ArrayList<>();
        for (String setting : List.of("min-replicas-to-write", "min-replicas-max-lag", "replica-priority")) {
            found.addAll(each(
                    facts,
                    server -> server.settings().number(setting, 0) >= SwitchMarks.MARK,
                    setting,
                    server -> setting + " " + server.settings().number(setting, 0)
                            + (setting.equals("replica-priority") ? ": it stands back" : ": all writes are refused"),
                    "no mark when no switch is under way"));
        }
        return found;
    }

    static List<Found> wrongMaster(Facts facts) {
        Groups groups = new Groups(facts);
        List<Found> found = new ArrayList<>();
        for (Server server : facts.servers()) {
            String group = groups.of(server);
            NodeAddress.Tcp master = server.master();
            if (group != null && master != null && server.isLiving()) {
                for (Group view : groups.views().getOrDefault(group, List.of())) {
                    if (view.master() != null && !isSame(view.master(), master)) {
                        found.add(new Found(
                                server.at(), "it replicates " + master, view.master() + ", as " + view.at() + " says"));
                        break;
                    }
                }
            }
        }
        return found;
    }

    /// Whether two addresses may be one: a name may be any address.
    private static boolean isSame(NodeAddress.Tcp one, NodeAddress.Tcp other) {
        boolean comparable = one.host().matches("[\\d.:]+") == other.host().matches("[\\d.:]+");
        return one.port() == other.port() && (!comparable || one.host().equals(other.host()));
    }

    static List<Found> lag(Facts facts) {
        List<Found> found = new ArrayList<>();
        for (Server replica : living(facts)) {
            if (replica.isMaster()) {
                continue;
            }
            long behind = 0;
            for (Server master : living(facts)) {
                if (master.address() != null
                        && replica.master() != null
                        && master.address().equals(replica.master())) {
                    behind = master.number("master_repl_offset", 0) - replica.number("slave_repl_offset", 0);
                }
            }
            if (!replica.field("master_link_status").equals("up")) {
                found.add(new Found(replica.at(), "its link to its master " + replica.master() + " is down", "a link"));
            } else if (behind > LAG_BYTES_MAX || replica.number("master_last_io_seconds_ago", 0) > SILENT_SECONDS_MAX) {
                found.add(new Found(
                        replica.at(),
                        "it is " + behind + " bytes behind, and heard of its master "
                                + replica.field("master_last_io_seconds_ago") + " s ago",
                        "less than " + LAG_BYTES_MAX + " bytes and " + SILENT_SECONDS_MAX + " s"));
            }
        }
        return found;
    }

    static List<Found> absent(Facts facts) {
        return facts.missed().stream()
                .filter(miss -> miss.target() == Facts.Target.SERVER)
                .map(miss -> new Found(miss.at(), "the server does not answer: " + miss.why(), "an answer"))
                .toList();
    }

    static List<Found> nobodyToPromote(Facts facts) {
        Groups groups = new Groups(facts);
        Map<String, List<Server>> replicas = new LinkedHashMap<>();
        for (Server server : facts.servers()) {
            String group = groups.of(server);
            if (group != null && !server.isMaster() && server.isOpen()) {
                replicas.computeIfAbsent(group, _ -> new ArrayList<>()).add(server);
            }
        }
        List<Found> found = new ArrayList<>();
        replicas.forEach((group, all) -> {
            if (all.stream().allMatch(server -> priority(server) == 0)) {
                found.add(new Found(group, "every replica has replica-priority 0", "100 at one at least"));
            }
        });
        return found;
    }

    private static long priority(Server server) {
        return server.settings().number("replica-priority", server.settings().number("slave-priority", 100));
    }

    static List<Found> unbounded(Facts facts) {
        Groups groups = new Groups(facts);
        return each(
                facts,
                server -> groups.kind(server) == Kind.CACHE && server.settings().number("maxmemory", 0) == 0,
                "maxmemory",
                _ -> "a cache without maxmemory",
                "maxmemory below the host's memory");
    }

    static List<Found> policy(Facts facts) {
        Groups groups = new Groups(facts);
        List<Found> found = new ArrayList<>();
        for (Server server : facts.servers()) {
            String policy =
                    server.settings().text("maxmemory-policy", "noeviction").toLowerCase(Locale.ROOT);
            Kind kind = groups.kind(server);
            boolean full = server.settings().number("maxmemory", 0) > 0;
            if (full && kind == Kind.CACHE && policy.equals("noeviction")) {
                found.add(
                        new Found(server.settings().at("maxmemory-policy"), "a cache with noeviction", "allkeys-lru"));
            } else if (kind == Kind.SESSION && policy.startsWith("allkeys-")) {
                found.add(new Found(
                        server.settings().at("maxmemory-policy"),
                        "sessions with " + policy,
                        "noeviction or volatile-lru"));
            }
        }
        return found;
    }

    static List<Found> timeouts(Facts facts) {
        List<Found> found = new ArrayList<>(each(
                facts,
                server -> server.settings().number("timeout", 0) > 0,
                "timeout",
                server -> "timeout " + server.settings().text("timeout", "") + ": idle connections are closed",
                "timeout 0"));
        found.addAll(each(
                facts,
                server -> server.settings().number("tcp-keepalive", 300) == 0,
                "tcp-keepalive",
                _ -> "tcp-keepalive 0: connections of peers that are gone stay",
                "tcp-keepalive 60"));
        return found;
    }

    static List<Found> open(Facts facts) {
        return each(
                facts,
                server -> server.settings().text("protected-mode", "yes").equals("no")
                        && !server.settings().has("requirepass")
                        && !isLoopback(server.settings().text("bind", "")),
                "protected-mode",
                _ -> "protected-mode no, without a password, and not only on this host",
                "requirepass, or bind to addresses that only the stack reaches");
    }

    private static boolean isLoopback(String bind) {
        return bind.matches("((-?127\\.\\S+|-?::1|localhost)\\s*)+");
    }

    static List<Found> renamed(Facts facts) {
        List<Found> found = new ArrayList<>();
        for (Server server : facts.servers()) {
            for (Setting rename : server.settings().named("rename-command")) {
                if (NEEDED.contains(rename.word(0).toLowerCase(Locale.ROOT))) {
                    found.add(new Found(
                            rename.at(), "rename-command " + rename.word(0), "the name that Sentinel and proxies use"));
                }
            }
            if (server.mute() != null && server.mute().contains("unknown command")) {
                found.add(new Found(server.at(), "CONFIG is renamed", "the name that Sentinel and proxies use"));
            }
        }
        return found;
    }

    static List<Found> sessionsUnsaved(Facts facts) {
        Groups groups = new Groups(facts);
        return each(
                facts,
                server -> groups.kind(server) == Kind.SESSION
                        && !server.settings().text("appendonly", "no").equals("yes"),
                "appendonly",
                _ -> "sessions without an append-only file",
                "appendonly yes, appendfsync everysec");
    }

    static List<Found> writableReplica(Facts facts) {
        return each(
                facts,
                server -> server.settings().text("replica-read-only", "yes").equals("no")
                        || server.settings().text("slave-read-only", "yes").equals("no"),
                "replica-read-only",
                _ -> "replica-read-only no",
                "replica-read-only yes");
    }

    static List<Found> mute(Facts facts) {
        List<Found> found = new ArrayList<>();
        for (Server server : facts.servers()) {
            if (server.mute() != null && !server.mute().contains("unknown command")) {
                found.add(new Found(
                        server.at(), "it does not show its settings: " + server.mute(), "CONFIG GET allowed"));
            }
        }
        return found;
    }

    static List<Found> versions(Facts facts) {
        List<Found> found = new ArrayList<>();
        for (Server replica : living(facts)) {
            for (Server master : living(facts)) {
                boolean follows = master.address() != null
                        && replica.master() != null
                        && isSame(master.address(), replica.master());
                if (follows && major(replica) < major(master)) {
                    found.add(new Found(
                            replica.at(),
                            replica.field("redis_version") + " replicates " + master.at() + " with "
                                    + master.field("redis_version"),
                            "no older than its master"));
                }
            }
        }
        return found;
    }

    private static int major(Server server) {
        String version = server.field("redis_version");
        return version.matches("\\d{1,4}\\..*") ? Integer.parseInt(version.substring(0, version.indexOf('.'))) : 0;
    }
}

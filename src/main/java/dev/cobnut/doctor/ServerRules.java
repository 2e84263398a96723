package dev.cobnut.doctor;

import dev.cobnut.control.probe.SwitchMarks;
import dev.cobnut.doctor.Rule.Found;
import dev.cobnut.topology.NodeAddress;
import java.util.ArrayList;
import java.util.HashMap;
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
    /// What Sentinel and proxies cannot do without.
    static final Set<String> NEEDED = Set.of(
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

    /// Where something is wrong with a server that shows its settings. What the living ones of a group have alike is told once,
    /// with all of them.
    static List<Found> each(
            Facts facts, Predicate<Server> isWrong, String setting, Function<Server, String> is, String should) {
        Groups groups = new Groups(facts);
        Map<String, List<String>> where = new LinkedHashMap<>();
        Map<String, String> what = new HashMap<>();
        for (Server server : facts.servers()) {
            if (server.isOpen() && isWrong.test(server)) {
                String group = server.isLiving() ? groups.of(server) : null;
                String key = (group == null ? server.settings().at(setting) : group) + " " + is.apply(server);
                what.put(key, is.apply(server));
                where.computeIfAbsent(key, _ -> new ArrayList<>())
                        .add(server.settings().at(setting));
            }
        }
        List<Found> found = new ArrayList<>();
        where.forEach((key, at) -> found.add(new Found(String.join(", ", at), what.getOrDefault(key, ""), should)));
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

    static List<Found> wrongMaster(Facts facts) {
        Absences absences = new Absences(facts);
        Groups groups = new Groups(facts);
        List<Found> found = new ArrayList<>();
        for (Server server : facts.servers()) {
            String group = groups.of(server);
            NodeAddress.Tcp master = server.master();
            if (group != null && master != null && server.isLiving()) {
                for (Group view : groups.views().getOrDefault(group, List.of())) {
                    // While one that is dead is being replaced, who follows already is ahead.
                    boolean gone = view.master() != null && absences.isTold(view.master());
                    if (view.master() != null && !gone && !isSame(view.master(), master)) {
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
    static boolean isSame(NodeAddress.Tcp one, NodeAddress.Tcp other) {
        boolean comparable = one.host().matches("[\\d.:]+") == other.host().matches("[\\d.:]+");
        return one.port() == other.port() && (!comparable || one.host().equals(other.host()));
    }

    static List<Found> lag(Facts facts) {
        Absences absences = new Absences(facts);
        List<Found> found = new ArrayList<>();
        for (Server replica : living(facts)) {
            if (replica.isMaster()) {
                continue;
            }
            long behind = 0;
            for (Server master : living(facts)) {
                if (master.address() != null
                        && replica.master() != null
                        && isSame(master.address(), replica.master())) {
                    behind = master.number("master_repl_offset", 0) - replica.number("slave_repl_offset", 0);
                }
            }
            if (replica.master() != null && absences.isTold(replica.master())) {
                continue; // its master is told already
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
                        && !hasUsers(server)
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
            if (server.isLiving() && !server.field(Server.RENAMED).isEmpty()) {
                found.add(new Found(
                        server.at(),
                        server.field(Server.RENAMED) + " renamed or taken away",
                        "the names that Sentinel and proxies use"));
            }
        }
        return found;
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

    /// A setting that a planned switch has marked ([SwitchMarks]), while no proxy says that it carries one out.
    static List<Found> fenceLeft(Facts facts) {
        List<Found> found = new ArrayList<>();
        if (facts.proxies().stream().anyMatch(Proxy::isSwitching)) {
            return found;
        }
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

    static List<Found> noMasterauth(Facts facts) {
        Groups groups = new Groups(facts);
        return each(
                facts,
                server -> server.settings().has("requirepass")
                        && !server.settings().has("masterauth")
                        && (!server.isLiving() || !server.isMaster() || KindRules.hasReplicas(facts, groups, server)),
                "requirepass",
                _ -> "requirepass without masterauth",
                "masterauth with the same password, at masters, too");
    }

    static List<Found> absent(Facts facts) {
        return new Absences(facts)
                .strangers(Facts.Target.SERVER).stream()
                        .map(miss -> new Found(miss.at(), "the server does not answer: " + miss.why(), "an answer"))
                        .toList();
    }

    static List<Found> mute(Facts facts) {
        List<Found> found = new ArrayList<>();
        for (Server server : facts.servers()) {
            if (server.mute() != null && !server.mute().contains("unknown command")) {
                found.add(new Found(
                        server.at(), "it does not show its settings: " + server.mute(), "CONFIG GET allowed"));
            }
        }
        for (Facts.Miss miss : new Absences(facts).refusals()) {
            found.add(new Found(miss.at(), "it answers, and does not tell us: " + miss.why(), "a login that may ask"));
        }
        return found;
    }

    /// Protected mode, and nothing that ends it: only its own host is served.
    static List<Found> keepsOthersOut(Facts facts) {
        return each(
                facts,
                server -> !server.isLiving()
                        && server.settings().text("protected-mode", "yes").equals("yes")
                        && !server.settings().has("requirepass")
                        && !hasUsers(server)
                        && server.master() != null
                        && !isLoopback(server.master().host()),
                "protected-mode",
                _ -> "protected mode, and no password: other hosts are refused",
                "requirepass and masterauth; or protected-mode no and a bind that only the stack reaches");
    }

    private static boolean hasUsers(Server server) {
        return server.settings().has("aclfile") || server.settings().has("user");
    }
}

package dev.cobnut.doctor;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.doctor.Rule.Found;
import dev.cobnut.topology.NodeAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// What may be wrong with the hosts of servers: kernel, memory, limits, clocks. Pure; each method is the rule of
/// one row of [RuleTable].
final class HostRules {
    private static final int DEFAULT_BACKLOG = 511;
    private static final int CLIENTS_ENOUGH = 4_096;
    private static final int DEFAULT_CLIENTS = 10_000;

    /// What a server opens beside its clients: CONFIG_MIN_RESERVED_FDS in server.h.
    private static final int FILES_BESIDE = 32;

    private static final long CLOCK_SECONDS_MAX = 5;

    private HostRules() {}

    /// Those that run on this host.
    private static List<Server> here(Facts facts) {
        Host host = facts.host();
        return ServerRules.living(facts).stream()
                .filter(server -> host != null && host.servers().contains(server.at()))
                .toList();
    }

    static List<Found> somaxconn(Facts facts) {
        Host host = facts.host();
        List<Found> found = new ArrayList<>();
        for (Server server : here(facts)) {
            long backlog = server.settings().number("tcp-backlog", DEFAULT_BACKLOG);
            if (host != null && host.somaxconn() >= 0 && host.somaxconn() < backlog && found.isEmpty()) {
                found.add(new Found(
                        "this host",
                        "net.core.somaxconn is " + host.somaxconn() + ", tcp-backlog of " + server.at() + " is "
                                + backlog,
                        "somaxconn " + backlog + " or more"));
            }
        }
        return found;
    }

    /// On this host by what the kernel says, on others by what stack.yml does.
    static List<Found> tooMuchMemory(Facts facts) {
        List<Found> found = new ArrayList<>();
        Host host = facts.host();
        if (host != null && host.memoryBytes() >= 0) {
            memory("this host", host.memoryBytes(), here(facts), found);
        }
        Wanted wanted = facts.wanted();
        if (wanted != null) {
            for (Blueprint.Host each : wanted.blueprint().hosts()) {
                if (each.memoryBytes() != null) {
                    memory("host " + each.name(), each.memoryBytes(), servers(facts, wanted, each.name()), found);
                }
            }
        }
        return found;
    }

    /// Those that answer of a host of stack.yml.
    private static List<Server> servers(Facts facts, Wanted wanted, String host) {
        List<Server> servers = new ArrayList<>();
        for (Server server : facts.servers()) {
            NodeAddress.Tcp address = server.address();
            if (address != null && host.equals(wanted.hosts().get(address.host()))) {
                servers.add(server);
            }
        }
        return servers;
    }

    private static void memory(String host, long bytes, List<Server> servers, List<Found> found) {
        long megabytes = 0;
        for (Server server : servers) {
            megabytes += server.settings().number("maxmemory", 0) >> 20;
        }
        if (megabytes > bytes >> 20) {
            found.add(new Found(
                    host,
                    "its servers may have " + megabytes + " MiB, and it has " + (bytes >> 20) + " MiB",
                    "less, with room for what a save copies"));
        }
    }

    static List<Found> fewClients(Facts facts) {
        return ServerRules.each(
                facts,
                server -> server.settings().number("maxclients", DEFAULT_CLIENTS) < CLIENTS_ENOUGH
                        && !hasFewFiles(facts, server),
                "maxclients",
                server -> "maxclients " + server.settings().number("maxclients", 0),
                CLIENTS_ENOUGH + " or more");
    }

    static List<Found> fewFiles(Facts facts) {
        return ServerRules.each(
                facts,
                server -> hasFewFiles(facts, server),
                "maxclients",
                server -> "it may open " + openFiles(facts, server) + " files, and has maxclients "
                        + server.settings().number("maxclients", DEFAULT_CLIENTS),
                DEFAULT_CLIENTS + " clients, and " + FILES_BESIDE + " files more");
    }

    /// A server lowers its maxclients to what the limit allows: a smaller limit is the reason for it.
    private static boolean hasFewFiles(Facts facts, Server server) {
        return openFiles(facts, server) < CLIENTS_ENOUGH + FILES_BESIDE;
    }

    private static long openFiles(Facts facts, Server server) {
        Host host = facts.host();
        return host == null ? Long.MAX_VALUE : host.openFiles().getOrDefault(server.at(), Long.MAX_VALUE);
    }

    static List<Found> dead(Facts facts) {
        Absences absences = new Absences(facts);
        List<Found> found = new ArrayList<>();
        for (Absences.DeadHost host : absences.hosts()) {
            Set<String> what = new LinkedHashSet<>();
            Set<String> why = new TreeSet<>();
            for (Facts.Miss miss : host.misses()) {
                what.add(absences.title(miss));
                why.add(
                        miss.isClosed()
                                ? "the host refuses connections: it lives, and they do not"
                                : "no answer in time");
            }
            found.add(new Found(
                    host.name(),
                    "nothing answers there (" + String.join("; ", why) + "): " + String.join(", ", what),
                    "a host that answers"));
        }
        return found;
    }

    static List<Found> clocks(Facts facts) {
        List<Found> found = new ArrayList<>();
        for (Server server : ServerRules.living(facts)) {
            long ahead = server.number(Server.CLOCK, 0);
            if (Math.abs(ahead) > CLOCK_SECONDS_MAX) {
                found.add(new Found(
                        server.at(),
                        "its clock is " + Math.abs(ahead) + " s " + (ahead > 0 ? "ahead of" : "behind")
                                + " this host's",
                        "clocks that agree"));
            }
        }
        return found;
    }

    static List<Found> overcommit(Facts facts) {
        Host host = facts.host();
        return host != null && host.overcommit() >= 0 && host.overcommit() != 1
                ? List.of(new Found("this host", "vm.overcommit_memory is " + host.overcommit(), "1"))
                : List.of();
    }

    static List<Found> hugePages(Facts facts) {
        Host host = facts.host();
        // Since 6.2 a server keeps them from itself.
        boolean any = here(facts).stream()
                .anyMatch(server -> !server.settings().text("disable-thp", "no").equals("yes"));
        return host != null && any && host.hugePages().equals("always")
                ? List.of(new Found("this host", "transparent huge pages are on for everybody", "madvise or never"))
                : List.of();
    }
}

package dev.cobnut.doctor;

import dev.cobnut.doctor.Rule.Found;
import java.util.ArrayList;
import java.util.List;

/// What may be wrong with the hosts of servers: kernel, memory, limits, clocks. Pure; each method is the rule of
/// one row of [RuleTable].
final class HostRules {
    private static final int DEFAULT_BACKLOG = 511;
    private static final int CLIENTS_ENOUGH = 4_096;
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

    static List<Found> tooMuchMemory(Facts facts) {
        Host host = facts.host();
        long megabytes = 0;
        for (Server server : here(facts)) {
            megabytes += server.settings().number("maxmemory", 0) >> 20;
        }
        return host != null && host.memoryBytes() >= 0 && megabytes > host.memoryBytes() >> 20
                ? List.of(new Found(
                        "this host",
                        "its servers may have " + megabytes + " MiB, and it has " + (host.memoryBytes() >> 20) + " MiB",
                        "less, with room for what a save copies"))
                : List.of();
    }

    static List<Found> fewClients(Facts facts) {
        return ServerRules.each(
                facts,
                server -> server.settings().number("maxclients", CLIENTS_ENOUGH) < CLIENTS_ENOUGH,
                "maxclients",
                server -> "maxclients " + server.settings().number("maxclients", 0),
                CLIENTS_ENOUGH + " or more");
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
        return host != null && host.hugePages().equals("always")
                ? List.of(new Found("this host", "transparent huge pages are on for everybody", "madvise or never"))
                : List.of();
    }
}

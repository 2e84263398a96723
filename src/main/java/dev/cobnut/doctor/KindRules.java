package dev.cobnut.doctor;

import dev.cobnut.doctor.Rule.Found;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Where a server is not set as its kind of data wants it: sessions are not to be lost, caches are to make room. Pure; each
/// method is the rule of one row of [RuleTable].
final class KindRules {
    private KindRules() {}

    static List<Found> savesNothing(Facts facts) {
        Groups groups = new Groups(facts);
        return ServerRules.each(
                facts,
                server -> server.isMaster()
                        && !server.isPersistent()
                        && groups.kind(server) != Kind.CACHE
                        && hasReplicas(facts, groups, server),
                "save",
                _ -> "a master with replicas saves nothing",
                "appendonly yes, or snapshots");
    }

    /// Whether a server has replicas, or may have: it is one of several of its group.
    static boolean hasReplicas(Facts facts, Groups groups, Server server) {
        String group = groups.of(server);
        return server.number("connected_slaves", 0) > 0
                || group != null && groups.members(group).size() > 1
                || facts.servers().stream()
                        .anyMatch(other ->
                                other.master() != null && other.master().port() == server.port());
    }

    /// Where stack.yml says how many it needs, that is compared.
    static List<Found> sessionsUnfenced(Facts facts) {
        Groups groups = new Groups(facts);
        return ServerRules.each(
                facts,
                server -> groups.kind(server) == Kind.SESSION
                        && groups.cache(server) == null
                        && ServerSettings.minReplicas(server) == 0,
                "min-replicas-to-write",
                _ -> "min-replicas-to-write 0 for sessions",
                "min-replicas-to-write 1");
    }

    static List<Found> unbounded(Facts facts) {
        Groups groups = new Groups(facts);
        return ServerRules.each(
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

    static List<Found> sessionsUnsaved(Facts facts) {
        Groups groups = new Groups(facts);
        return ServerRules.each(
                facts,
                server -> groups.kind(server) == Kind.SESSION
                        && !server.settings().text("appendonly", "no").equals("yes"),
                "appendonly",
                _ -> "sessions without an append-only file",
                "appendonly yes, appendfsync everysec");
    }

    static List<Found> cachesSaved(Facts facts) {
        Groups groups = new Groups(facts);
        return ServerRules.each(
                facts,
                server -> groups.kind(server) == Kind.CACHE
                        && groups.cache(server) == null
                        && server.settings().text("appendonly", "no").equals("yes"),
                "appendonly",
                _ -> "a cache with an append-only file",
                "appendonly no");
    }
}

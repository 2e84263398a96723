package dev.cobnut.doctor;

import dev.cobnut.doctor.Rule.Found;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// What may be wrong with the pools of a proxy. Pure; each method is the rule of one row of [RuleTable].
final class PoolRules {
    private PoolRules() {}

    /// Whether servers of one name, or of one group, stay servers of their own: nutcracker does that, and a Cobnut
    /// that follows Sentinels makes one shard of them.
    private static boolean isTakenApart(Facts facts, Pool pool) {
        return !pool.bySentinel() && facts.proxies().isEmpty();
    }

    static List<Found> processesAsShards(Facts facts) {
        Groups groups = new Groups(facts);
        List<Found> found = new ArrayList<>();
        for (Pool pool : facts.pools()) {
            Map<String, Set<String>> byGroup = new HashMap<>();
            Map<String, String> byName = new HashMap<>();
            for (Pool.Entry server : pool.servers()) {
                String group = groups.of(server.address());
                if (group != null) {
                    byName.putIfAbsent(server.ringName(), group);
                }
            }
            for (Pool.Entry server : pool.servers()) {
                String group = groups.of(server.address());
                // One that Sentinel does not know belongs to those of its name.
                String key = group == null ? byName.getOrDefault(server.ringName(), server.ringName()) : group;
                byGroup.computeIfAbsent(key, _ -> new LinkedHashSet<>()).add(String.valueOf(server.address()));
            }
            byGroup.forEach((group, servers) -> {
                if (servers.size() > 1 && isTakenApart(facts, pool)) {
                    found.add(new Found(
                            pool.servers().getFirst().at(),
                            pool.title() + " lists " + servers.size() + " servers of " + group + " as shards: "
                                    + String.join(", ", servers),
                            "one shard of one master and its replicas"));
                }
            });
        }
        return found;
    }

    static List<Found> ejectsWithSentinel(Facts facts) {
        Groups groups = new Groups(facts);
        List<Found> found = new ArrayList<>();
        for (Pool pool : facts.pools()) {
            boolean watched = groups.behind(pool).stream().anyMatch(groups.views()::containsKey);
            if (pool.ejects() && (pool.bySentinel() || watched)) {
                found.add(new Found(
                        pool.at(),
                        pool.title() + " has auto_eject_hosts, and Sentinel replaces its masters",
                        "auto_eject_hosts: false"));
            }
        }
        return found;
    }

    static List<Found> sharedRingName(Facts facts) {
        List<Found> found = new ArrayList<>();
        for (Pool pool : facts.pools()) {
            Map<String, Integer> count = new HashMap<>();
            for (Pool.Entry server : pool.servers()) {
                if (count.merge(server.ringName(), 1, Integer::sum) == 2 && isTakenApart(facts, pool)) {
                    found.add(new Found(
                            server.at(),
                            pool.title() + " has several servers that are called " + server.ringName(),
                            "a name of its own for each shard"));
                }
            }
        }
        return found;
    }

    static List<Found> nameUnknownToSentinel(Facts facts) {
        Groups groups = new Groups(facts);
        List<Found> found = new ArrayList<>();
        for (Pool pool : facts.pools()) {
            Set<String> said = new LinkedHashSet<>();
            for (Pool.Entry server : pool.servers()) {
                String group = groups.of(server.address());
                boolean wrong = group != null
                        && groups.views().containsKey(group)
                        && !groups.views().containsKey(server.group());
                if (wrong && isTakenApart(facts, pool) && said.add(server.ringName())) {
                    found.add(new Found(
                            server.at(),
                            "server " + server.address() + " is called " + server.ringName(),
                            group + ", as Sentinel calls it"));
                }
            }
        }
        return found;
    }

    static List<Found> serverPorts(Facts facts) {
        Groups groups = new Groups(facts);
        List<Found> found = new ArrayList<>();
        for (Note note : facts.notes()) {
            boolean known = groups.views().containsKey(note.cache());
            if (!note.ofProxy() && known && !groups.hasPort(note.cache(), note.port())) {
                found.add(new Found(
                        note.at(), note.cache() + " has port " + note.port() + " here", ports(groups, note.cache())));
            }
        }
        for (Pool pool : facts.pools()) {
            for (Pool.Entry server : pool.servers()) {
                boolean known = groups.views().containsKey(server.group());
                if (server.address() != null
                        && known
                        && !groups.hasPort(server.group(), server.address().port())) {
                    found.add(new Found(
                            server.at(),
                            server.group() + " has port " + server.address().port() + " here",
                            ports(groups, server.group())));
                }
            }
        }
        return found;
    }

    private static String ports(Groups groups, String group) {
        Set<Integer> ports = new TreeSet<>();
        groups.members(group).forEach(node -> ports.add(node.port()));
        return "as Sentinel has it: " + numbers(ports);
    }

    static List<Found> proxyPorts(Facts facts) {
        Set<Integer> listens = listens(facts);
        List<Found> found = new ArrayList<>();
        for (Note note : facts.notes()) {
            if (note.ofProxy() && !listens.isEmpty() && !listens.contains(note.port())) {
                found.add(new Found(
                        note.at(),
                        note.cache() + " is at proxy port " + note.port() + " here, where no pool listens",
                        "one of " + numbers(listens)));
            }
        }
        return found;
    }

    /// The ports of all pools.
    static Set<Integer> listens(Facts facts) {
        Set<Integer> listens = new TreeSet<>();
        facts.pools().forEach(pool -> listens.addAll(pool.ports()));
        return listens;
    }

    /// `6379, 6381, 6382`.
    static String numbers(Set<Integer> numbers) {
        return String.join(", ", numbers.stream().map(String::valueOf).toList());
    }

    static List<Found> nameless(Facts facts) {
        List<Found> found = new ArrayList<>();
        for (Pool pool : facts.pools()) {
            if (pool.name() == null || !pool.hasServersKey()) {
                String is = pool.name() != null
                        ? "pool " + pool.name() + " has no servers:"
                        : pool.hasServersKey() ? "a pool has no name" : "a pool has neither a name nor servers:";
                found.add(new Found(pool.at(), is, "NAME: first, its keys and servers: indented below"));
            }
        }
        return found;
    }

    static List<Found> refused(Facts facts) {
        return facts.refusals().stream()
                .map(each -> new Found(each.at(), each.text(), "a file that the proxy accepts"))
                .toList();
    }

    static List<Found> filesPlaceDifferently(Facts facts) {
        List<Found> found = new ArrayList<>();
        Map<String, Pool> first = new HashMap<>();
        for (Pool pool : facts.pools()) {
            Pool before = pool.name() == null ? null : first.putIfAbsent(pool.name(), pool);
            if (before != null && !Ring.of(before).isAs(Ring.of(pool))) {
                found.add(new Found(
                        pool.at(),
                        pool.title() + " looks for " + Ring.of(before).percentElsewhere(Ring.of(pool))
                                + " % of the keys elsewhere than at " + before.at(),
                        "the same names, weights, hash, hash_tag and distribution"));
            }
        }
        return found;
    }
}

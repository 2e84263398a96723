package dev.cobnut.doctor;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.doctor.Rule.Found;
import dev.cobnut.topology.NodeAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;

/// What may be wrong with Sentinels. Pure; each method is the rule of one row of [RuleTable].
final class SentinelRules {
    /// Below, a real Sentinel deposes a healthy new master about a second after it has announced it.
    private static final long CASCADES_MILLIS = 1_200;

    private static final long QUIET_MILLIS = 2_000;
    private static final long STALE_MILLIS = 3_600_000;
    private static final int SENTINELS_MIN = 3;

    private SentinelRules() {}

    static List<Found> differentMasters(Facts facts) {
        return differing(facts, group -> String.valueOf(group.master()), "master ", "one master");
    }

    static List<Found> differentSettings(Facts facts) {
        return differing(
                facts,
                group -> "quorum " + group.quorum() + ", down-after " + group.downAfterMillis()
                        + " ms, failover-timeout " + group.failoverTimeoutMillis() + " ms",
                "",
                "the same at each Sentinel");
    }

    /// Where Sentinels say different things of a group. The living are compared with the living, files with files:
    /// those are as old as they are.
    private static List<Found> differing(Facts facts, Function<Group, String> says, String what, String should) {
        List<Found> found = new ArrayList<>();
        for (boolean living : List.of(true, false)) {
            Map<String, List<Group>> views = new Groups(only(facts, living)).views();
            views.forEach((name, groups) -> {
                Set<String> said = new LinkedHashSet<>();
                groups.forEach(group -> said.add(says.apply(group)));
                if (said.size() > 1) {
                    List<String> each = new ArrayList<>();
                    groups.forEach(group -> each.add(group.at() + " has " + what + says.apply(group)));
                    found.add(new Found(name, String.join("; ", each), should));
                }
            });
        }
        return found;
    }

    private static Facts only(Facts facts, boolean living) {
        Facts.Collector some = new Facts.Collector();
        facts.sentinels().stream()
                .filter(sentinel -> sentinel.living() == living)
                .forEach(some.sentinels::add);
        return some.facts();
    }

    static List<Found> quorumOne(Facts facts) {
        return each(
                facts,
                group -> group.quorum() == 1,
                group -> group.name() + " has quorum 1: one Sentinel's opinion is enough",
                "2 of 3 Sentinels");
    }

    static List<Found> cascades(Facts facts) {
        return each(
                facts,
                group -> group.downAfterMillis() < CASCADES_MILLIS,
                group -> group.name() + " has down-after-milliseconds " + group.downAfterMillis(),
                QUIET_MILLIS + " or more");
    }

    static List<Found> hasty(Facts facts) {
        return each(
                facts,
                group -> group.downAfterMillis() >= CASCADES_MILLIS && group.downAfterMillis() < QUIET_MILLIS,
                group -> group.name() + " has down-after-milliseconds " + group.downAfterMillis(),
                QUIET_MILLIS + " or more");
    }

    static List<Found> twins(Facts facts) {
        List<Found> found = new ArrayList<>();
        for (Sentinel sentinel : facts.sentinels()) {
            for (Group group : sentinel.groups()) {
                Set<NodeAddress.Tcp> seen = new HashSet<>();
                for (Replica replica : group.replicas()) {
                    if (!seen.add(replica.address())) {
                        found.add(new Found(
                                replica.at(),
                                group.name() + " has the replica " + replica.address() + " twice",
                                "each once"));
                    }
                }
            }
        }
        return found;
    }

    static List<Found> stale(Facts facts) {
        List<Found> found = new ArrayList<>();
        for (Sentinel sentinel : facts.sentinels()) {
            for (Group group : sentinel.groups()) {
                for (Replica replica : group.replicas()) {
                    if (replica.downMillis() > STALE_MILLIS) {
                        found.add(new Found(
                                replica.at(),
                                group.name() + " remembers the replica " + replica.address() + ", down for "
                                        + replica.downMillis() / STALE_MILLIS + " h",
                                "replicas that exist"));
                    }
                }
            }
        }
        return found;
    }

    /// A server that stands beside those of a group in a pool, or that says it replicates its master, and that no
    /// Sentinel knows.
    static List<Found> unwatched(Facts facts) {
        Groups groups = new Groups(facts);
        List<Found> found = new ArrayList<>();
        for (Map.Entry<String, List<Group>> view : groups.views().entrySet()) {
            Set<NodeAddress.Tcp> members = groups.members(view.getKey());
            Set<String> missing = new TreeSet<>();
            for (Pool pool : facts.pools()) {
                for (Pool.Entry server : pool.servers()) {
                    boolean beside = pool.servers().stream()
                            .anyMatch(other -> other.ringName().equals(server.ringName())
                                    && other.address() != null
                                    && members.contains(other.address()));
                    if (beside && server.address() != null && groups.of(server.address()) == null) {
                        missing.add(server.address().toString());
                    }
                }
            }
            missing.addAll(forgotten(facts, view.getKey()));
            for (Server server : facts.servers()) {
                if (server.isLiving()
                        && server.isMaster()
                        && view.getKey().equals(groups.of(server))
                        && server.number("connected_slaves", 0) > members.size() - 1L) {
                    missing.add("one of the " + server.field("connected_slaves") + " replicas of " + server.at());
                }
            }
            missing.forEach(each -> found.add(new Found(
                    view.getValue().getFirst().at(),
                    view.getKey() + " does not have " + each,
                    "every server of the group, known to Sentinel")));
        }
        return found;
    }

    /// Servers of a group of stack.yml that answer, and that a living Sentinel does not have.
    private static Set<String> forgotten(Facts facts, String name) {
        Set<String> forgotten = new TreeSet<>();
        Wanted wanted = facts.wanted();
        if (wanted == null) {
            return forgotten;
        }
        for (Blueprint.Redis redis : wanted.blueprint().redises(name)) {
            NodeAddress.Tcp address = wanted.blueprint().address(redis);
            boolean answers = facts.servers().stream().anyMatch(server -> address.equals(server.address()));
            for (Sentinel sentinel : facts.sentinels()) {
                for (Group view : sentinel.groups()) {
                    boolean knows = address.equals(view.master())
                            || view.replicas().stream()
                                    .anyMatch(replica -> replica.address().equals(address));
                    if (answers && sentinel.living() && view.name().equals(name) && !knows) {
                        forgotten.add(address + " at " + sentinel.at());
                    }
                }
            }
        }
        return forgotten;
    }

    static List<Found> namesUnresolved(Facts facts) {
        List<Found> found = new ArrayList<>();
        for (Sentinel sentinel : facts.sentinels()) {
            boolean resolves = sentinel.living()
                    || sentinel.settings().text("resolve-hostnames", "no").equals("yes");
            for (Group group : sentinel.groups()) {
                NodeAddress.Tcp master = group.master();
                if (!resolves && master != null && !isLiteral(master.host())) {
                    found.add(new Found(
                            group.at(),
                            group.name() + " is at the name " + master.host() + ", and names are not resolved",
                            "an IP address, or sentinel resolve-hostnames yes"));
                }
            }
        }
        return found;
    }

    private static boolean isLiteral(String host) {
        return host.matches("[\\d.]+") || host.indexOf(':') >= 0;
    }

    static List<Found> strangers(Facts facts) {
        Map<String, List<Group>> views = new Groups(only(facts, true)).views();
        List<Found> found = new ArrayList<>();
        views.forEach((name, groups) -> {
            for (Group group : groups) {
                if (group.otherSentinels() < groups.size() - 1) {
                    found.add(new Found(
                            group.at(),
                            name + ": it knows " + group.otherSentinels() + " other Sentinels, and there are "
                                    + (groups.size() - 1),
                            "each knows all others"));
                }
            }
        });
        return found;
    }

    static List<Found> few(Facts facts) {
        Map<String, List<Group>> views = new Groups(only(facts, true)).views();
        List<Found> found = new ArrayList<>();
        views.forEach((name, groups) -> {
            int count = groups.size();
            for (Group group : groups) {
                count = Math.max(count, group.otherSentinels() + 1);
            }
            if (count < SENTINELS_MIN) {
                found.add(new Found(
                        name, count + (count == 1 ? " Sentinel watches it" : " Sentinels watch it"), "3 or more"));
            }
        });
        return found;
    }

    static List<Found> withoutPassword(Facts facts) {
        Groups groups = new Groups(facts);
        List<Found> found = new ArrayList<>();
        for (Sentinel sentinel : facts.sentinels()) {
            for (Group group : sentinel.groups()) {
                boolean wanted = facts.servers().stream()
                        .anyMatch(server -> group.name().equals(groups.of(server))
                                && server.settings().has("requirepass"));
                if (wanted && !group.hasPassword()) {
                    found.add(new Found(
                            group.at(),
                            group.name() + " has no sentinel auth-pass, and its servers want a password",
                            "sentinel auth-pass " + group.name() + " PASSWORD"));
                }
            }
        }
        return found;
    }

    static List<Found> masterDown(Facts facts) {
        return each(
                facts,
                group -> group.flags().contains("s_down") || group.flags().contains("o_down"),
                group -> group.name() + ": the master " + group.master() + " is taken for dead",
                "a master that answers");
    }

    static List<Found> quorumOutOfReach(Facts facts) {
        return each(
                facts,
                group -> group.refusal() != null
                        || group.otherSentinels() >= 0 && group.quorum() > group.otherSentinels() + 1,
                group -> group.refusal() != null
                        ? group.name() + ": " + group.refusal()
                        : group.name() + " has quorum " + group.quorum() + " and " + (group.otherSentinels() + 1)
                                + " Sentinels",
                "a quorum that can be reached, and OK from SENTINEL CKQUORUM");
    }

    static List<Found> absent(Facts facts) {
        return new Absences(facts)
                .strangers(Facts.Target.SENTINEL).stream()
                        .map(miss -> new Found(miss.at(), "the Sentinel does not answer: " + miss.why(), "an answer"))
                        .toList();
    }

    /// What is wrong with groups; what living Sentinels have alike is told once, with all of them.
    private static List<Found> each(Facts facts, Predicate<Group> isWrong, Function<Group, String> is, String should) {
        Map<String, Set<String>> living = new LinkedHashMap<>();
        List<Found> found = new ArrayList<>();
        for (Sentinel sentinel : facts.sentinels()) {
            for (Group group : sentinel.groups()) {
                if (isWrong.test(group) && sentinel.living()) {
                    living.computeIfAbsent(is.apply(group), _ -> new LinkedHashSet<>())
                            .add(group.at());
                } else if (isWrong.test(group)) {
                    found.add(new Found(group.at(), is.apply(group), should));
                }
            }
        }
        living.forEach((what, at) -> found.add(new Found(String.join(", ", at), what, should)));
        return found;
    }
}

package dev.cobnut.doctor;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.doctor.Rule.Found;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Where what runs is not what stack.yml says. Silent without a stack.yml. Pure; each method is the rule of one row of
/// [RuleTable].
final class StackRules {
    private StackRules() {}

    static List<Found> notRunning(Facts facts) {
        Wanted wanted = facts.wanted();
        if (wanted == null) {
            return List.of();
        }
        Drift drift = new Drift(facts, wanted);
        Absences absences = new Absences(facts);
        List<Found> found = new ArrayList<>();
        for (Facts.Miss miss : absences.ofTheFile()) {
            Blueprint.Service service = absences.service(miss);
            boolean moved = service instanceof Blueprint.Redis redis && drift.elsewhere(redis) != null;
            if (service != null && !moved) {
                found.add(new Found(miss.at(), Wanted.title(service) + " does not answer: " + miss.why(), "an answer"));
            }
        }
        return found;
    }

    static List<Found> strangers(Facts facts) {
        Wanted wanted = facts.wanted();
        return wanted == null
                ? List.of()
                : new Drift(facts, wanted)
                        .strangers().stream()
                                .map(each -> new Found(
                                        wanted.file(), "not in the file, and found: " + each, "both the same"))
                                .toList();
    }

    static List<Found> otherPort(Facts facts) {
        List<Found> found = new ArrayList<>();
        rows(facts)
                .forEach(row -> row.changes().stream()
                        .filter(change -> change.what().equals("port"))
                        .forEach(change -> found.add(new Found(
                                row.address().host() + ":" + change.now(),
                                Wanted.title(row.service()) + " has port " + change.now(),
                                change.wanted() + ", as the file says"))));
        return found;
    }

    /// Groups that Sentinels do not have, or have under another name.
    static List<Found> unwatched(Facts facts) {
        Wanted wanted = facts.wanted();
        if (wanted == null || wanted.blueprint().sentinels() == null) {
            return List.of();
        }
        Map<String, List<String>> who = new LinkedHashMap<>();
        for (Blueprint.Redis redis : wanted.blueprint().redises()) {
            for (Sentinel sentinel : facts.sentinels()) {
                boolean knows = sentinel.groups().stream()
                        .anyMatch(group -> group.name().equals(redis.group()));
                List<String> those = who.computeIfAbsent(redis.group(), _ -> new ArrayList<>());
                if (sentinel.living() && !knows && !those.contains(sentinel.at())) {
                    those.add(sentinel.at());
                }
            }
        }
        List<Found> found = new ArrayList<>();
        who.forEach((group, at) -> {
            if (!at.isEmpty()) {
                String other = otherName(facts, wanted, group);
                found.add(new Found(
                        String.join(", ", at),
                        "no group is called " + group
                                + (other == null ? "" : "; one with its servers is called " + other),
                        group + ", as the file has it"));
            }
        });
        return found;
    }

    private static @Nullable String otherName(Facts facts, Wanted wanted, String group) {
        for (Sentinel sentinel : facts.sentinels()) {
            for (Group each : sentinel.groups()) {
                boolean same = each.master() != null
                        && wanted.service(each.master()) instanceof Blueprint.Redis redis
                        && redis.group().equals(group);
                if (same && wanted.cache(each.name()) == null) {
                    return each.name();
                }
            }
        }
        return null;
    }

    static List<Found> sentinelsDiffer(Facts facts) {
        return settings(facts, Blueprint.Sentinel.class);
    }

    static List<Found> serversDiffer(Facts facts) {
        return settings(facts, Blueprint.Redis.class);
    }

    /// What is set otherwise, told once for all who have it so.
    private static List<Found> settings(Facts facts, Class<? extends Blueprint.Service> kind) {
        Map<List<String>, Set<String>> where = new LinkedHashMap<>();
        for (Drift.Row row : rows(facts)) {
            for (Drift.Change change : row.changes()) {
                boolean isRole = Set.of("port", "role", "replicates").contains(change.what());
                if (kind.isInstance(row.service()) && change.kind() == Drift.Kind.CHANGE && !isRole) {
                    String what = row.service() instanceof Blueprint.Redis redis ? redis.group() + ": " : "";
                    where.computeIfAbsent(
                                    List.of(what + change.what() + " " + change.now(), change.wanted()),
                                    _ -> new LinkedHashSet<>())
                            .add(row.address().toString());
                }
            }
        }
        List<Found> found = new ArrayList<>();
        where.forEach((what, at) ->
                found.add(new Found(String.join(", ", at), what.getFirst(), what.getLast() + ", as the file says")));
        return found;
    }

    static List<Found> outsideOfItsGroup(Facts facts) {
        List<Found> found = new ArrayList<>();
        for (Drift.Row row : rows(facts)) {
            for (Drift.Change change : row.changes()) {
                if (change.what().equals("replicates")) {
                    found.add(new Found(
                            row.address().toString(),
                            Wanted.title(row.service()) + " replicates " + change.now() + ", which is not of its group",
                            "a replica of " + change.wanted()));
                }
            }
        }
        return found;
    }

    static List<Found> withoutPool(Facts facts) {
        List<Found> found = new ArrayList<>();
        for (Drift.Row row : rows(facts)) {
            for (Drift.Change change : row.changes()) {
                if (row.service() instanceof Blueprint.Pool pool
                        && change.what().startsWith("pool ")) {
                    found.add(new Found(
                            row.address().toString(),
                            "the proxy of " + pool.host() + " has no pool "
                                    + pool.cache().name(),
                            "all pools of the file"));
                }
            }
        }
        return found;
    }

    private static List<Drift.Row> rows(Facts facts) {
        Wanted wanted = facts.wanted();
        return wanted == null ? List.of() : new Drift(facts, wanted).rows();
    }
}

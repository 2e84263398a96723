package dev.cobnut.blueprint;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the death of one host costs, if all is well before. Pure.
public final class Survival {
    private final Blueprint blueprint;

    public Survival(Blueprint blueprint) {
        this.blueprint = blueprint;
    }

    /// One line for each host that runs something, and for each thing that happens to it.
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (Blueprint.Host host : blueprint.hosts()) {
            List<String> what = of(host.name());
            if (!what.isEmpty()) {
                lines.add(host.name() + " dies: " + String.join("; ", what));
            }
        }
        return lines;
    }

    private List<String> of(String dead) {
        List<String> what = new ArrayList<>();
        String nobody = nobodyLeads(dead);
        for (Map.Entry<String, List<Blueprint.Redis>> group : groups().entrySet()) {
            List<Blueprint.Redis> all = group.getValue();
            if (all.stream().anyMatch(each -> each.host().equals(dead))) {
                what.add(group.getKey() + " " + fate(dead, all, nobody));
            }
        }
        Blueprint.Sentinels sentinels = blueprint.sentinels();
        if (sentinels != null && sentinels.hosts().contains(dead)) {
            what.add(nobody == null ? "Sentinels go on" : nobody);
        }
        Blueprint.Proxies proxies = blueprint.proxies();
        if (proxies != null && proxies.hosts().contains(dead)) {
            what.add(
                    proxies.hosts().size() == 1
                            ? "there is no other proxy: clients reach nothing"
                            : "clients of its proxy " + whereClientsGo(dead));
        }
        return what;
    }

    private String whereClientsGo(String dead) {
        Blueprint.VirtualIp virtual = blueprint.virtualIp();
        if (virtual == null || !virtual.hosts().contains(dead)) {
            return "have to go to another one";
        }
        List<String> others =
                virtual.hosts().stream().filter(host -> !host.equals(dead)).toList();
        return others.isEmpty()
                ? "reach nothing at " + virtual.host() + ": no other host carries it"
                : "find " + virtual.host() + " at " + String.join(" or ", others);
    }

    private Map<String, List<Blueprint.Redis>> groups() {
        Map<String, List<Blueprint.Redis>> groups = new LinkedHashMap<>();
        for (Blueprint.Redis each : blueprint.redises()) {
            groups.computeIfAbsent(each.group(), _ -> new ArrayList<>()).add(each);
        }
        return groups;
    }

    private static String fate(String dead, List<Blueprint.Redis> group, @Nullable String nobody) {
        int left = group.size() - 1;
        int min = group.getFirst().cache().minReplicas();
        boolean wasMaster = group.getFirst().host().equals(dead);
        if (left == 0) {
            return "is down until it is back";
        }
        // One of those who are left is the master.
        String shortOf =
                left - 1 < min ? ", and takes no writes: it has " + (left - 1) + " replicas, and needs " + min : "";
        if (!wasMaster) {
            return "keeps its master" + shortOf;
        }
        if (nobody != null) {
            return "is down until it is back: nobody can lead a failover";
        }
        List<String> heirs = group.stream()
                .map(Blueprint.Redis::host)
                .filter(host -> !host.equals(dead))
                .toList();
        return "fails over to " + String.join(" or ", heirs) + shortOf;
    }

    /// Why no failover is possible without a host; null when one is.
    private @Nullable String nobodyLeads(String dead) {
        Blueprint.Sentinels sentinels = blueprint.sentinels();
        if (sentinels == null) {
            return "there are no Sentinels";
        }
        long left =
                sentinels.hosts().stream().filter(host -> !host.equals(dead)).count();
        int needed = Math.max(sentinels.majority(), sentinels.quorum());
        return left >= needed ? null : left + " Sentinels are left, " + needed + " are needed for a failover";
    }
}

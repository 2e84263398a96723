package dev.cobnut.doctor;

import dev.cobnut.config.BadValue;
import dev.cobnut.config.HostPort;
import dev.cobnut.control.probe.StrictText;
import dev.cobnut.topology.NodeAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// From the pages of a proxy's statistics port to facts. Pure.
public final class ProxyPages {
    private ProxyPages() {}

    /// Who is where.
    public static final String TOPOLOGY = "/topology";

    /// Who answers.
    public static final String STATS = "/stats";

    /// Pages that not every version has, and that of a switch only one that follows Sentinels.
    public static final List<String> MORE = List.of("/pools", "/host", "/switch");

    /// A proxy with what it sees.
    ///
    /// @param at the statistics port
    /// @param pages the objects of [#TOPOLOGY], [#STATS] and those of [#MORE] that it has, by their paths
    public static void read(String at, Map<String, Map<?, ?>> pages, Facts.Collector into) {
        Map<?, ?> topology = pages.getOrDefault(TOPOLOGY, Map.of());
        List<Proxy.View> views = new ArrayList<>();
        for (Map<?, ?> pool : maps(topology, "pools")) {
            for (Map<?, ?> shard : maps(pool, "shards")) {
                views.add(new Proxy.View(
                        text(pool, "name"),
                        text(shard, "name"),
                        text(shard, "weight"),
                        text(shard, "master_name"),
                        text(shard, "master"),
                        text(shard, "config_epoch"),
                        text(shard, "gate"),
                        text(shard, "gate_why")));
            }
        }
        Map<String, String> placements = new HashMap<>();
        for (Map<?, ?> pool : maps(pages.getOrDefault("/pools", Map.of()), "pools")) {
            placements.put(
                    text(pool, "name"),
                    Ring.words(text(pool, "hash"), text(pool, "hash_tag"), text(pool, "distribution")));
        }
        Set<String> addresses = new LinkedHashSet<>(texts(pages.getOrDefault("/host", Map.of()), "addresses"));
        boolean switching =
                text(pages.getOrDefault("/switch", Map.of()), "outcome").equals("running");
        into.proxies.add(new Proxy(
                at, text(pages.getOrDefault(STATS, Map.of()), "version"), views, placements, addresses, switching));
        into.looked.add("proxy " + at);
    }

    /// A proxy that did not answer.
    ///
    /// @param why for people
    public static void miss(String at, String why, Facts.Collector into) {
        into.missed.add(new Facts.Miss(Facts.Target.PROXY, at, why));
    }

    /// The Sentinels that a proxy follows.
    public static Set<NodeAddress.Tcp> sentinels(Map<?, ?> topology) {
        return addresses(maps(topology, "sentinels"));
    }

    /// The nodes that a proxy knows.
    public static Set<NodeAddress.Tcp> nodes(Map<?, ?> topology) {
        Set<NodeAddress.Tcp> nodes = new LinkedHashSet<>();
        for (Map<?, ?> pool : maps(topology, "pools")) {
            for (Map<?, ?> shard : maps(pool, "shards")) {
                nodes.addAll(addresses(maps(shard, "nodes")));
            }
        }
        return nodes;
    }

    private static Set<NodeAddress.Tcp> addresses(List<Map<?, ?>> rows) {
        Set<NodeAddress.Tcp> addresses = new LinkedHashSet<>();
        for (Map<?, ?> row : rows) {
            try {
                addresses.add(HostPort.parse(text(row, "address")));
            } catch (BadValue _) {
                // a unix socket: it is asked about by nobody else
            }
        }
        return addresses;
    }

    /// The objects in a list; none when there is no such list.
    static List<Map<?, ?>> maps(Map<?, ?> parent, String key) {
        List<Map<?, ?>> maps = new ArrayList<>();
        if (parent.get(key) instanceof List<?> list) {
            for (Object each : list) {
                if (each instanceof Map<?, ?> map) {
                    maps.add(map);
                }
            }
        }
        return maps;
    }

    /// The values in a list, each fit for one line; none when there is no such list.
    static List<String> texts(Map<?, ?> parent, String key) {
        List<String> texts = new ArrayList<>();
        if (parent.get(key) instanceof List<?> list) {
            list.forEach(each -> texts.add(StrictText.printable(String.valueOf(each))));
        }
        return texts;
    }

    /// A value, fit for one line; empty when it is missing or null.
    static String text(Map<?, ?> map, String key) {
        Object value = map.get(key);
        return value == null ? "" : StrictText.printable(value.toString());
    }
}

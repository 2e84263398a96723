package dev.cobnut.doctor;

import dev.cobnut.config.BadValue;
import dev.cobnut.config.HostPort;
import dev.cobnut.control.probe.StrictText;
import dev.cobnut.topology.NodeAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// From the pages of a proxy's statistics port to facts. Pure.
public final class ProxyPages {
    private ProxyPages() {}

    /// A proxy with what it sees.
    ///
    /// @param at the statistics port
    /// @param topology the object of `/topology`
    /// @param stats the object of `/stats`
    public static void read(String at, Map<?, ?> topology, Map<?, ?> stats, Facts.Collector into) {
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
        into.proxies.add(new Proxy(at, text(stats, "version"), views));
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

    private static List<Map<?, ?>> maps(Map<?, ?> parent, String key) {
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

    private static String text(Map<?, ?> map, String key) {
        Object value = map.get(key);
        return value == null ? "" : StrictText.printable(value.toString());
    }
}

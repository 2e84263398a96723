package dev.cobnut.doctor;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.blueprint.Defaults;
import dev.cobnut.topology.NodeAddress;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What should be: a stack.yml, and under which addresses its hosts may be named. Sentinels and servers name hosts by IP
/// addresses, the file perhaps by names. Pure.
///
/// @param file as findings name it
/// @param blueprint what it says
/// @param hosts the name of the host for each address of a host, as the file has it and as names resolve
public record Wanted(String file, Blueprint blueprint, Map<String, String> hosts) {
    public Wanted {
        hosts = Map.copyOf(hosts);
    }

    /// Where hosts are by what the file says alone.
    static Wanted of(String file, Blueprint blueprint) {
        Map<String, String> hosts = new LinkedHashMap<>();
        blueprint.hosts().forEach(host -> hosts.put(host.address(), host.name()));
        return new Wanted(file, blueprint, hosts);
    }

    /// An address in the file's own words; another one as it is.
    NodeAddress.Tcp canonical(NodeAddress.Tcp address) {
        String host = hosts.get(address.host());
        return host == null ? address : new NodeAddress.Tcp(blueprint.host(host).address(), address.port());
    }

    /// What the file has at an address; null for nothing.
    Blueprint.@Nullable Service service(NodeAddress.Tcp address) {
        NodeAddress.Tcp canonical = canonical(address);
        for (Blueprint.Service service : blueprint.processes()) {
            boolean isDoor = service instanceof Blueprint.Pool pool && address.equals(door(pool));
            if (isDoor || blueprint.address(service).equals(canonical)) {
                return service;
            }
        }
        return null;
    }

    /// Where others reach a pool; null when only its own host does.
    NodeAddress.@Nullable Tcp door(Blueprint.Pool pool) {
        String bind = pool.cache().bind();
        String host = blueprint.host(pool.host()).address();
        if (bind == null || bind.matches("\\*|0\\.0\\.0\\.0|::")) {
            return new NodeAddress.Tcp(host, pool.port());
        }
        boolean isLocal = isLoopback(bind) && !isLoopback(host);
        return isLocal ? null : new NodeAddress.Tcp(bind, pool.port());
    }

    private static boolean isLoopback(String address) {
        return address.matches("127\\..*|::1|localhost");
    }

    /// Everybody who has to be asked at an address of his own, but pools: their [#doors].
    public Set<NodeAddress.Tcp> places(Class<? extends Blueprint.Service> kind) {
        Set<NodeAddress.Tcp> places = new LinkedHashSet<>();
        for (Blueprint.Service service : blueprint.processes()) {
            if (kind.isInstance(service)) {
                places.add(blueprint.address(service));
            }
        }
        return places;
    }

    /// Where each host that may have the virtual address says whether it would take it, by its name, the first one first; none where
    /// another program than `cobnut vip` moves it.
    public Map<String, NodeAddress.Tcp> speakers() {
        Map<String, NodeAddress.Tcp> speakers = new LinkedHashMap<>();
        Blueprint.VirtualIp virtual = blueprint.virtualIp();
        if (virtual != null && virtual.speaker() == Blueprint.Speaker.COBNUT) {
            for (String host : virtual.hosts()) {
                speakers.put(host, new NodeAddress.Tcp(blueprint.host(host).address(), Defaults.SPEAKER_PORT));
            }
        }
        return speakers;
    }

    /// Where to knock: at each pool, and at the virtual address.
    public Map<NodeAddress.Tcp, Facts.Target> doors() {
        Map<NodeAddress.Tcp, Facts.Target> doors = new LinkedHashMap<>();
        Blueprint.VirtualIp virtual = blueprint.virtualIp();
        for (Blueprint.Service service : blueprint.processes()) {
            if (service instanceof Blueprint.Pool pool) {
                NodeAddress.Tcp door = door(pool);
                if (virtual != null && (pool.cache().bind() == null || isAt(door, virtual))) {
                    doors.put(new NodeAddress.Tcp(virtual.host(), pool.port()), Facts.Target.VIRTUAL);
                }
                if (door != null && !isAt(door, virtual)) {
                    doors.put(door, Facts.Target.POOL);
                }
            }
        }
        return doors;
    }

    private static boolean isAt(NodeAddress.@Nullable Tcp door, Blueprint.@Nullable VirtualIp virtual) {
        return door != null && virtual != null && door.host().equals(virtual.host());
    }

    /// The cache that a group belongs to; null for none.
    Blueprint.@Nullable Cache cache(String group) {
        for (Blueprint.Redis redis : blueprint.redises()) {
            if (redis.group().equals(group)) {
                return redis.cache();
            }
        }
        return null;
    }

    /// Where something stands in the file.
    ///
    /// @param line from 1
    String at(int line) {
        return file + ":" + line;
    }

    /// For people: `redis cluster_obj of red1`.
    static String title(Blueprint.Service service) {
        return service.title() + " of " + service.host();
    }
}

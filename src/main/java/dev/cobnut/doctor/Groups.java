package dev.cobnut.doctor;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.topology.NodeAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which servers belong together, as stack.yml, all Sentinels and files of the facts say. Pure.
final class Groups {
    private final Map<String, List<Group>> views = new LinkedHashMap<>();
    private final Map<String, Set<NodeAddress.Tcp>> members = new LinkedHashMap<>();

    private final @Nullable Wanted wanted;

    Groups(Facts facts) {
        wanted = facts.wanted();
        if (wanted != null) {
            for (Blueprint.Redis redis : wanted.blueprint().redises()) {
                members.computeIfAbsent(redis.group(), _ -> new LinkedHashSet<>())
                        .add(wanted.blueprint().address(redis));
            }
        }
        for (Sentinel sentinel : facts.sentinels()) {
            for (Group group : sentinel.groups()) {
                views.computeIfAbsent(group.name(), _ -> new ArrayList<>()).add(group);
                Set<NodeAddress.Tcp> nodes = members.computeIfAbsent(group.name(), _ -> new LinkedHashSet<>());
                if (group.master() != null) {
                    nodes.add(group.master());
                }
                group.replicas().forEach(replica -> nodes.add(replica.address()));
            }
        }
    }

    /// By name, each as every Sentinel knows it.
    Map<String, List<Group>> views() {
        return views;
    }

    Set<NodeAddress.Tcp> members(String group) {
        return members.getOrDefault(group, Set.of());
    }

    /// The name of the group that has this node; null when none has.
    @Nullable
    String of(NodeAddress.@Nullable Tcp node) {
        for (Map.Entry<String, Set<NodeAddress.Tcp>> group : members.entrySet()) {
            if (node != null && group.getValue().contains(node)) {
                return group.getKey();
            }
        }
        return null;
    }

    /// The name of the group of a server. A file does not say its host: it belongs to the group of its master, or
    /// to the only one that has its port.
    @Nullable
    String of(Server server) {
        String own = of(server.isLiving() ? server.address() : server.master());
        if (own != null || server.isLiving()) {
            return own;
        }
        String found = null;
        for (String name : members.keySet()) {
            if (hasPort(name, server.port())) {
                if (found != null) {
                    return null;
                }
                found = name;
            }
        }
        return found;
    }

    boolean hasPort(String group, int port) {
        return members(group).stream().anyMatch(node -> node.port() == port);
    }

    /// The cache of stack.yml that a server belongs to; null for none.
    Blueprint.@Nullable Cache cache(Server server) {
        String group = of(server);
        return wanted == null || group == null ? null : wanted.cache(group);
    }

    /// What a server's data are for: as stack.yml says, else by the name of its group, else by that of its file.
    Kind kind(Server server) {
        Blueprint.Cache cache = cache(server);
        if (cache != null) {
            return switch (cache.kind()) {
                case CACHE, PAGE_CACHE -> Kind.CACHE;
                case SESSION -> Kind.SESSION;
                case PLAIN -> Kind.UNKNOWN;
            };
        }
        String group = of(server);
        Kind kind = group == null ? Kind.UNKNOWN : Kind.of(group);
        return kind == Kind.UNKNOWN && !server.isLiving()
                ? Kind.of(server.at().substring(server.at().lastIndexOf('/') + 1))
                : kind;
    }

    /// The groups that a pool sends to.
    Set<String> behind(Pool pool) {
        Set<String> names = new LinkedHashSet<>();
        for (Pool.Entry server : pool.servers()) {
            String name = views.containsKey(server.group()) ? server.group() : of(server.address());
            if (name != null) {
                names.add(name);
            }
        }
        return names;
    }
}

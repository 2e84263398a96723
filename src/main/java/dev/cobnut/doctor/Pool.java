package dev.cobnut.doctor;

import dev.cobnut.topology.NodeAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One pool of a nutcracker.yml or cobnut.yml.
///
/// @param at where it begins
/// @param name null when the file gives it none
/// @param ports that it listens on; empty when there is none
/// @param placement how it places keys, as [Ring#words] has it
/// @param hasServersKey whether its servers stand below `servers:` or `shards:`
/// @param ejects whether failing servers leave the ring
/// @param holdMillis how long Cobnut would have requests wait for a master
/// @param bySentinel whether the file itself names Sentinels, who say which servers are one shard
/// @param keys all that the file says of it, by its names, but for servers and shards; for a cobnut.yml what stands above the
/// pools, too
public record Pool(
        String at,
        @Nullable String name,
        List<Integer> ports,
        String placement,
        List<Entry> servers,
        boolean hasServersKey,
        boolean ejects,
        long holdMillis,
        boolean bySentinel,
        Settings keys) {

    /// One server of a pool.
    ///
    /// @param address null for a unix socket, or a shard that only Sentinel knows
    /// @param ringName what is hashed onto the ring
    /// @param group the name that Sentinel knows it under, if the file says so, else the ring name
    public record Entry(String at, NodeAddress.@Nullable Tcp address, int weight, String ringName, String group) {}

    public Pool {
        ports = List.copyOf(ports);
        servers = List.copyOf(servers);
    }

    /// For people.
    String title() {
        return name == null ? "a pool without a name" : "pool " + name;
    }

    /// The places on its ring.
    Set<String> shards() {
        Set<String> shards = new LinkedHashSet<>();
        servers.forEach(server -> shards.add(server.ringName()));
        return shards;
    }
}

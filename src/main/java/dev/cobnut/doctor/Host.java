package dev.cobnut.doctor;

import java.util.List;
import java.util.Map;
import java.util.Set;

/// What the kernel of this host says; looked at when a node runs here.
///
/// @param somaxconn longest queue of connections to accept; -1 when it does not say
/// @param overcommit `vm.overcommit_memory`; -1 when it does not say
/// @param hugePages `always`, `madvise` or `never`; empty when it does not say
/// @param memoryBytes that it has; -1 when it does not say
/// @param servers of the stack that run here, as findings name them
/// @param agents process ids of redis-twemproxy-agents that run here
/// @param openFiles how many files each of the servers may open, where the kernel tells us
public record Host(
        long somaxconn,
        long overcommit,
        String hugePages,
        long memoryBytes,
        Set<String> servers,
        List<Long> agents,
        Map<String, Long> openFiles) {
    public Host {
        servers = Set.copyOf(servers);
        agents = List.copyOf(agents);
        openFiles = Map.copyOf(openFiles);
    }
}

package dev.cobnut.doctor;

import java.util.List;

/// What the kernel of this host says; looked at when a node runs here.
///
/// @param somaxconn longest queue of connections to accept; -1 when it does not say
/// @param overcommit `vm.overcommit_memory`; -1 when it does not say
/// @param hugePages `always`, `madvise` or `never`; empty when it does not say
/// @param agents process ids of redis-twemproxy-agents that run here
public record Host(long somaxconn, long overcommit, String hugePages, List<Long> agents) {
    public Host {
        agents = List.copyOf(agents);
    }
}

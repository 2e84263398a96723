package dev.cobnut.doctor;

import dev.cobnut.topology.NodeAddress;
import java.util.Set;

/// A replica as a Sentinel knows it.
///
/// @param at where it was found
/// @param flags that Sentinel gives it; empty in a file
/// @param downMillis for how long it has been taken for dead; 0 when it is not
public record Replica(NodeAddress.Tcp address, String at, Set<String> flags, long downMillis) {
    public Replica {
        flags = Set.copyOf(flags);
    }
}

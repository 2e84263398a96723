package dev.cobnut.doctor;

import dev.cobnut.topology.NodeAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// One master with its replicas, as one Sentinel, or its file, knows it.
///
/// @param name that Sentinel has for it
/// @param at where it was found
/// @param master null when what is said is no address
/// @param quorum how many Sentinels have to find it down; 0 when that is not said
/// @param downAfterMillis default 30000
/// @param failoverTimeoutMillis default 180000
/// @param configEpoch of the failover that made it master
/// @param replicas in their order, twins included
/// @param otherSentinels how many others are known; -1 when that is not said
/// @param refusal what CKQUORUM says against a failover; null when it agrees, or was not asked
/// @param flags that Sentinel gives the master; empty in a file
/// @param hasPassword whether the file has a password for the nodes; true for a living Sentinel, which does not
/// show it
public record Group(
        String name,
        String at,
        NodeAddress.@Nullable Tcp master,
        int quorum,
        long downAfterMillis,
        long failoverTimeoutMillis,
        long configEpoch,
        List<Replica> replicas,
        int otherSentinels,
        @Nullable String refusal,
        Set<String> flags,
        boolean hasPassword) {
    static final long DEFAULT_DOWN_AFTER_MILLIS = 30_000;
    static final long DEFAULT_FAILOVER_TIMEOUT_MILLIS = 180_000;

    public Group {
        replicas = List.copyOf(replicas);
        flags = Set.copyOf(flags);
    }

    /// The same with each address as somebody else writes it.
    Group renamed(UnaryOperator<NodeAddress.Tcp> names) {
        List<Replica> named = new ArrayList<>();
        for (Replica each : replicas) {
            named.add(new Replica(names.apply(each.address()), each.at(), each.flags(), each.downMillis()));
        }
        return new Group(
                name,
                at,
                master == null ? null : names.apply(master),
                quorum,
                downAfterMillis,
                failoverTimeoutMillis,
                configEpoch,
                named,
                otherSentinels,
                refusal,
                flags,
                hasPassword);
    }
}

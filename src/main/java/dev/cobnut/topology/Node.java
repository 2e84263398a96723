package dev.cobnut.topology;

/// One Redis process as the control plane last saw it.
///
/// @param address where it listens
/// @param role what it is in its shard
/// @param note what is remarkable about it, such as `down since 12 s`; empty when nothing is
public record Node(NodeAddress address, Role role, String note) {

    /// What a node is, by its own ROLE or, where nobody asks, by configuration.
    public enum Role {
        MASTER,
        REPLICA,
        UNKNOWN
    }
}

package dev.cobnut.control.switchover;

import dev.cobnut.topology.Login;
import dev.cobnut.topology.NodeAddress;
import org.jspecify.annotations.Nullable;

/// Where a switch takes place.
///
/// @param group the name that Sentinel has for the shard
/// @param master that is to be replaced
/// @param login of its nodes; null for none
record Place(
        String pool,
        String shard,
        String group,
        NodeAddress.Tcp master,
        @Nullable Login login) {}

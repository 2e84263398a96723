package dev.cobnut.control.discovery;

import dev.cobnut.topology.NodeAddress;
import java.util.List;

/// What a node said of itself when it was asked for its ROLE.
///
/// @param peers the replicas of a master, the master of a replica; empty when it did not answer
/// @param detail for people: why there was no answer, or the state of the link of a replica
record RoleAnswer(Kind kind, List<NodeAddress.Tcp> peers, String detail) {
    enum Kind {
        MASTER,
        REPLICA,
        NONE
    }

    RoleAnswer {
        peers = List.copyOf(peers);
    }

    static RoleAnswer master(List<NodeAddress.Tcp> replicas) {
        return new RoleAnswer(Kind.MASTER, replicas, "");
    }

    static RoleAnswer replica(NodeAddress.Tcp master, String link) {
        return new RoleAnswer(Kind.REPLICA, List.of(master), link);
    }

    static RoleAnswer none(String why) {
        return new RoleAnswer(Kind.NONE, List.of(), why);
    }
}

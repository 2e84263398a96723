package dev.cobnut.control.probe;

import dev.cobnut.resp.RespValue;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// What a node said of itself when it was asked for its ROLE.
///
/// @param peers the replicas of a master, the master of a replica; empty when it did not answer
/// @param detail for people: why there was no answer, or the state of the link of a replica
public record RoleAnswer(Kind kind, List<NodeAddress.Tcp> peers, String detail) {
    /// Enough for any real group; the replicas after these are left out.
    static final int REPLICAS_MAX = 1_000;

    /// What it is.
    public enum Kind {
        /// It takes writes.
        MASTER,
        /// It has a master, whether or not it has reached it.
        REPLICA,
        /// It gave no usable answer.
        NONE
    }

    public RoleAnswer {
        peers = List.copyOf(peers);
    }

    /// A master with these replicas.
    public static RoleAnswer master(List<NodeAddress.Tcp> replicas) {
        return new RoleAnswer(Kind.MASTER, replicas, "");
    }

    /// A replica of this master.
    ///
    /// @param link `connected` when the link is up, else what it does about it
    public static RoleAnswer replica(NodeAddress.Tcp master, String link) {
        return new RoleAnswer(Kind.REPLICA, List.of(master), link);
    }

    /// No usable answer.
    ///
    /// @param why for people
    public static RoleAnswer none(String why) {
        return new RoleAnswer(Kind.NONE, List.of(), why);
    }

    /// Reads the reply to ROLE.
    ///
    /// @throws IOException when it is not what a master or a replica says
    public static RoleAnswer parse(RespValue reply) throws IOException {
        List<RespValue> parts = StrictText.elements(reply);
        String role = parts.isEmpty() ? "" : parts.getFirst().text();
        if (role.equals("master") && parts.size() >= 3) {
            return master(replicas(parts.get(2)));
        }
        if (role.equals("slave") && parts.size() >= 4) {
            return replica(
                    StrictText.address(parts.get(1).text(), parts.get(2).text()),
                    StrictText.printable(parts.get(3).text()));
        }
        throw new IOException("ROLE: " + StrictText.printable(reply.text()) + " (expected master or slave)");
    }

    private static List<NodeAddress.Tcp> replicas(RespValue rows) throws IOException {
        List<NodeAddress.Tcp> replicas = new ArrayList<>();
        for (RespValue row : StrictText.elements(rows)) {
            // Whoever reads the replication stream may announce what it likes, and a backup tool has no port: what
            // is no address is no node of ours.
            if (replicas.size() < REPLICAS_MAX
                    && row instanceof RespValue.Array replica
                    && replica.elements().size() >= 2) {
                try {
                    replicas.add(StrictText.address(
                            replica.elements().get(0).text(),
                            replica.elements().get(1).text()));
                } catch (IOException _) {
                    // left out
                }
            }
        }
        return replicas;
    }

    /// Whether it is a replica whose link to its master is up, and so has all of its data.
    public boolean isLinkedReplica() {
        return kind == Kind.REPLICA && detail.equals("connected");
    }
}

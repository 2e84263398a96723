package dev.cobnut.topology;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a planned switch would do, as far as can be seen before it.
///
/// @param refusal why it would not be begun; null when it would
/// @param group the name that Sentinel has for the shard; empty when it is not known
/// @param shard the name of the shard; empty when it is not known
/// @param members the master first
/// @param remark what else an operator wants to know; empty for nothing
public record Prospect(@Nullable String refusal, String group, String shard, List<Member> members, String remark) {

    /// A node of the shard.
    ///
    /// @param priority 0 for a replica that is never to be master; -1 for the master
    /// @param behindBytes how much the replica lacks; 0 for the master; -1 when it is not known
    /// @param note for people
    public record Member(NodeAddress.Tcp address, long priority, long behindBytes, String note) {
        /// Whether a Sentinel could make it master.
        public boolean isEligible() {
            return priority > 0 && behindBytes >= 0;
        }
    }

    public Prospect {
        members = List.copyOf(members);
    }

    /// One that is not begun, for a reason that shows before anybody is asked.
    public static Prospect refused(String why) {
        return new Prospect(why, "", "", List.of(), "");
    }
}

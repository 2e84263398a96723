package dev.cobnut.control.discovery;

import dev.cobnut.control.Notice;
import dev.cobnut.control.discovery.SentinelReplies.GroupReport;
import dev.cobnut.control.discovery.SentinelReplies.ReplicaReport;
import dev.cobnut.control.probe.MasterAnswer;
import dev.cobnut.control.probe.ReplicationInfo;
import dev.cobnut.control.probe.RoleAnswer;
import dev.cobnut.control.probe.SwitchMarks;
import dev.cobnut.topology.NodeAddress;
import dev.cobnut.topology.Trouble;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// What the watching half tells the deciding half: the only way between their threads.
sealed interface News {

    /// A Sentinel answered SENTINEL MASTERS.
    ///
    /// @param unreadable groups that it watches too, but whose master it does not name so that it could be read
    /// @param askedNanos when it was asked
    record Masters(int sentinel, List<GroupReport> groups, Set<String> unreadable, long askedNanos) implements News {
        /// All of it could be read.
        Masters(int sentinel, List<GroupReport> groups) {
            this(sentinel, groups, Set.of(), 0);
        }
    }

    /// A Sentinel said something that was left out because it does not fit; told again only after it was well.
    ///
    /// @param line what, and what was expected, for people
    record Odd(int sentinel, String line) implements News {}

    /// A Sentinel answered SENTINEL REPLICAS for a group.
    record Replicas(int sentinel, String group, List<ReplicaReport> replicas) implements News {}

    /// A Sentinel has told all that one poll asks for.
    record Polled(int sentinel) implements News {}

    /// A Sentinel published an event.
    record Heard(int sentinel, String channel, String payload, long nowNanos) implements News {}

    /// A Sentinel cannot be asked.
    ///
    /// @param silent true when it accepts connections and does not answer
    record Lost(int sentinel, boolean silent, String why) implements News {}

    /// A candidate answered ROLE, or did not.
    ///
    /// @param data of which data it is master, asked after that; null when it is none
    record Role(
            String group,
            NodeAddress.Tcp address,
            RoleAnswer answer,
            @Nullable MasterAnswer data) implements News {}

    /// A configured server that no Sentinel names answered ROLE, or did not.
    record ServerRole(NodeAddress.Tcp address, RoleAnswer answer) implements News {}

    /// A host name was looked up.
    ///
    /// @param addresses empty when it has none, or nobody answered
    record Resolved(String host, List<InetAddress> addresses) implements News {}

    /// The nodes of a shard answered INFO replication, or did not.
    ///
    /// @param master who was asked as master
    /// @param replicasSaid the answers of the replicas that it lists, or listed last
    record Replication(
            ReplicaReads.Place place,
            NodeAddress.Tcp master,
            ReplicationInfo masterSaid,
            Map<NodeAddress.Tcp, ReplicationInfo> replicasSaid)
            implements News {}

    /// A master said of which data it is master, or said nothing.
    ///
    /// @param line of whom it is the master: see [Lineages]
    /// @param askedNanos when it was asked
    record Descent(String line, NodeAddress.Tcp master, MasterAnswer answer, long askedNanos) implements News {}

    /// A node was asked whether it is the master, since requests wait for that.
    ///
    /// @param line of which it would be the master: see [Lineages]
    /// @param askedNanos when it was asked
    record Passage(String line, NodeAddress.Tcp node, MasterAnswer answer, long askedNanos) implements News {}

    /// An operator's switch of a shard begins.
    ///
    /// @param untilNanos when it is over by itself
    /// @param taken completed when requests wait; with false when there is no such shard, or it has no gate
    record Switch(String pool, String shard, long untilNanos, CompletableFuture<Boolean> taken) implements News {}

    /// It is over, whatever came of it.
    record SwitchOver(String pool, String shard) implements News {}

    /// What happens in it, for people.
    ///
    /// @param told completed when they have been told
    record Said(String group, String line, CompletableFuture<Boolean> told) implements News {}

    /// A node was looked at for a fence.
    record Fence(String group, NodeAddress.Tcp node, SwitchMarks.Found found) implements News {}

    /// A fence was lifted, or could not be; or it is known whether one could be raised.
    ///
    /// @param kind how much it matters
    /// @param line for people; null when there is nothing to tell
    record Fenced(String group, Notice.Kind kind, @Nullable String line) implements News {}

    /// A fence was raised, or may have been.
    ///
    /// @param sentinel on whose word
    /// @param fenced what is to be told of it
    record Raised(NodeAddress.Tcp node, int sentinel, Fenced fenced) implements News {}

    /// The data plane saw something odd.
    record Hint(Trouble trouble) implements News {}
}

package dev.cobnut.control.discovery;

import dev.cobnut.config.ReadSettings;
import dev.cobnut.control.probe.ReplicationInfo;
import dev.cobnut.topology.NodeAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Decides which replicas of one shard may be read from. Pure: what the nodes said at about one moment in, the list
/// out; no clock, socket or thread.
///
/// While the adopted master answers and says `master`, a replica may be read from when all of this is true:
///
/// - the master lists it as online;
/// - it says `slave`, its link is up, and it is not being synchronised;
/// - it heard of its master in the last `lagSecondsMax` seconds;
/// - its history is the master's, and it lacks `lagBytesMax` bytes of it or less.
///
/// While the adopted master does not, when all of this is true:
///
/// - it could be read from before;
/// - it says `slave`, and it is not being synchronised;
/// - its link is up and it heard of its master in the last `lagSecondsMax` seconds, or it lost its link in that time.
///
/// A new master empties the list until it has answered.
///
/// So nobody gets onto the list without a known lag. While the master is silent the lag in bytes is not known; the
/// list only gets shorter then, and only the bound in seconds holds. *Its history is the master's*: both name the same
/// replication id, or, where a server is too old to have one, the replica names the master's address. The id is what
/// counts, since an address may be written in several ways, and a replica that is
/// about to change its master still has offsets of another history.
///
/// Weak: the nodes are asked at the same time but answer up to [ReplicaWatch#ROUND_MILLIS] apart, and the list holds
/// for a second. Add what the master writes meanwhile to the bound.
final class ReadableReplicas {
    private static final Comparator<NodeAddress.Tcp> ORDER =
            Comparator.comparing(NodeAddress.Tcp::host).thenComparingInt(NodeAddress.Tcp::port);

    private final ReadSettings bounds;

    /// Whether each listed replica may be read from.
    private final Map<NodeAddress.Tcp, Boolean> replicas = new TreeMap<>(ORDER);

    private NodeAddress.@Nullable Tcp master;
    private boolean silent;

    ReadableReplicas(ReadSettings bounds) {
        this.bounds = bounds;
    }

    /// The master of now; a new one empties the list.
    void onMaster(NodeAddress.@Nullable Tcp adopted) {
        if (adopted == null || !adopted.equals(master)) {
            master = adopted;
            replicas.clear();
            silent = false;
        }
    }

    /// The replicas to read from, sorted; the master is never one.
    List<NodeAddress> readable() {
        List<NodeAddress> readable = new ArrayList<>();
        replicas.forEach((address, good) -> {
            if (good) {
                readable.add(address);
            }
        });
        return readable;
    }

    /// The nodes have answered, or not.
    ///
    /// @param asked who was asked as master; an answer of another than the master of now counts for nothing
    /// @param masterSaid its answer
    /// @param replicasSaid the answers of those it lists, or, when it is silent, of those it listed last
    /// @return what changed, for people
    List<String> onRound(
            NodeAddress.Tcp asked, ReplicationInfo masterSaid, Map<NodeAddress.Tcp, ReplicationInfo> replicasSaid) {
        if (!asked.equals(master)) {
            return List.of();
        }
        return switch (masterSaid) {
            case ReplicationInfo.Master answer -> onAnswer(asked, answer, replicasSaid);
            case ReplicationInfo.Replica other ->
                onSilence(asked, "says that it is a replica of " + other.master(), replicasSaid);
            case ReplicationInfo.Nothing nothing -> onSilence(asked, nothing.why(), replicasSaid);
        };
    }

    private List<String> onAnswer(
            NodeAddress.Tcp asked, ReplicationInfo.Master answer, Map<NodeAddress.Tcp, ReplicationInfo> replicasSaid) {
        List<String> changes = new ArrayList<>();
        if (silent) {
            silent = false;
            changes.add("master " + asked + " tells of its replicas again");
        }
        for (NodeAddress.Tcp gone : List.copyOf(replicas.keySet())) {
            if (!answer.online().contains(gone)) {
                judge(gone, "the master has no connection to it", changes);
                replicas.remove(gone);
            }
        }
        for (NodeAddress.Tcp listed : answer.online()) {
            judge(listed, objection(asked, answer, replicasSaid.get(listed)), changes);
        }
        return changes;
    }

    private List<String> onSilence(
            NodeAddress.Tcp asked, String why, Map<NodeAddress.Tcp, ReplicationInfo> replicasSaid) {
        List<String> changes = new ArrayList<>();
        if (!silent) {
            silent = true;
            changes.add("master " + asked + " does not tell of its replicas: " + why);
        }
        for (NodeAddress.Tcp replica : List.copyOf(replicas.keySet())) {
            if (Boolean.TRUE.equals(replicas.get(replica))) {
                judge(replica, objectionInSilence(replicasSaid.get(replica)), changes);
            }
        }
        return changes;
    }

    private void judge(NodeAddress.Tcp replica, @Nullable String objection, List<String> changes) {
        Boolean before = replicas.put(replica, objection == null);
        if (objection == null && !Boolean.TRUE.equals(before)) {
            changes.add("reads from replica " + replica);
        } else if (objection != null && !Boolean.FALSE.equals(before)) {
            changes.add("no reads from replica " + replica + ": " + objection);
        }
    }

    /// Why a replica may not be read from; null when it may.
    private @Nullable String objection(
            NodeAddress.Tcp asked, ReplicationInfo.Master answer, @Nullable ReplicationInfo said) {
        if (!(said instanceof ReplicationInfo.Replica replica)) {
            return noReplica(said);
        }
        if (!replica.linkUp()) {
            return "its link to the master is down";
        }
        if (replica.syncing()) {
            return "it is being synchronised";
        }
        if (!isRecent(replica.lastIoSeconds())) {
            return unheard(replica.lastIoSeconds());
        }
        boolean known = !answer.replid().isEmpty() && !replica.replid().isEmpty();
        if (known ? !answer.replid().equals(replica.replid()) : !asked.equals(replica.master())) {
            return "it has another history than the master (it replicates " + replica.master() + ")";
        }
        long lagBytes = answer.offset() - replica.offset();
        return lagBytes <= bounds.lagBytesMax()
                ? null
                : "it is " + lagBytes + " bytes behind (replica_lag_bytes_max " + bounds.lagBytesMax() + ")";
    }

    private @Nullable String objectionInSilence(@Nullable ReplicationInfo said) {
        if (!(said instanceof ReplicationInfo.Replica replica)) {
            return noReplica(said);
        }
        if (replica.syncing()) {
            return "it is being synchronised";
        }
        long seconds = replica.linkUp() ? replica.lastIoSeconds() : replica.linkDownSeconds();
        return isRecent(seconds) ? null : unheard(seconds);
    }

    private static String noReplica(@Nullable ReplicationInfo said) {
        return switch (said) {
            case null -> "it was not asked";
            case ReplicationInfo.Nothing nothing -> nothing.why();
            case ReplicationInfo.Master _ -> "it says that it is a master";
            case ReplicationInfo.Replica _ -> throw new IllegalStateException("a replica is no objection: " + said);
        };
    }

    private boolean isRecent(long seconds) {
        return seconds >= 0 && seconds <= bounds.lagSecondsMax();
    }

    private String unheard(long seconds) {
        return "it has not heard of its master " + (seconds < 0 ? "yet" : "for " + seconds + " s")
                + " (replica_lag_seconds_max " + bounds.lagSecondsMax() + ")";
    }
}

package dev.cobnut.control.switchover;

import dev.cobnut.control.probe.MasterAnswer;
import dev.cobnut.control.probe.ReplicationInfo;
import dev.cobnut.control.probe.ReplicationProbe;
import dev.cobnut.control.probe.SwitchMarks;
import dev.cobnut.topology.NodeAddress;
import dev.cobnut.topology.Prospect;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Looks at all that a switch needs, and changes nothing. Blocking, for some seconds at most.
final class Survey {
    private final Place place;
    private final NodeAddress.@Nullable Tcp to;
    private final List<SentinelDesk> desks;

    /// @param to the replica that is to be master; null for any
    /// @param desks of all Sentinels
    Survey(Place place, NodeAddress.@Nullable Tcp to, List<SentinelDesk> desks) {
        this.place = place;
        this.to = to;
        this.desks = List.copyOf(desks);
    }

    /// What was found.
    ///
    /// @param desk of the Sentinel that can be asked; null when it is refused
    record Found(Prospect prospect, @Nullable SentinelDesk desk) {}

    /// Looks.
    Found look() {
        List<String> objections = ofEach(desk -> Objects.requireNonNullElse(desk.objection(place.master()), ""));
        int first = objections.indexOf("");
        if (first >= 0) {
            return look(desks.get(first));
        }
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < desks.size(); i++) {
            lines.add(desks.get(i).address() + ": " + objections.get(i));
        }
        return refused("no Sentinel can lead a failover of " + place.group() + ": " + String.join("; ", lines));
    }

    private Found look(SentinelDesk desk) {
        String refusal = switch (SwitchMarks.look(place.master(), place.login())) {
            case MASTER -> null;
            case MARKED_MASTER ->
                "the master " + place.master() + " is fenced already (min-replicas-to-write " + SwitchMarks.MARK
                        + " or more): another switch is under way, or has left that; in the latter case it is lifted"
                        + " within some 20 s";
            case REPLICA, MARKED_REPLICA, STANDING_BACK -> place.master() + " says that it is a replica";
            case MUTE -> place.master() + " refuses CONFIG GET or ROLE, which are needed to fence it";
            case ABSENT -> place.master() + " does not answer";
        };
        if (refusal != null) {
            return refused(refusal);
        }
        List<Prospect.Member> members = new ArrayList<>();
        try (ReplicationProbe probe = new ReplicationProbe(place.master(), place.login())) {
            if (!(probe.askMaster() instanceof MasterAnswer.Master master)) {
                return refused(place.master() + " does not say that it is master");
            }
            members.add(new Prospect.Member(place.master(), -1, 0, "is master now"));
            Map<NodeAddress.Tcp, Long> replicas = desk.replicas();
            for (Map.Entry<NodeAddress.Tcp, Long> each : replicas.entrySet()) {
                members.add(
                        replica(each.getKey(), each.getValue(), master.history().offset()));
            }
        } catch (IOException e) {
            return refused("Sentinel " + desk.address() + ": " + e.getMessage());
        }
        String lack = lack(members);
        return new Found(new Prospect(lack, place.group(), place.shard(), members), lack == null ? desk : null);
    }

    private @Nullable String lack(List<Prospect.Member> members) {
        if (members.stream().noneMatch(Prospect.Member::isEligible)) {
            return "no replica of " + place.group() + " is linked to its master and may be master"
                    + " (replica-priority above 0)";
        }
        if (to != null && members.stream().noneMatch(each -> each.address().equals(to) && each.isEligible())) {
            return to + " cannot be master: it is no replica of " + place.group()
                    + " that is linked to its master and may be one (expected: one of "
                    + String.join(", ", addresses(members)) + ")";
        }
        return null;
    }

    private static List<String> addresses(List<Prospect.Member> members) {
        return members.stream()
                .filter(Prospect.Member::isEligible)
                .map(each -> each.address().toString())
                .toList();
    }

    private Prospect.Member replica(NodeAddress.Tcp address, long priority, long masterOffset) {
        try (ReplicationProbe probe = new ReplicationProbe(address, place.login())) {
            return switch (probe.ask()) {
                case ReplicationInfo.Replica replica
                when replica.linkUp() ->
                    new Prospect.Member(
                            address, priority, Math.max(0, masterOffset - replica.offset()), note(address, priority));
                case ReplicationInfo.Replica _ ->
                    new Prospect.Member(address, priority, -1, lacking("has no link to its master", priority));
                case ReplicationInfo.Master _ ->
                    new Prospect.Member(address, priority, -1, lacking("says that it is a master", priority));
                case ReplicationInfo.Nothing nothing ->
                    new Prospect.Member(address, priority, -1, lacking(nothing.why(), priority));
            };
        }
    }

    private String note(NodeAddress.Tcp address, long priority) {
        if (priority == 0) {
            return "is never to be master (replica-priority 0)";
        }
        return to == null ? "can be master" : to.equals(address) ? "is to be master" : "stays a replica";
    }

    private static String lacking(String what, long priority) {
        return what + (priority == 0 ? "" : ", so it stands back");
    }

    /// Whether a Sentinel says that the master is being replaced, or was. One that is silent takes 0.6 s of the time for which
    /// requests wait.
    boolean isReplacing() {
        return ofEach(desk -> desk.isReplacing(place.master())).contains(true);
    }

    /// Asks all Sentinels at once, so that several that are silent take no longer than one.
    private <T> List<T> ofEach(Function<SentinelDesk, T> question) {
        List<Future<T>> answers;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            answers = desks.stream()
                    .map(desk -> threads.submit(() -> question.apply(desk)))
                    .toList();
        }
        return answers.stream().map(Future::resultNow).toList();
    }

    private Found refused(String why) {
        return new Found(new Prospect(why, place.group(), place.shard(), List.of()), null);
    }
}

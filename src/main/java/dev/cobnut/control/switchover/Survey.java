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
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Looks at all that a switch needs, and changes nothing. Blocking, for some seconds at most.
final class Survey {
    /// For all Sentinels together, before anything waits.
    private static final int LOOK_MILLIS = 2_000;

    /// For all Sentinels together, while requests wait.
    private static final int ASK_MILLIS = 250;

    private final Place place;
    private final NodeAddress.@Nullable Tcp to;
    private final List<SentinelDesk> desks;

    /// Those that have answered: who hangs must not cost the time for which requests wait.
    private List<SentinelDesk> answering = List.of();

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
    ///
    /// @throws InterruptedException when the calling thread is interrupted
    Found look() throws InterruptedException {
        List<SentinelDesk.Objection> objections =
                ofEach(desks, LOOK_MILLIS, desk -> desk.objection(place.master()), SentinelDesk.Objection.SILENT);
        List<SentinelDesk> heard = new ArrayList<>();
        List<SentinelDesk> able = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < desks.size(); i++) {
            SentinelDesk.Objection objection = objections.get(i);
            if (objection.heard()) {
                heard.add(desks.get(i));
            }
            if (objection.why().isEmpty()) {
                able.add(desks.get(i));
            }
            lines.add(desks.get(i).address() + ": " + objection.why());
        }
        answering = heard;
        if (!able.isEmpty()) {
            return look(able.getFirst());
        }
        return refused("no Sentinel can lead a failover of " + place.group() + ": " + String.join("; ", lines));
    }

    private Found look(SentinelDesk desk) {
        String lacking = SwitchMarks.lacking(place.master(), place.login());
        if (!lacking.isEmpty()) {
            return refused(refuses(place.master(), lacking, "be fenced"));
        }
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
        String remark = lack == null ? DirectClients.remark(place) : "";
        return new Found(new Prospect(lack, place.group(), place.shard(), members, remark), lack == null ? desk : null);
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
        for (Prospect.Member each : members) {
            if (standsBack(each)) {
                String lacking = SwitchMarks.lacking(each.address(), place.login());
                if (!lacking.isEmpty()) {
                    return refuses(each.address(), lacking, "stand back");
                }
            }
        }
        return null;
    }

    private String refuses(NodeAddress.Tcp node, String lacking, String what) {
        return node + " refuses " + lacking + " to " + SwitchMarks.who(place.login()) + ", and it has to " + what
                + ": give that user these commands (expected: +config|get +config|set +config|rewrite +role)";
    }

    /// Whether a replica gets a worse priority, so that Sentinel does not choose it.
    boolean standsBack(Prospect.Member member) {
        return member.priority() > 0
                && (to == null ? !member.isEligible() : !member.address().equals(to));
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

    /// Whether a Sentinel that could be asked says that the master is being replaced, or was. One that is silent since takes
    /// [#ASK_MILLIS] of the time for which requests wait.
    ///
    /// @throws InterruptedException when the calling thread is interrupted
    boolean isReplacing() throws InterruptedException {
        return ofEach(answering, ASK_MILLIS, desk -> desk.isReplacing(place.master()), false)
                .contains(true);
    }

    /// Asks several Sentinels at once, within one time for all.
    ///
    /// @param otherwise what is taken for the answer of one that gives none
    private static <T> List<T> ofEach(
            List<SentinelDesk> asked, int withinMillis, Function<SentinelDesk, T> question, T otherwise)
            throws InterruptedException {
        List<T> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<T>> questions = new ArrayList<>();
            asked.forEach(desk -> questions.add(() -> question.apply(desk)));
            for (Future<T> each : threads.invokeAll(questions, withinMillis, TimeUnit.MILLISECONDS)) {
                answers.add(each.state() == Future.State.SUCCESS ? each.resultNow() : otherwise);
            }
        }
        return answers;
    }

    private Found refused(String why) {
        return new Found(new Prospect(why, place.group(), place.shard(), List.of(), ""), null);
    }
}

package dev.cobnut.control.switchover;

import dev.cobnut.control.discovery.Discovery;
import dev.cobnut.control.probe.ReplicationInfo;
import dev.cobnut.control.probe.ReplicationProbe;
import dev.cobnut.control.probe.SwitchMarks;
import dev.cobnut.topology.NodeAddress;
import dev.cobnut.topology.Progress;
import dev.cobnut.topology.Prospect;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One planned switch, from the first look to the last mark lifted.
///
///     stand back   the replicas that are not wanted, or have no link to the master, get a worse priority
///     hold         requests wait in this proxy
///     fence        the master refuses writes: nothing is added to its data from here on
///     catch up     the replica has all of them
///     ask          SENTINEL FAILOVER                                        (until here it can be given up)
///     promoted     requests go on, to the new master
///     demoted      the old master is its replica; marks are lifted
///
/// What is needed is looked at first, and then nothing has changed. What fails before the Sentinel was asked is undone,
/// with requests still waiting. Whatever cannot be undone is left to all Cobnuts (see `Fences`) and said.
///
/// Blocking; one thread.
final class Switchover {
    private static final String ENDS = "the process ends";

    private static final Duration DEMOTED_WITHIN = Duration.ofSeconds(30);
    private static final Duration PRIORITY_SEEN_WITHIN = Duration.ofSeconds(15);
    private static final Duration UNDONE_WITHIN = Duration.ofSeconds(3);

    /// A fence of unknown origin is lifted after 15 s by any Cobnut that sees it.
    private static final Duration FENCED_AT_MOST = Duration.ofSeconds(12);

    /// What is given up is undone while requests may still wait.
    private static final Duration UNDO_TAKES = Duration.ofMillis(500);

    /// Longer than a run takes that is given up, so that the gate does not open in the middle of that.
    private static final Duration HOLD_MORE = Duration.ofSeconds(5);

    private static final int ASK_AGAIN_MILLIS = 5;
    private static final int LOOK_AGAIN_MILLIS = 100;

    /// It cannot go on.
    private static final class Failed extends Exception {
        private static final long serialVersionUID = 1;

        Failed(String why) {
            super(why);
        }
    }

    private final Place place;
    private final Wish wish;
    private final Survey survey;
    private final Discovery discovery;

    /// Who is master of the shard, as requests are sent.
    private final Supplier<NodeAddress.@Nullable Tcp> adopted;

    private final Consumer<String> say;

    /// The replicas that stand back.
    private final List<NodeAddress.Tcp> standBack = new ArrayList<>();

    /// Those that have everything.
    private final List<NodeAddress.Tcp> caughtUp = new ArrayList<>();

    /// By this switch, so that it is to be lifted by it.
    private boolean fenced;

    private long deadlineNanos;

    /// When a Sentinel has to be asked at the latest.
    private long askByNanos;

    Switchover(
            Place place,
            Wish wish,
            Survey survey,
            Discovery discovery,
            Supplier<NodeAddress.@Nullable Tcp> adopted,
            Consumer<String> say) {
        this.place = place;
        this.wish = wish;
        this.survey = survey;
        this.discovery = discovery;
        this.adopted = adopted;
        this.say = say;
    }

    /// Does it.
    ///
    /// @return anything but RUNNING
    /// @throws InterruptedException when the process ends: undone before the Sentinel was asked, left to others after that
    Progress.Outcome run() throws InterruptedException {
        Survey.Found found = survey.look();
        SentinelDesk desk = found.desk();
        if (desk == null) {
            say.accept("refused: " + found.prospect().refusal());
            return Progress.Outcome.REFUSED;
        }
        try {
            prefer(found.prospect().members(), desk);
            hold();
            fence();
            catchUp(found.prospect().members());
            ask(desk);
        } catch (Failed | IOException e) {
            // An interrupt ends what a thread reads, too.
            boolean ends = Thread.interrupted();
            say.accept("given up: " + (ends ? ENDS : e.getMessage()));
            Progress.Outcome outcome = undo();
            if (ends) {
                Thread.currentThread().interrupt();
            }
            return outcome;
        } catch (InterruptedException _) {
            say.accept("given up: " + ENDS);
            Progress.Outcome outcome = undo();
            Thread.currentThread().interrupt();
            return outcome;
        }
        try {
            return awaitPromoted() ? awaitDemoted() : endWithoutPromotion(desk);
        } catch (InterruptedException e) {
            say.accept(
                    "the process ends in the middle; " + place.master() + " stays fenced until another Cobnut, or the"
                            + " next start of this one, finds it to be a replica");
            throw e;
        }
    }

    private void prefer(List<Prospect.Member> members, SentinelDesk desk)
            throws Failed, IOException, InterruptedException {
        for (Prospect.Member each : members) {
            if (survey.standsBack(each)) {
                standBack.add(each.address());
                SwitchMarks.standBack(each.address(), place.login());
            }
        }
        if (standBack.isEmpty()) {
            return;
        }
        String others = String.join(
                ", ", standBack.stream().map(NodeAddress.Tcp::toString).toList());
        say.accept("others stand back: " + others + "; the Sentinel notices it within 10 s");
        // A Sentinel asks replicas for INFO every 10 s.
        long until = System.nanoTime() + PRIORITY_SEEN_WITHIN.toNanos();
        while (!isPreferred(desk.replicas())) {
            pauseUnless(until, "the Sentinel does not notice their priority", LOOK_AGAIN_MILLIS);
        }
    }

    /// Whether a Sentinel with this knowledge would not choose one that stands back. The wanted one may have stood back
    /// itself, in a switch a moment ago.
    private boolean isPreferred(Map<NodeAddress.Tcp, Long> priorities) {
        return standBack.stream().allMatch(each -> priorities.getOrDefault(each, Long.MAX_VALUE) >= SwitchMarks.MARK)
                && (wish.to() == null || priorities.getOrDefault(wish.to(), 0L) < SwitchMarks.MARK);
    }

    private void hold() throws Failed, InterruptedException {
        if (!discovery.beginSwitch(place.pool(), place.shard(), wish.atMost().plus(HOLD_MORE))) {
            throw new Failed("requests cannot be made to wait");
        }
        deadlineNanos = System.nanoTime() + wish.atMost().minus(UNDO_TAKES).toNanos();
        say.accept("requests wait");
    }

    private void fence() throws Failed, IOException {
        fenced = true; // also when it did not answer
        askByNanos = Math.min(deadlineNanos, System.nanoTime() + FENCED_AT_MOST.toNanos());
        fenced = SwitchMarks.fence(place.master(), place.login());
        if (!fenced) {
            throw new Failed("another switch has fenced " + place.master() + " a moment ago");
        }
        say.accept(place.master() + " is fenced: it takes no writes");
    }

    private void catchUp(List<Prospect.Member> members) throws Failed, InterruptedException {
        long all;
        try (ReplicationProbe probe = new ReplicationProbe(place.master(), place.login())) {
            if (!(probe.ask() instanceof ReplicationInfo.Master master)) {
                throw new Failed(place.master() + " does not say how much it has written");
            }
            all = master.offset();
        }
        for (Prospect.Member each : members) {
            if (each.isEligible() && !standBack.contains(each.address())) {
                catchUp(each.address(), all);
                caughtUp.add(each.address());
            }
        }
        if (SwitchMarks.look(place.master(), place.login()) != SwitchMarks.Found.MARKED_MASTER) {
            throw new Failed(place.master() + " is not fenced any more; somebody else has changed its settings");
        }
    }

    private void catchUp(NodeAddress.Tcp replica, long all) throws Failed, InterruptedException {
        try (ReplicationProbe probe = new ReplicationProbe(replica, place.login())) {
            long has = -1;
            while (has < all) {
                ReplicationInfo answer = probe.ask();
                has = answer instanceof ReplicationInfo.Replica said && said.linkUp() ? said.offset() : -1;
                if (has < all) {
                    String lacks = has < 0 ? "has no link to its master" : "lacks " + (all - has) + " bytes";
                    pauseUnless(askByNanos, "replica " + replica + " " + lacks, ASK_AGAIN_MILLIS);
                }
            }
            say.accept("replica " + replica + " has everything (offset " + all + ")");
        }
    }

    private void ask(SentinelDesk desk) throws Failed, IOException, InterruptedException {
        for (Map.Entry<NodeAddress.Tcp, Long> each : desk.replicas().entrySet()) {
            boolean mayBeChosen = each.getValue() > 0 && each.getValue() < SwitchMarks.MARK;
            if (mayBeChosen && !caughtUp.contains(each.getKey())) {
                throw new Failed("replica " + each.getKey() + " was not there at first, and could be chosen");
            }
        }
        // Its process may have stood still: by now others may have lifted the fence.
        pauseUnless(askByNanos, "its time is over", 0);
        if (survey.isReplacing()) {
            // Two Sentinels at once could promote two replicas.
            say.accept("somebody else has begun a failover: no Sentinel is asked for another one");
            return;
        }
        String refusal = desk.failOver();
        if (refusal != null) {
            throw new Failed("Sentinel " + desk.address() + " says " + refusal);
        }
        say.accept("Sentinel " + desk.address() + " is asked for a failover");
    }

    private void pauseUnless(long untilNanos, String why, int millis) throws Failed, InterruptedException {
        if (System.nanoTime() - untilNanos >= 0) {
            throw new Failed(why);
        }
        Thread.sleep(millis);
    }

    // ---- the Sentinel was asked -------------------------------------------------------------------------------------

    private boolean awaitPromoted() throws InterruptedException {
        while (place.master().equals(adopted.get())) {
            if (System.nanoTime() - deadlineNanos >= 0) {
                return false;
            }
            Thread.sleep(ASK_AGAIN_MILLIS);
        }
        NodeAddress.Tcp promoted = adopted.get();
        String surprise = wish.to() == null || wish.to().equals(promoted) ? "" : ", not " + wish.to();
        say.accept(promoted + " is master" + surprise + "; requests go on. A Sentinel will tell " + place.master()
                + ", within some 11 s");
        return true;
    }

    private Progress.Outcome endWithoutPromotion(SentinelDesk desk) throws InterruptedException {
        if (desk.isSettledOn(place.master())) {
            say.accept("given up: the Sentinel has begun no failover, or given it up");
            return undo();
        }
        discovery.endSwitch(place.pool(), place.shard());
        say.accept("no replica says that it is master, and the Sentinel has not given up: look at its log; "
                + place.master() + " stays fenced until it is a replica, or the failover is over");
        return Progress.Outcome.UNCLEAR;
    }

    private Progress.Outcome awaitDemoted() throws InterruptedException {
        long until = System.nanoTime() + DEMOTED_WITHIN.toNanos();
        try (ReplicationProbe probe = new ReplicationProbe(place.master(), place.login())) {
            while (!(probe.ask() instanceof ReplicationInfo.Replica)) {
                pauseUnless(until, "", LOOK_AGAIN_MILLIS);
            }
        } catch (Failed _) {
            say.accept(place.master() + " has not become a replica within " + DEMOTED_WITHIN.toSeconds()
                    + " s; it stays fenced until it is one: look at it, and at the Sentinels' logs");
            return Progress.Outcome.UNCLEAR;
        }
        boolean lifted = lift();
        say.accept(place.master() + " is a replica" + (lifted ? ", and not fenced any more" : ""));
        boolean wanted = wish.to() == null || wish.to().equals(adopted.get());
        return lifted && wanted ? Progress.Outcome.DONE : Progress.Outcome.UNCLEAR;
    }

    // ---- back as before ---------------------------------------------------------------------------------------------

    /// First the fence, then the requests: they must not meet it.
    private Progress.Outcome undo() throws InterruptedException {
        boolean replacing = fenced && survey.isReplacing();
        fenced &= !replacing;
        boolean lifted = lift();
        discovery.endSwitch(place.pool(), place.shard());
        if (replacing) {
            say.accept("somebody else has begun a failover; " + place.master()
                    + " stays fenced until it is a replica, or the failover is over");
            return Progress.Outcome.UNCLEAR;
        }
        if (lifted) {
            say.accept("all is as it was before");
        }
        return lifted ? Progress.Outcome.GIVEN_UP : Progress.Outcome.UNCLEAR;
    }

    private boolean lift() throws InterruptedException {
        boolean lifted = !fenced || lift(place.master());
        for (NodeAddress.Tcp each : standBack) {
            lifted &= lift(each);
        }
        return lifted;
    }

    private boolean lift(NodeAddress.Tcp node) throws InterruptedException {
        long until = System.nanoTime() + UNDONE_WITHIN.toNanos();
        while (true) {
            try {
                String refusal = SwitchMarks.lift(node, place.login(), false).fileRefusal();
                if (refusal != null) {
                    say.accept("the configuration file of " + node + " may still have marks: CONFIG REWRITE says "
                            + refusal);
                }
                return true;
            } catch (IOException e) {
                if (System.nanoTime() - until >= 0) {
                    say.accept("the settings of " + node + " cannot be put back now (" + e.getMessage()
                            + "); they are as soon as it answers");
                    return false;
                }
                Thread.sleep(LOOK_AGAIN_MILLIS);
            }
        }
    }
}

package dev.cobnut.control.gate;

import dev.cobnut.topology.Gate;
import dev.cobnut.topology.NodeAddress;
import dev.cobnut.topology.Trouble;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Decides for one shard whether requests for its master are sent, wait, or fail. Pure: events and `nowNanos` in, effects
/// out; no clock, socket or thread.
///
/// | state | event | next | and then |
/// | --- | --- | --- | --- |
/// | OPEN | a trouble with the master | HELD | the master is asked |
/// | OPEN | a Sentinel begins a failover of it | HELD | nobody is asked yet |
/// | OPEN | another node is adopted | HELD | that one is asked |
/// | OPEN | an operator's switch begins | HELD | nobody is asked |
/// | HELD, DOWN | the operator's switch is over, or its time | the same | the master is asked |
/// | HELD, DOWN | a trouble | the same | only who is asked after it counts |
/// | HELD, DOWN | the leading Sentinel names the replica that it promotes | the same | that one is asked |
/// | HELD, DOWN | the failover is given up, or makes no step for [#FAILOVER_NANOS] | the same | the master is asked |
/// | HELD, DOWN | the replica was told, and the time that requests may wait has passed since | the same | the master is asked |
/// | HELD, DOWN | another node is adopted | the same | that one is asked, and no other |
/// | HELD, DOWN | the master says that it is one, its data are not foreign, it is not being replaced, no lease has run out | OPEN | |
/// | HELD, DOWN | the master is there but refuses such questions; the rest as before | OPEN | |
/// | HELD | a new master that has refused a write has too few replicas: for a while, see [NewMaster] | the same | it is asked again |
/// | HELD, DOWN | the named replica says that it is a master, and it is the heir | the same | it is to be adopted |
/// | HELD, DOWN | a master whose data are foreign | the same | the operator is told |
/// | HELD | the time that requests may wait has passed | DOWN | |
/// | OPEN | the lease of the Sentinels runs out in a moment | HELD | the master is asked |
///
/// Besides, while it is not OPEN, what the master answers to *clients* may count no more ([Gate#believed]):
///
/// | from | until |
/// | --- | --- |
/// | the replica that is to be promoted is named | that is given up, or makes no step; another node is adopted |
/// | the lease of the Sentinels has run out | a majority of them confirms the master |
///
/// It may have been replaced by then, so that a write which it acknowledges is lost. The naming is the last word of a Sentinel
/// before it tells the replica, a round of its timer later, which takes 50 ms or more.
///
/// An answer to us counts only when it was asked for after the last trouble: what a node said before it died is worth nothing.
/// After this process stood still, the master's own word is not enough, since an old master believes in itself for up
/// to 11 seconds: a majority of the Sentinels has to name it, in answers to questions asked since, or be silent for
/// [#WORD_NANOS].
///
/// Each gate has its own; for the deciding thread.
public final class Gatekeeper {
    static final long FAILOVER_NANOS = Duration.ofSeconds(5).toNanos();
    /// What closes again sooner than this after it was opened is not worth a line, unless it lasts.
    static final long AGAIN_NANOS = Duration.ofSeconds(1).toNanos();

    static final long WORD_NANOS = Duration.ofSeconds(2).toNanos();
    static final long ASK_FAST_NANOS = Duration.ofMillis(5).toNanos();
    static final long ASK_NANOS = Duration.ofMillis(20).toNanos();
    static final long ASK_SLOWLY_NANOS = Duration.ofMillis(200).toNanos();
    static final long ASK_FAST_FOR_NANOS = Duration.ofSeconds(3).toNanos();

    /// What the caller has to do.
    public sealed interface Effect {
        /// Ask the node, after a delay, and hand the answer to [#onAnswer].
        record Ask(NodeAddress.Tcp address, long delayNanos) implements Effect {}

        /// This node is the master now. Then [#onAdopted].
        record Adopt(NodeAddress.Tcp address) implements Effect {}

        /// A Sentinel begins a failover of this master: whoever may is to keep all writes from it.
        record Fence(NodeAddress.Tcp address, int sentinel) implements Effect {}

        /// Something for people.
        record Tell(Matter matter, String line) implements Effect {}
    }

    /// How far a failover has come.
    public enum Failover {
        /// A Sentinel leads one, or wants to.
        BEGUN,
        /// The replica is chosen.
        NAMED,
        /// It was told to be a master: it may become one at any moment.
        TOLD
    }

    /// How much something matters to people.
    public enum Matter {
        /// Requests wait from now on.
        CLOSED,
        /// They go on.
        OPENED,
        /// Somebody should look at it.
        ALARM
    }

    private final long holdNanos;
    private Gate.State state = Gate.State.OPEN;
    private String why = "";

    /// Of the state: see [Gate#sinceNanos].
    private long sinceNanos;

    /// Of the last trouble.
    private long troubledNanos;

    private NodeAddress.@Nullable Tcp master;

    private final Replacement replacement = new Replacement();
    private final NewMaster newMaster;

    /// The Sentinels are to confirm the master first.
    private boolean wantsWord;

    /// No majority of the Sentinels has confirmed the master lately, and the pool asks for that.
    private boolean fenced;

    /// The same, and the lease has run out by now.
    private boolean expired;

    /// Whose answer is under way.
    private final Set<NodeAddress.Tcp> asked = new HashSet<>();

    private boolean closingTold;

    /// When it was opened last.
    private long openedNanos;

    /// What was told of the answers since it closed.
    private final Set<String> told = new HashSet<>();

    /// @param hold how long requests may wait
    /// @param nowNanos since when it is open
    public Gatekeeper(Duration hold, long nowNanos) {
        this.holdNanos = hold.toNanos();
        this.sinceNanos = nowNanos;
        this.openedNanos = nowNanos - AGAIN_NANOS;
        this.troubledNanos = nowNanos;
        this.newMaster = new NewMaster(holdNanos, nowNanos);
    }

    /// The verdict.
    public Gate gate() {
        return new Gate(state, sinceNanos, why).withBelief(isBelieved());
    }

    /// Whether an answer of the master that comes from now on counts.
    private boolean isBelieved() {
        return !expired && replacement.candidate() == null;
    }

    // ---- events -----------------------------------------------------------------------------------------------------

    /// Something is wrong with the master.
    ///
    /// @param atNanos when it was seen
    public List<Effect> onTrouble(Trouble.Kind kind, long atNanos, long nowNanos) {
        if (master == null) {
            return List.of();
        }
        if (state == Gate.State.OPEN && atNanos - sinceNanos < 0) {
            return List.of(); // it has been asked since, and was well
        }
        wantsWord |= kind == Trouble.Kind.STALLED;
        if (kind == Trouble.Kind.FENCED) {
            newMaster.onWriteRefused();
        }
        List<Effect> effects = new ArrayList<>();
        boolean isUsual = kind == Trouble.Kind.ENDED || kind == Trouble.Kind.FENCED;
        if (isUsual && state == Gate.State.OPEN) {
            // Nodes do so now and then, and it costs a millisecond to see that nothing is wrong.
            close(kind.text(), nowNanos);
        }
        effects.addAll(trouble(kind.text(), atNanos, nowNanos));
        return effects;
    }

    /// A master is there whose data are foreign.
    ///
    /// @param detail for people
    public List<Effect> onForeign(String detail, long nowNanos) {
        return master == null ? List.of() : trouble("the master is foreign: " + detail, nowNanos, nowNanos);
    }

    private List<Effect> trouble(String reason, long atNanos, long nowNanos) {
        if (atNanos - troubledNanos > 0) {
            troubledNanos = atNanos;
        }
        List<Effect> effects = new ArrayList<>();
        close(reason, nowNanos, effects);
        askWhoMatters(effects);
        return effects;
    }

    /// Whether the Sentinels are to confirm the master, by [#onConfirmed].
    public boolean isStalled() {
        return wantsWord;
    }

    /// When the last trouble was.
    public long troubledNanos() {
        return troubledNanos;
    }

    /// A majority of the Sentinels names the master, asked after the last trouble.
    public List<Effect> onConfirmed(long nowNanos) {
        wantsWord = false;
        List<Effect> effects = new ArrayList<>();
        askWhoMatters(effects);
        return effects;
    }

    /// Whether a majority of the Sentinels has confirmed the master lately; said again and again, where a pool asks for it.
    ///
    /// @param valid whether the lease has not run out
    /// @param lasts whether it will not do so in a moment, either: what was sent before that can still be answered
    public List<Effect> onLease(boolean valid, boolean lasts, long nowNanos) {
        List<Effect> effects = new ArrayList<>();
        expired = master != null && !valid;
        if (master != null && fenced == lasts) {
            fenced = !lasts;
            if (fenced) {
                effects.addAll(trouble("no majority of the Sentinels confirms the master", nowNanos, nowNanos));
            } else {
                askWhoMatters(effects);
            }
        }
        return effects;
    }

    /// A Sentinel has begun a failover, or goes on with it.
    ///
    /// @param sentinel which of them
    /// @param come how far it is
    /// @param named the replica that is promoted; null as long as none is chosen
    public List<Effect> onFailover(int sentinel, Failover come, NodeAddress.@Nullable Tcp named, long nowNanos) {
        if (master == null || master.equals(named) || !replacement.hears(sentinel, nowNanos)) {
            return List.of();
        }
        List<Effect> effects = new ArrayList<>();
        if (!replacement.isLedBy(sentinel)) {
            effects.add(new Effect.Fence(master, sentinel));
        }
        replacement.onFailover(sentinel, come, named, nowNanos);
        if (state == Gate.State.OPEN) {
            // What the old master said before counts no more.
            troubledNanos = nowNanos;
        }
        close("a Sentinel has begun a failover", nowNanos, effects);
        askWhoMatters(effects);
        return effects;
    }

    /// A Sentinel gives a failover up; another may lead one.
    ///
    /// @param sentinel which of them
    public List<Effect> onFailoverAborted(int sentinel, long nowNanos) {
        List<Effect> effects = new ArrayList<>();
        if (replacement.onAborted(sentinel, nowNanos)) {
            askWhoMatters(effects);
        }
        return effects;
    }

    // ---- an operator's switch ---------------------------------------------------------------------------------------

    /// An operator's switch begins: requests wait until another node is adopted, or it is over.
    ///
    /// @param untilNanos when it is over by itself
    public List<Effect> onSwitch(long untilNanos, long nowNanos) {
        if (master == null) {
            return List.of();
        }
        List<Effect> effects = new ArrayList<>();
        replacement.beginSwitch(untilNanos);
        if (state == Gate.State.OPEN) {
            troubledNanos = nowNanos;
        }
        close("a planned switch", nowNanos, effects);
        return effects;
    }

    /// The operator's switch is over, whatever came of it.
    public List<Effect> onSwitchOver() {
        List<Effect> effects = new ArrayList<>();
        replacement.endSwitch();
        askWhoMatters(effects);
        return effects;
    }

    /// Whether the master is being replaced, as far as is known.
    public boolean isReplacing() {
        return replacement.isUnderWay();
    }

    /// Another node is the master now; the first one does not close anything.
    public List<Effect> onAdopted(NodeAddress.Tcp address, long nowNanos) {
        boolean first = master == null;
        List<Effect> effects = new ArrayList<>();
        if (address.equals(master)) {
            return effects;
        }
        master = address;
        replacement.onAdopted();
        if (!first) {
            newMaster.onAdopted(nowNanos);
            troubledNanos = nowNanos;
            close("the master has changed", nowNanos, effects);
            askWhoMatters(effects);
        }
        return effects;
    }

    /// A node was asked.
    ///
    /// @param askedNanos when
    public List<Effect> onAnswer(NodeAddress.Tcp address, Answer answer, long askedNanos, long nowNanos) {
        asked.remove(address);
        if (state == Gate.State.OPEN) {
            return List.of();
        }
        List<Effect> effects = new ArrayList<>();
        boolean fresh = askedNanos - troubledNanos >= 0;
        if (address.equals(replacement.candidate()) && descent(answer) == Answer.Descent.HEIR) {
            effects.add(new Effect.Adopt(address));
            return effects;
        }
        boolean well = answer.isWell() && !newMaster.isWaitedFor(answer, sinceNanos, nowNanos);
        if (!well) {
            tellClosed(effects);
        }
        boolean waitsForWord = wantsWord && nowNanos - troubledNanos < WORD_NANOS;
        if (address.equals(master) && !isReplacing() && fresh && !waitsForWord && !fenced && well) {
            open(askedNanos, nowNanos, effects);
            return effects;
        }
        String odd = oddity(address, answer);
        if (odd != null && told.add(odd)) {
            why = odd;
            effects.add(new Effect.Tell(Matter.ALARM, odd));
        }
        if (address.equals(whoMatters()) && asked.add(address)) {
            effects.add(new Effect.Ask(address, delay(address, fresh, nowNanos)));
        }
        return effects;
    }

    /// Time went on. Call several times a second.
    public List<Effect> onTick(long nowNanos) {
        List<Effect> effects = new ArrayList<>();
        if (replacement.onTick(holdNanos, nowNanos)) {
            askWhoMatters(effects);
        }
        if (state == Gate.State.HELD && nowNanos - sinceNanos >= holdNanos) {
            state = Gate.State.DOWN;
            effects.add(new Effect.Tell(
                    Matter.ALARM, "requests have waited for " + millis(holdNanos) + " ms and fail now: " + why));
        }
        return effects;
    }

    // ---- the door ---------------------------------------------------------------------------------------------------

    private void close(String reason, long nowNanos, List<Effect> effects) {
        if (state == Gate.State.OPEN) {
            boolean again = nowNanos - openedNanos < AGAIN_NANOS;
            close(reason, nowNanos);
            if (!again) {
                tellClosed(effects);
            }
        }
    }

    private void close(String reason, long nowNanos) {
        state = Gate.State.HELD;
        sinceNanos = nowNanos;
        why = reason;
        told.clear();
        closingTold = false;
    }

    private void tellClosed(List<Effect> effects) {
        if (!closingTold) {
            closingTold = true;
            effects.add(new Effect.Tell(Matter.CLOSED, "requests wait: " + why));
        }
    }

    private void open(long verifiedNanos, long nowNanos, List<Effect> effects) {
        if (closingTold) {
            String closed = millis(nowNanos - sinceNanos) + " ms, to " + master;
            effects.add(new Effect.Tell(Matter.OPENED, "requests go on after " + closed));
        }
        state = Gate.State.OPEN;
        sinceNanos = verifiedNanos;
        openedNanos = nowNanos;
        why = "";
        wantsWord = false;
        newMaster.onOpen();
    }

    private static long millis(long nanos) {
        return Duration.ofNanos(nanos).toMillis();
    }

    // ---- who is asked -----------------------------------------------------------------------------------------------

    /// Who could open it; null while nobody can.
    private NodeAddress.@Nullable Tcp whoMatters() {
        return isReplacing() ? replacement.candidate() : master;
    }

    private void askWhoMatters(List<Effect> effects) {
        NodeAddress.Tcp who = whoMatters();
        if (state != Gate.State.OPEN && who != null && asked.add(who)) {
            effects.add(new Effect.Ask(who, 0));
        }
    }

    private long delay(NodeAddress.Tcp address, boolean fresh, long nowNanos) {
        if (!fresh && address.equals(master)) {
            return 0;
        }
        boolean soon = nowNanos - sinceNanos < ASK_FAST_FOR_NANOS;
        if (address.equals(replacement.candidate())) {
            return nowNanos - replacement.steppedNanos() < ASK_FAST_FOR_NANOS ? ASK_FAST_NANOS : ASK_NANOS;
        }
        return soon ? ASK_NANOS : ASK_SLOWLY_NANOS;
    }

    private static @Nullable String oddity(NodeAddress.Tcp address, Answer answer) {
        return answer instanceof Answer.Master said && said.descent() == Answer.Descent.FOREIGN
                ? address + " is kept out: " + said.detail()
                : null;
    }

    private static Answer.@Nullable Descent descent(Answer answer) {
        return answer instanceof Answer.Master said ? said.descent() : null;
    }
}

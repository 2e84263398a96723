package dev.cobnut.control.discovery;

import dev.cobnut.control.probe.RoleAnswer;
import dev.cobnut.topology.NodeAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Decides who is master of one group. Pure: events and `nowNanos` in, effects out; no clock, socket or thread.
///
/// Sentinels make claims ("the master is X, configuration epoch E"); a claim alone changes nothing. It becomes a
/// candidate by one of the rows below, the caller asks the candidate for its ROLE, and only a candidate that says
/// `master` is adopted.
///
/// | adopted so far | the claim names another address, and | candidate |
/// | --- | --- | --- |
/// | nobody | a majority of the configured Sentinels names it | at once |
/// | nobody | no majority agrees, and the claim fits the configuration | 1 s later the highest epoch, 3 s later any |
/// | A, epoch E | a majority names it with epochs > E | at once |
/// | A, epoch E | fewer name it with epochs > E, and the node is a member of this group | at once, if it is A's heir |
/// | A, epoch E | none yet, but a Sentinel promotes it, it is a member and A's heir: [#onPromoted] | is adopted |
/// | A, epoch E | epoch <= E, and a majority names it, heard after A was adopted | 5 s after A was adopted |
///
/// *Majority* always means more than half of the Sentinels that are configured, whether or not they answer.
///
/// *Member*: the configuration names the node for this group; or it was master before; or the adopted master says that
/// it is its replica; or a majority of the Sentinels lists or names it (the last answer of each counts, also of those
/// that are silent now). Nothing that fewer Sentinels say makes a member. So a minority that is mad, that was told a
/// forged hello, or that watches another deployment under the same name cannot send a shard's writes to a stranger,
/// however long the others are silent; and a new node of the group, which is a replica first, is a member long before
/// it can be promoted.
///
/// *Heir*: its data descend from those that were seen last of the adopted master ([Lineage]). So a minority that is mad
/// cannot send writes to an old master that has come back, or to a member that was restarted without its data: these wait
/// until a majority names them, which takes 2 s after a failover.
///
/// *Fits the configuration*: it names a configured server of this group, or whoever makes the claim lists one as a
/// replica; or none is configured, only the name. If another Sentinel has ever answered, it must have named or listed
/// the node, too, unless that is a member. So when the process starts while one Sentinel of three can be reached, that
/// one is enough.
///
/// The 5 s of the last row outlast the time in which honest Sentinels have not heard of a switch yet (a hello every
/// 2 s). A Sentinel whose claim was overruled by that row is not believed alone until it names the adopted master.
///
/// Sentinels emit `+switch-master` without an epoch and up to a second late, so that after two quick failovers the
/// event of the first may come last. Hence events never decide: they make the caller ask for claims at once.
final class MasterDecision {
    static final long START_GRACE_NANOS = Duration.ofSeconds(1).toNanos();
    static final long START_ANY_NANOS = Duration.ofSeconds(3).toNanos();
    static final long IGNORED_NANOS = Duration.ofSeconds(3).toNanos();
    static final long OVERRULE_NANOS = Duration.ofSeconds(5).toNanos();
    static final long CLAIM_LIFE_NANOS = Duration.ofSeconds(3).toNanos();
    static final long RETRY_NANOS = Duration.ofMillis(20).toNanos();
    static final long RETRY_LATER_NANOS = Duration.ofSeconds(1).toNanos();
    static final long RETRY_FAST_FOR_NANOS = Duration.ofSeconds(3).toNanos();

    private static final long EVER = Long.MIN_VALUE;

    /// Enough for any real group; a liar cannot fill the heap.
    private static final int KNOWN_NODES_MAX = 1_000;

    /// What the caller has to do.
    sealed interface Effect {
        /// Ask the node for its ROLE after a delay and hand the answer to [#onRole].
        record Verify(NodeAddress.Tcp address, long delayNanos) implements Effect {}

        /// The group has a new master.
        ///
        /// @param before null for the first one
        record Adopted(NodeAddress.@Nullable Tcp before, NodeAddress.Tcp master, long configEpoch, Ground ground)
                implements Effect {}

        /// A Sentinel has named a stranger for 3 s, and that is not enough to follow it. Once for each claim.
        record Ignored(int sentinel, NodeAddress.Tcp stranger) implements Effect {}
    }

    /// Why a node was adopted.
    enum Ground {
        /// Sentinels name it.
        CLAIMED,
        /// A majority insists, against an earlier decision.
        OVERRULED,
        /// It was promoted, and the Sentinels have not said so yet.
        PROMOTED
    }

    /// @param sinceNanos when this Sentinel first named this master
    /// @param heardNanos when it last did
    private record Claim(NodeAddress.Tcp master, long configEpoch, long sinceNanos, long heardNanos) {}

    /// @param trusted whether it need not be an heir
    private record Candidate(NodeAddress.Tcp master, long configEpoch, Ground ground, boolean trusted) {
        boolean overrules() {
            return ground == Ground.OVERRULED;
        }
    }

    private final int majority;
    private final @Nullable Claim[] claims;
    private final List<Set<NodeAddress.Tcp>> listedBy = new ArrayList<>();
    private final boolean[] distrusted;

    /// Whose present claim was told as [Effect.Ignored].
    private final boolean[] ignored;

    /// Former masters, and replicas that an adopted master named itself.
    private final Set<NodeAddress.Tcp> known = new HashSet<>();

    private Set<NodeAddress.Tcp> configured = Set.of();

    /// The Sentinels that have ever answered for this group.
    private final BitSet answered = new BitSet();

    private NodeAddress.@Nullable Tcp adopted;
    private long adoptedEpoch;
    private long adoptedAtNanos;
    private boolean heardAny;
    private long firstClaimNanos;

    /// Whose ROLE is being asked, since when: an answer is on its way for each. At most one for each claim.
    private final Map<NodeAddress.Tcp, Long> verifying = new HashMap<>();

    /// @param sentinels how many are configured, 1 or more; those that Sentinels discover never count
    MasterDecision(int sentinels) {
        majority = sentinels / 2 + 1;
        claims = new Claim[sentinels];
        distrusted = new boolean[sentinels];
        ignored = new boolean[sentinels];
        for (int sentinel = 0; sentinel < sentinels; sentinel++) {
            listedBy.add(Set.of());
        }
    }

    /// The adopted master; null while there is none.
    NodeAddress.@Nullable Tcp master() {
        return adopted;
    }

    /// The configuration epoch of the adopted master; 0 while there is none.
    long configEpoch() {
        return adoptedEpoch;
    }

    /// True when this Sentinel's last answer, if it is fresh, names the adopted master.
    boolean agrees(int sentinel) {
        Claim claim = claims[sentinel];
        return claim != null && claim.master.equals(adopted);
    }

    /// The servers that the configuration names for this group, in every way that they may be written.
    void onConfigured(Set<NodeAddress.Tcp> servers) {
        configured = Set.copyOf(servers);
    }

    /// A Sentinel answered a poll.
    List<Effect> onClaim(int sentinel, NodeAddress.Tcp master, long configEpoch, long nowNanos) {
        Claim before = claims[sentinel];
        answered.set(sentinel);
        boolean same = before != null && before.master.equals(master);
        long sinceNanos = before != null && same ? before.sinceNanos : nowNanos;
        ignored[sentinel] &= same;
        claims[sentinel] = new Claim(master, configEpoch, sinceNanos, nowNanos);
        if (!heardAny) {
            heardAny = true;
            firstClaimNanos = nowNanos;
        }
        if (master.equals(adopted)) {
            distrusted[sentinel] = false;
        }
        return decide(nowNanos);
    }

    /// A Sentinel listed the replicas of this group.
    void onReplicas(int sentinel, Set<NodeAddress.Tcp> replicas) {
        listedBy.set(sentinel, Set.copyOf(replicas));
    }

    /// A node was asked which replicas it has; counts while it is the adopted master.
    void onMembers(NodeAddress.Tcp node, Set<NodeAddress.Tcp> replicas) {
        if (node.equals(adopted) && known.size() + replicas.size() <= KNOWN_NODES_MAX) {
            known.addAll(replicas);
        }
    }

    /// The node that the leading Sentinel promotes is a master by now, and the heir of the adopted one: it is adopted
    /// before the Sentinels say so, with the epoch that is known. They have [#OVERRULE_NANOS] to follow.
    ///
    /// @return empty when it is no member of this group, or nothing is adopted yet
    List<Effect> onPromoted(NodeAddress.Tcp address, long nowNanos) {
        if (adopted == null || address.equals(adopted) || !isMember(address)) {
            return List.of();
        }
        List<Effect> effects = new ArrayList<>();
        effects.add(adopt(
                new Candidate(address, adoptedEpoch, Ground.PROMOTED, true), RoleAnswer.master(List.of()), nowNanos));
        effects.addAll(decide(nowNanos));
        return effects;
    }

    /// Whether the configuration names a node for this group, or it was a replica of a master that was adopted here, or such
    /// a master.
    boolean wasKnown(NodeAddress.Tcp address) {
        return configured.contains(address) || known.contains(address);
    }

    /// A Sentinel does not answer any more, or does not know this group: it says nothing about the master now.
    void onSilent(int sentinel) {
        claims[sentinel] = null;
    }

    /// A node answered ROLE, or did not answer.
    ///
    /// @param heir whether its data descend from those of the adopted master
    List<Effect> onRole(NodeAddress.Tcp address, RoleAnswer answer, boolean heir, long nowNanos) {
        Candidate candidate = find(candidates(nowNanos), address);
        if (candidate == null) {
            verifying.remove(address);
            return decide(nowNanos);
        }
        if (answer.kind() == RoleAnswer.Kind.MASTER && (heir || candidate.trusted)) {
            List<Effect> effects = new ArrayList<>();
            effects.add(adopt(candidate, answer, nowNanos));
            effects.addAll(decide(nowNanos));
            return effects;
        }
        // Sentinel tells of a promotion before every node has carried it out: ask again soon, but not forever.
        long sinceNanos = verifying.computeIfAbsent(address, _ -> nowNanos);
        boolean fast = nowNanos - sinceNanos < RETRY_FAST_FOR_NANOS;
        return List.of(new Effect.Verify(address, fast ? RETRY_NANOS : RETRY_LATER_NANOS));
    }

    /// Time went on: some rules wait. Call several times a second.
    List<Effect> onTick(long nowNanos) {
        for (int sentinel = 0; sentinel < claims.length; sentinel++) {
            Claim claim = claims[sentinel];
            if (claim != null && nowNanos - claim.heardNanos > CLAIM_LIFE_NANOS) {
                claims[sentinel] = null;
            }
        }
        return decide(nowNanos);
    }

    private List<Effect> decide(long nowNanos) {
        settleEpoch(nowNanos);
        List<Effect> effects = new ArrayList<>();
        List<Candidate> candidates = candidates(nowNanos);
        for (Candidate candidate : candidates) {
            if (verifying.putIfAbsent(candidate.master, nowNanos) == null) {
                effects.add(new Effect.Verify(candidate.master, 0));
            }
        }
        for (int sentinel = 0; sentinel < claims.length; sentinel++) {
            Claim claim = claims[sentinel];
            if (claim != null && !ignored[sentinel] && isIgnored(sentinel, claim, candidates, nowNanos)) {
                ignored[sentinel] = true;
                effects.add(new Effect.Ignored(sentinel, claim.master));
            }
        }
        return effects;
    }

    private boolean isIgnored(int sentinel, Claim claim, List<Candidate> candidates, long nowNanos) {
        boolean newer = adopted == null ? agreed(EVER) == null : claim.configEpoch > adoptedEpoch;
        boolean stranger = adopted == null ? !fits(sentinel, claim) : !isMember(claim.master);
        return newer
                && stranger
                && !claim.master.equals(adopted)
                && find(candidates, claim.master) == null
                && nowNanos - claim.sinceNanos >= IGNORED_NANOS;
    }

    private Effect adopt(Candidate candidate, RoleAnswer answer, long nowNanos) {
        NodeAddress.Tcp before = adopted;
        // What an overruled master said of its replicas is worth no more than its own claim.
        if (candidate.overrules() || known.size() > KNOWN_NODES_MAX) {
            known.clear();
        }
        if (before != null && !candidate.overrules()) {
            known.add(before);
        }
        known.addAll(answer.peers());
        for (int sentinel = 0; sentinel < claims.length; sentinel++) {
            Claim claim = claims[sentinel];
            boolean wrong = claim != null && claim.master.equals(before);
            distrusted[sentinel] |= candidate.overrules() && wrong;
        }
        adopted = candidate.master;
        adoptedEpoch = candidate.configEpoch;
        adoptedAtNanos = nowNanos;
        verifying.remove(candidate.master);
        return new Effect.Adopted(before, candidate.master, candidate.configEpoch, candidate.ground);
    }

    /// All of them, not the best: a mad Sentinel that names a replica with a huge epoch must not stand in the way of
    /// the one that can say `master`.
    private List<Candidate> candidates(long nowNanos) {
        NodeAddress.Tcp agreed = agreed(EVER);
        if (adopted == null) {
            return agreed != null
                    ? List.of(new Candidate(agreed, agreedEpoch(agreed), Ground.CLAIMED, true))
                    : candidatesAtStart(nowNanos);
        }
        List<Candidate> candidates = new ArrayList<>();
        for (int sentinel = 0; sentinel < claims.length; sentinel++) {
            Claim claim = claims[sentinel];
            if (claim != null
                    && !claim.master.equals(adopted)
                    && claim.configEpoch > adoptedEpoch
                    && find(candidates, claim.master) == null
                    && (isTrusted(claim, agreed) || (!distrusted[sentinel] && isMember(claim.master)))) {
                boolean trusted = isTrusted(claim, agreed);
                long epoch = trusted ? agreedEpoch(claim.master) : claim.configEpoch;
                candidates.add(new Candidate(claim.master, epoch, Ground.CLAIMED, trusted));
            }
        }
        if (nowNanos - adoptedAtNanos >= OVERRULE_NANOS) {
            NodeAddress.Tcp insisted = agreed(adoptedAtNanos);
            if (insisted != null && !insisted.equals(adopted) && find(candidates, insisted) == null) {
                candidates.add(new Candidate(insisted, agreedEpoch(insisted), Ground.OVERRULED, true));
            }
        }
        return candidates;
    }

    /// Whether a majority knows of a later failover. Those who have not heard of the last one yet and a mad one with a huge
    /// epoch are none.
    private boolean isTrusted(Claim claim, NodeAddress.@Nullable Tcp agreed) {
        return claim.master.equals(agreed) && agreedEpoch(claim.master) > adoptedEpoch;
    }

    private List<Candidate> candidatesAtStart(long nowNanos) {
        List<Candidate> candidates = new ArrayList<>();
        for (int sentinel = 0; sentinel < claims.length; sentinel++) {
            Claim claim = claims[sentinel];
            if (claim != null && fits(sentinel, claim)) {
                candidates.add(new Candidate(claim.master, claim.configEpoch, Ground.CLAIMED, true));
            }
        }
        candidates.sort(Comparator.comparingLong(Candidate::configEpoch).reversed());
        long waitedNanos = heardAny ? nowNanos - firstClaimNanos : 0;
        int count = waitedNanos < START_GRACE_NANOS ? 0 : waitedNanos < START_ANY_NANOS ? 1 : candidates.size();
        return candidates.subList(0, Math.min(count, candidates.size()));
    }

    private static @Nullable Candidate find(List<Candidate> candidates, NodeAddress.Tcp address) {
        for (Candidate candidate : candidates) {
            if (candidate.master.equals(address)) {
                return candidate;
            }
        }
        return null;
    }

    /// See *member* at the head of the class.
    boolean isMember(NodeAddress.Tcp address) {
        if (configured.contains(address) || known.contains(address)) {
            return true;
        }
        int votes = 0;
        for (int sentinel = 0; sentinel < claims.length; sentinel++) {
            votes += saysOf(sentinel, address) ? 1 : 0;
        }
        return votes >= majority;
    }

    /// See *fits the configuration* at the head of the class.
    private boolean fits(int claimant, Claim claim) {
        if (isMember(claim.master)) {
            return true;
        }
        boolean linked = configured.isEmpty() || !Collections.disjoint(configured, listedBy.get(claimant));
        boolean alone = true;
        boolean vouchedFor = false;
        for (int sentinel = 0; sentinel < claims.length; sentinel++) {
            alone &= sentinel == claimant || !answered.get(sentinel);
            vouchedFor |= sentinel != claimant && saysOf(sentinel, claim.master);
        }
        return linked && (alone || vouchedFor);
    }

    /// Whether a Sentinel names a node as master of this group, or lists it as a replica.
    private boolean saysOf(int sentinel, NodeAddress.Tcp address) {
        Claim claim = claims[sentinel];
        return (claim != null && claim.master.equals(address))
                || listedBy.get(sentinel).contains(address);
    }

    /// The address that a majority of the configured Sentinels names, in answers heard after the given time.
    private NodeAddress.@Nullable Tcp agreed(long afterNanos) {
        for (Claim candidate : claims) {
            if (candidate == null) {
                continue;
            }
            int votes = 0;
            for (Claim claim : claims) {
                if (claim != null
                        && claim.master.equals(candidate.master)
                        && (afterNanos == EVER || claim.heardNanos - afterNanos > 0)) {
                    votes++;
                }
            }
            if (votes >= majority) {
                return candidate.master;
            }
        }
        return null;
    }

    /// The highest epoch that a majority reaches for the address it agrees on: one liar cannot raise it.
    private long agreedEpoch(NodeAddress.Tcp address) {
        long[] epochs = new long[claims.length];
        int count = 0;
        for (Claim claim : claims) {
            if (claim != null && claim.master.equals(address)) {
                epochs[count++] = claim.configEpoch;
            }
        }
        Arrays.sort(epochs, 0, count);
        return epochs[count - majority];
    }

    /// Follows the epoch of an unchanged master: up when a majority says so, down only where it overrules.
    private void settleEpoch(long nowNanos) {
        NodeAddress.Tcp agreed = agreed(adoptedAtNanos);
        if (agreed != null && agreed.equals(adopted)) {
            long epoch = agreedEpoch(agreed);
            if (epoch > adoptedEpoch || nowNanos - adoptedAtNanos >= OVERRULE_NANOS) {
                adoptedEpoch = epoch;
            }
        }
    }
}

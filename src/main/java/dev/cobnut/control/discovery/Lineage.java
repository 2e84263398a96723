package dev.cobnut.control.discovery;

import dev.cobnut.control.probe.History;
import dev.cobnut.control.probe.MasterAnswer;
import dev.cobnut.topology.NodeAddress;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Whether the data of a shard's master descend from those that were seen last. What does not is told and counted; where a
/// gate waits for the master, what is FOREIGN keeps it closed, and the last that was seen stays what others are compared
/// with. Pure; owned by the deciding thread.
///
/// | what the master says now, against what was seen last | finding |
/// | --- | --- |
/// | nothing was seen, or a server without identities | none |
/// | the same identity | none |
/// | it names the last identity as the one before | none, or a GAP: how many bytes of it are missing |
/// | the same process at the same address, with no identity before | none: without replicas for an hour Redis takes a new identity |
/// | an identity that the shard had before, or a history that came from one | a BREAK: what was written since is lost |
/// | the same address, less than half of the keys | FOREIGN: it came back without its data; a BREAK of a cache |
/// | the same process at the same address | a BREAK: it was a replica in between, nobody saw of whom |
/// | the same address | a BREAK where a restart brings a new identity, or nothing was to be lost; else FOREIGN |
/// | another address, with no identity before, less than half of the keys | FOREIGN: it was restarted without its data; a BREAK of a cache that is known here |
/// | another address, configured here, or once a replica of a master here | a BREAK: there may have been another failover in between |
/// | another address | FOREIGN: it is no heir |
final class Lineage {
    /// How far the data are from those that were seen.
    enum Kind {
        /// The last bytes are missing.
        GAP,
        /// Nothing shows that they descend from them, and there is an honest reason for that.
        BREAK,
        /// They do not descend from them.
        FOREIGN
    }

    /// How many identities are remembered; each failover and each restart of a master makes one.
    private static final int PAST_MAX = 100;

    /// Something to tell.
    ///
    /// @param line for people
    record Finding(Kind kind, String line) {
        boolean isBreak() {
            return kind != Kind.GAP;
        }

        boolean isForeign() {
            return kind == Kind.FOREIGN;
        }
    }

    /// Whether what is foreign is kept out, so that it never becomes what others are compared with.
    private final boolean strict;

    private NodeAddress.@Nullable Tcp master;
    private @Nullable History last;

    /// The identities that the data of this shard have had, the oldest first; with those that the masters named as the ones
    /// before.
    private final Set<String> past = new LinkedHashSet<>();

    private long breaks;

    /// The identity that was found foreign last.
    private String refused = "";

    Lineage(boolean strict) {
        this.strict = strict;
    }

    /// The identity of the data of a master; empty when it is not the one that was seen last.
    String identity(NodeAddress.@Nullable Tcp address) {
        return last != null && address != null && address.equals(master) ? last.replid() : "";
    }

    /// How often the data did not descend from those that were seen last.
    long breaks() {
        return breaks;
    }

    /// The master said this of its data.
    ///
    /// @param known whether it was a replica of a master of this shard once, or the configuration names it
    /// @return null when all is well, or was told before
    @Nullable
    Finding onHistory(NodeAddress.Tcp address, History now, boolean known) {
        Finding finding = judge(address, now, known);
        boolean kept = strict && finding != null && finding.isForeign();
        if (kept) {
            if (now.replid().equals(refused)) {
                return null;
            }
            refused = now.replid();
        } else {
            last = now;
            master = address;
            remember(now.before());
            remember(now.replid());
            refused = "";
        }
        breaks += finding != null && finding.isBreak() ? 1 : 0;
        return finding;
    }

    private void remember(String identity) {
        if (!identity.isEmpty() && !isNone(identity)) {
            past.remove(identity);
            past.add(identity);
            if (past.size() > PAST_MAX) {
                past.remove(past.iterator().next());
            }
        }
    }

    private static boolean isNone(String identity) {
        return identity.chars().allMatch(digit -> digit == '0');
    }

    /// What would be found of a node if it were the master; nothing is remembered.
    ///
    /// @param known as for [#onHistory]
    /// @return null when all is well
    @Nullable
    Finding judge(NodeAddress.Tcp address, History now, boolean known) {
        History seen = last;
        NodeAddress.Tcp before = master;
        return seen == null || before == null ? null : compare(before, seen, address, now, known);
    }

    /// Whether the data of a node descend from those that were seen last, but for the last bytes; so does whatever is there
    /// while nothing has been seen. Nothing is remembered.
    ///
    /// @param data what the node said of them; null when it said nothing
    /// @param known as for [#onHistory]
    boolean isHeir(NodeAddress.Tcp address, @Nullable MasterAnswer data, boolean known) {
        if (!(data instanceof MasterAnswer.Master said)) {
            return last == null;
        }
        Finding finding = judge(address, said.history(), known);
        return finding == null || finding.kind() == Kind.GAP;
    }

    private @Nullable Finding compare(
            NodeAddress.Tcp before, History seen, NodeAddress.Tcp address, History now, boolean known) {
        boolean same = address.equals(before);
        boolean unknown = seen.replid().isEmpty() || now.replid().isEmpty();
        if (unknown || now.replid().equals(seen.replid())) {
            return null;
        }
        if (now.before().equals(seen.replid())) {
            long missing = seen.offset() - now.beforeOffset();
            return missing <= 0
                    ? null
                    : new Finding(
                            Kind.GAP,
                            address + " lacks the last " + missing + " bytes or more of what "
                                    + (same ? "it" : before.toString())
                                    + " had written: acknowledged writes may be lost");
        }
        boolean bare = isNone(now.before());
        boolean sameProcess = same && !now.runId().isEmpty() && now.runId().equals(seen.runId());
        if (sameProcess && bare) {
            return null;
        }
        String keys = now.keys() + " keys, " + seen.keys() + " before";
        if (past.contains(now.replid()) || past.contains(now.before())) {
            return new Finding(
                    Kind.BREAK,
                    address + " has older data of this shard: what " + (same ? "it" : before)
                            + " has taken since is lost (" + keys + ")");
        }
        boolean few = now.keys() < seen.keys() / 2;
        if (!same) {
            boolean emptied = bare && few && !now.evicts();
            return new Finding(
                    known && !emptied ? Kind.BREAK : Kind.FOREIGN,
                    address + " is master now, but its data do not descend from those of " + before + " (" + keys
                            + "): it was no replica of it, or there was another failover in between. If it is not of"
                            + " this group, stop writing to it");
        }
        if (few) {
            return new Finding(
                    now.evicts() ? Kind.BREAK : Kind.FOREIGN,
                    address + " CAME BACK WITHOUT ITS DATA (" + keys + "): it was restarted before a replica took over,"
                            + " and its replicas now throw away what they have. Keep their dump files, if there are"
                            + " any; let the master save its data, or let nobody restart it at once");
        }
        if (sameProcess) {
            return new Finding(
                    Kind.BREAK,
                    address + " has had other data in between (" + keys
                            + "): it was a replica for a while, nobody saw of"
                            + " whom. If that was not a node of this group, stop writing to it");
        }
        return new Finding(
                now.renames() || seen.keys() == 0 ? Kind.BREAK : Kind.FOREIGN,
                address + " has begun a new history of its data (" + keys + "): it was restarted from an append-only"
                        + " file, or another node listens there now. If it is not of this group, stop writing to it");
    }
}

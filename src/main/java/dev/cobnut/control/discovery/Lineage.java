package dev.cobnut.control.discovery;

import dev.cobnut.control.probe.History;
import dev.cobnut.topology.NodeAddress;
import org.jspecify.annotations.Nullable;

/// Whether the data of a shard's master descend from those that were seen last. What does not is told and counted;
/// nothing is decided by it. Pure; owned by the deciding thread.
///
/// | what the master says now, against what was seen last | finding |
/// | --- | --- |
/// | nothing was seen, or a server without identities | none |
/// | the same identity | none |
/// | it names the last identity as the one before | none, or how many bytes of it are missing |
/// | the same process at the same address | none: without replicas for an hour Redis takes a new identity |
/// | the same address, less than half of the keys | a break: it came back without its data |
/// | the same address | a break: a restart from an append-only file, or another node at this address |
/// | another address | a break: it is no heir |
final class Lineage {
    /// Something to tell.
    ///
    /// @param isBreak whether the data do not descend from those that were seen
    /// @param line for people
    record Finding(boolean isBreak, String line) {}

    private NodeAddress.@Nullable Tcp master;
    private @Nullable History last;
    private long breaks;

    /// How often the data did not descend from those that were seen last.
    long breaks() {
        return breaks;
    }

    /// The master said this of its data.
    ///
    /// @return null when all is well
    @Nullable
    Finding onHistory(NodeAddress.Tcp address, History now) {
        History seen = last;
        NodeAddress.Tcp before = master;
        last = now;
        master = address;
        if (seen == null || before == null) {
            return null;
        }
        Finding finding = compare(before, seen, address, now);
        breaks += finding != null && finding.isBreak ? 1 : 0;
        return finding;
    }

    private static @Nullable Finding compare(
            NodeAddress.Tcp before, History seen, NodeAddress.Tcp address, History now) {
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
                            false,
                            address + " lacks the last " + missing + " bytes or more of what "
                                    + (same ? "it" : before.toString())
                                    + " had written: acknowledged writes may be lost");
        }
        if (same && !now.runId().isEmpty() && now.runId().equals(seen.runId())) {
            return null;
        }
        String keys = now.keys() + " keys, " + seen.keys() + " before";
        if (!same) {
            return new Finding(
                    true,
                    address + " is master now, but its data do not descend from those of " + before + " (" + keys
                            + "): it was no replica of it, or there was another failover in between. If it is not of"
                            + " this group, stop writing to it");
        }
        if (now.keys() < seen.keys() / 2) {
            return new Finding(
                    true,
                    address + " CAME BACK WITHOUT ITS DATA (" + keys + "): it was restarted before a replica took over,"
                            + " and its replicas now throw away what they have. Keep their dump files, if there are"
                            + " any; let the master save its data, or let nobody restart it at once");
        }
        return new Finding(
                true,
                address + " has begun a new history of its data (" + keys + "): it was restarted from an append-only"
                        + " file, or another node listens there now. If it is not of this group, stop writing to it");
    }
}

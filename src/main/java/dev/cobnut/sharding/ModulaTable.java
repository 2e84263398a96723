package dev.cobnut.sharding;

import java.util.List;

/// Slots in server order, as many for each server as its weight; a hash value belongs to the slot of its remainder.
/// Only the ends of the runs are kept, so a weight of a thousand million costs no more than a weight of one.
final class ModulaTable implements ServerTable {
    private final int[] servers;

    /// The first slot after the run of the server of the same place; the last one is the number of slots.
    private final long[] runEnds;

    private ModulaTable(int[] servers, long[] runEnds) {
        this.servers = servers;
        this.runEnds = runEnds;
    }

    /// The slots of those servers whose positions are in `live`, in that order.
    static ModulaTable of(List<RingServer> servers, int[] live) {
        long[] runEnds = new long[live.length];
        long slots = 0;
        for (int i = 0; i < live.length; i++) {
            slots += servers.get(live[i]).weight();
            runEnds[i] = slots;
        }
        return new ModulaTable(live, runEnds);
    }

    @Override
    public int serverOf(int hash) {
        long slot = Integer.toUnsignedLong(hash) % runEnds[runEnds.length - 1];
        int low = 0;
        int high = runEnds.length - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (runEnds[middle] <= slot) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return servers[low];
    }
}

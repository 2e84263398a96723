package dev.cobnut.sharding;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// A ring of points, each owned by a server; a hash value belongs to the first point at or after it.
///
/// A server has about 160 points times its weight over the mean weight. The number comes from single-precision
/// arithmetic whose rounding is part of the contract: 25 equal servers get 156 points each, and a server with a very
/// small share gets none.
final class KetamaRing implements ServerTable {
    private static final float POINTS_PER_SERVER = 160;
    private static final int POINTS_PER_DIGEST = 4;

    /// Ascending, with the sign bit flipped so that signed comparison orders unsigned values.
    private final int[] points;

    /// The server that owns the point of the same place.
    private final int[] owners;

    private KetamaRing(int[] points, int[] owners) {
        this.points = points;
        this.owners = owners;
    }

    /// The ring of those servers whose positions are in `live`.
    static KetamaRing of(List<RingServer> servers, int[] live) {
        int[] digests = new int[live.length];
        long weights = 0;
        for (int position : live) {
            weights += servers.get(position).weight();
        }
        int total = 0;
        for (int i = 0; i < live.length; i++) {
            digests[i] = digestCount(servers.get(live[i]).weight(), weights, live.length);
            total += digests[i] * POINTS_PER_DIGEST;
        }

        // One long sorts as a pair: the unsigned point above, its owner in the low 31 bits.
        long[] pairs = new long[total];
        int[] digest = new int[POINTS_PER_DIGEST];
        int next = 0;
        for (int i = 0; i < live.length; i++) {
            String name = servers.get(live[i]).name();
            for (int k = 0; k < digests[i]; k++) {
                byte[] label = (name + "-" + k).getBytes(StandardCharsets.UTF_8);
                Md5.digest(label, 0, label.length, digest);
                for (int point : digest) {
                    pairs[next++] = Integer.toUnsignedLong(point) << 31 | live[i];
                }
            }
        }
        Arrays.sort(pairs);

        int[] points = new int[total];
        int[] owners = new int[total];
        for (int i = 0; i < total; i++) {
            points[i] = (int) (pairs[i] >>> 31) ^ Integer.MIN_VALUE;
            owners[i] = (int) pairs[i] & Integer.MAX_VALUE;
        }
        return new KetamaRing(points, owners);
    }

    /// How often a server is hashed onto the ring. Every step rounds to single precision; do not reorder.
    private static int digestCount(int weight, long weights, int servers) {
        float share = (float) weight / (float) weights;
        float digests = share * POINTS_PER_SERVER / POINTS_PER_DIGEST * servers;
        return (int) digests;
    }

    @Override
    public int serverOf(int hash) {
        int wanted = hash ^ Integer.MIN_VALUE;
        int low = 0;
        int high = points.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (points[middle] < wanted) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return owners[low == points.length ? 0 : low];
    }

    /// How many points a server owns.
    int pointsOf(int server) {
        int count = 0;
        for (int owner : owners) {
            if (owner == server) {
                count++;
            }
        }
        return count;
    }
}

package dev.cobnut.sharding;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// From a key to a server, as nutcracker would choose. Immutable; any thread may ask.
///
///     key -> hash tag -> KeyHash -> 32 bits -> ServerTable (ketama, modula, random) -> index
///
/// With one live server, or none, the answer is known without looking at the key.
public final class Placement {
    private static final int NONE = -1;

    /// What begins with a text may be anywhere, see [#placeAll].
    public static final int ANYWHERE = -2;

    private final KeyHash hash;
    private final @Nullable HashTag tag;
    private final Distribution distribution;
    private final List<RingServer> servers;

    /// Positions in `servers`, in nutcracker's order.
    private final int[] order;

    /// `order` without those that are ejected.
    private final int[] live;

    /// Null when there is nothing to choose.
    private final @Nullable ServerTable table;

    private Placement(
            KeyHash hash,
            @Nullable HashTag tag,
            Distribution distribution,
            List<RingServer> servers,
            int[] order,
            int[] live) {
        this.hash = hash;
        this.tag = tag;
        this.distribution = distribution;
        this.servers = servers;
        this.order = order;
        this.live = live;
        this.table = live.length < 2 ? null : tableOf(distribution, servers, live);
    }

    private static ServerTable tableOf(Distribution distribution, List<RingServer> servers, int[] live) {
        return switch (distribution) {
            case KETAMA -> KetamaRing.of(servers, live);
            case MODULA -> ModulaTable.of(servers, live);
            case RANDOM -> new RandomTable(live);
        };
    }

    /// Placement over `servers`, given in any order. Indices that [#place] returns are positions in this list;
    /// nutcracker's own sorted order is applied inside.
    ///
    /// @throws IllegalArgumentException when there are no servers
    public static Placement of(
            KeyHash hash, @Nullable HashTag tag, Distribution distribution, List<RingServer> servers) {
        if (servers.isEmpty()) {
            throw new IllegalArgumentException("placement over 0 servers (expected: 1 or more)");
        }
        List<RingServer> fixed = List.copyOf(servers);
        int[] order = IntStream.range(0, fixed.size())
                .boxed()
                .sorted(Comparator.comparing(position -> fixed.get(position).name(), RingServer.NUTCRACKER_ORDER))
                .mapToInt(Integer::intValue)
                .toArray();
        return new Placement(hash, tag, distribution, fixed, order, order);
    }

    /// The same placement computed as if the servers marked in `ejected` were not listed; indices stay those of the
    /// full list. Calls do not add up: `ejected` is the whole truth, whatever this placement already leaves out.
    /// A ketama ring of 32 servers takes about 1 ms of CPU to compute, and 3 to 7 ms before the code is compiled.
    ///
    /// @param ejected one element for each server
    /// @throws IllegalArgumentException when the number of elements is another
    public Placement without(boolean[] ejected) {
        if (ejected.length != servers.size()) {
            throw new IllegalArgumentException(
                    ejected.length + " ejection marks (expected: " + servers.size() + ", one for each server)");
        }
        int[] rest = Arrays.stream(order).filter(position -> !ejected[position]).toArray();
        return new Placement(hash, tag, distribution, servers, order, rest);
    }

    /// The index of the server for a key, or -1 when every server is ejected. Allocates nothing.
    public int place(byte[] bytes, int offset, int length) {
        if (table == null) {
            return live.length == 0 ? NONE : live[0];
        }
        int value = tag == null ? hash.hash(bytes, offset, length) : tag.hash(hash, bytes, offset, length);
        return table.serverOf(value);
    }

    /// The index of the server for all keys that begin with these bytes, -1 when every server is ejected, or
    /// [#ANYWHERE]: without a hash tag that is complete, what follows decides. Allocates nothing.
    public int placeAll(byte[] bytes, int offset, int length) {
        boolean decided = table == null || (tag != null && tag.isIn(bytes, offset, length));
        return decided ? place(bytes, offset, length) : ANYWHERE;
    }
}

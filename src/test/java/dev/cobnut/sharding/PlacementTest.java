package dev.cobnut.sharding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlacementTest {
    private static final int KEYS = 2000;

    @ParameterizedTest
    @ValueSource(ints = {25, 47, 50, 55, 61, 71, 94, 100, 107, 109, 110, 115, 122, 142})
    void givesEqualServersFewerPointsWhereSinglePrecisionRoundsDown(int count) {
        assertThat(points(equalServers(count, 1))).hasSize(count).containsOnly(156);
        assertThat(points(equalServers(count, 7))).containsOnly(156);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 24, 26, 32, 46})
    void givesEqualServersOneHundredAndSixtyPointsOtherwise(int count) {
        assertThat(points(equalServers(count, 1))).containsOnly(160);
    }

    @Test
    void givesPointsByWeight() {
        assertThat(points(weighted(1, 2, 3))).containsExactly(80, 160, 240);
        assertThat(points(weighted(1, 1, 1, 1, 10))).containsExactly(56, 56, 56, 56, 568);
        assertThat(points(weighted(100_000, 1))).containsExactly(316, 0);
    }

    @Test
    void takesWeightsWhoseSumPassesThirtyTwoBits() {
        List<RingServer> servers = weighted(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE);
        assertThat(points(servers)).containsOnly(160);
        assertThat(decisions(Placement.of(KeyHash.FNV1A_64, null, Distribution.MODULA, servers)))
                .contains(0, 1);
    }

    @ParameterizedTest
    @EnumSource(names = {"KETAMA", "MODULA"})
    void ejectionEqualsAListWithoutTheServer(Distribution distribution) {
        List<RingServer> servers = weighted(1, 2, 3, 4);
        Placement ejecting = Placement.of(KeyHash.FNV1A_64, null, distribution, servers)
                .without(new boolean[] {false, false, true, false});

        List<RingServer> rest = new ArrayList<>(servers);
        rest.remove(2);
        int[] unlisted = decisions(Placement.of(KeyHash.FNV1A_64, null, distribution, rest));
        int[] expected =
                IntStream.of(unlisted).map(index -> index == 2 ? 3 : index).toArray();

        assertThat(decisions(ejecting)).isEqualTo(expected).contains(0, 1, 3);
    }

    @ParameterizedTest
    @EnumSource
    void ejectionsDoNotAddUp(Distribution distribution) {
        Placement all = Placement.of(KeyHash.MD5, null, distribution, weighted(1, 1, 1));
        Placement back = all.without(new boolean[] {true, true, false}).without(new boolean[] {false, false, true});
        assertThat(decisions(back)).contains(0, 1).doesNotContain(2);
    }

    @ParameterizedTest
    @EnumSource
    void placesNothingWhenEveryServerIsEjected(Distribution distribution) {
        Placement placement =
                Placement.of(KeyHash.CRC32A, null, distribution, weighted(1, 1)).without(new boolean[] {true, true});
        assertThat(decisions(placement)).containsOnly(-1);
    }

    @ParameterizedTest
    @EnumSource
    void oneServerTakesEverythingUntilItIsEjected(Distribution distribution) {
        Placement placement = Placement.of(KeyHash.CRC32A, null, distribution, weighted(5));
        assertThat(decisions(placement)).containsOnly(0);
        assertThat(decisions(placement.without(new boolean[] {true}))).containsOnly(-1);
    }

    @Test
    void randomReachesEveryLiveServerWhateverTheWeight() {
        Placement placement = Placement.of(KeyHash.FNV1A_64, null, Distribution.RANDOM, weighted(1_000_000, 1, 1, 1))
                .without(new boolean[] {false, false, true, false});
        assertThat(decisions(placement)).contains(0, 1, 3).doesNotContain(2, -1);
    }

    @Test
    void ordersNamesByLengthThenByUnsignedBytes() {
        assertThat(Stream.of("node10", "aaa", "béta", "zz", "node2", "bzta", "betta")
                        .sorted(RingServer.NUTCRACKER_ORDER))
                .containsExactly("zz", "aaa", "bzta", "betta", "béta", "node2", "node10");
    }

    @Test
    void refusesWhatCannotBePlaced() {
        assertThatThrownBy(() -> new RingServer("a", 0)).hasMessage("weight 0 of server a (expected: 1 or more)");
        assertThatThrownBy(() -> Placement.of(KeyHash.MD5, null, Distribution.KETAMA, List.of()))
                .hasMessage("placement over 0 servers (expected: 1 or more)");
        Placement two = Placement.of(KeyHash.MD5, null, Distribution.KETAMA, weighted(1, 1));
        assertThatThrownBy(() -> two.without(new boolean[3]))
                .hasMessage("3 ejection marks (expected: 2, one for each server)");
    }

    @Test
    void whatBeginsAlikeIsInOnePlaceOnlyByItsHashTag() {
        byte[] tagged = "{a}x".getBytes(StandardCharsets.US_ASCII);
        byte[] open = "{a".getBytes(StandardCharsets.US_ASCII);
        Placement tags =
                Placement.of(KeyHash.MD5, new HashTag((byte) '{', (byte) '}'), Distribution.KETAMA, weighted(1, 1));
        Placement plain = Placement.of(KeyHash.MD5, null, Distribution.KETAMA, weighted(1, 1));
        assertThat(tags.placeAll(tagged, 0, 4)).isEqualTo(tags.place(tagged, 0, 4));
        assertThat(tags.placeAll(open, 0, 2)).isEqualTo(Placement.ANYWHERE);
        assertThat(plain.placeAll(tagged, 0, 4)).isEqualTo(Placement.ANYWHERE);
        assertThat(plain.without(new boolean[] {true, false}).placeAll(open, 0, 2))
                .isEqualTo(1);
        assertThat(plain.without(new boolean[] {true, true}).placeAll(open, 0, 2))
                .isEqualTo(-1);
    }

    @Test
    void placesWithoutAllocating() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        byte[] key = "session:{0123456789abcdef}".getBytes(StandardCharsets.US_ASCII);
        HashTag tag = new HashTag((byte) '{', (byte) '}');
        for (KeyHash hash : KeyHash.values()) {
            for (Distribution distribution : Distribution.values()) {
                Placement placement = Placement.of(hash, tag, distribution, equalServers(9, 1));
                placeOften(placement, key, 10);
                long before = threads.getCurrentThreadAllocatedBytes();
                int sum = placeOften(placement, key, 2000);
                long allocated = threads.getCurrentThreadAllocatedBytes() - before;
                // A single object per call would be 32,000 bytes; the rest is the measurement's own.
                assertThat(allocated).as("%s, %s, %d", hash, distribution, sum).isLessThan(4_000);
            }
        }
    }

    private static int placeOften(Placement placement, byte[] key, int times) {
        int sum = 0;
        for (int i = 0; i < times; i++) {
            key[10] = (byte) i;
            sum += placement.place(key, 0, key.length);
        }
        return sum;
    }

    private static int[] decisions(Placement placement) {
        return IntStream.range(0, KEYS)
                .map(i -> {
                    byte[] key = ("key:" + i).getBytes(StandardCharsets.US_ASCII);
                    return placement.place(key, 0, key.length);
                })
                .toArray();
    }

    private static int[] points(List<RingServer> servers) {
        KetamaRing ring =
                KetamaRing.of(servers, IntStream.range(0, servers.size()).toArray());
        return IntStream.range(0, servers.size()).map(ring::pointsOf).toArray();
    }

    private static List<RingServer> equalServers(int count, int weight) {
        return IntStream.range(0, count)
                .mapToObj(i -> new RingServer("shard" + i, weight))
                .toList();
    }

    private static List<RingServer> weighted(int... weights) {
        return IntStream.range(0, weights.length)
                .mapToObj(i -> new RingServer("server" + i, weights[i]))
                .toList();
    }
}

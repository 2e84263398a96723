package dev.cobnut.proxy.routing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.sharding.Distribution;
import dev.cobnut.sharding.KeyHash;
import dev.cobnut.sharding.Placement;
import dev.cobnut.sharding.RingServer;
import java.util.List;
import org.junit.jupiter.api.Test;

class RouterTest {
    private static final long RETRY_NANOS = 1_000;
    private static final List<RingServer> SERVERS =
            List.of(new RingServer("a", 1), new RingServer("b", 1), new RingServer("c", 1));

    private final Placement all = Placement.of(KeyHash.FNV1A_64, null, Distribution.KETAMA, SERVERS);
    private final Router router = new Router(all, SERVERS.size(), RETRY_NANOS);

    @Test
    void sendsKeysElsewhereWhileTheirServerIsEjected() {
        int home = shard("key", 0);
        router.eject(home, 0);
        assertThat(shard("key", 1)).isNotEqualTo(home).isNotEqualTo(Router.NONE);
    }

    @Test
    void takesAServerBackWhenItsTimeIsUp() {
        int home = shard("key", 0);
        router.eject(home, 0);
        assertThat(shard("key", RETRY_NANOS - 1)).isNotEqualTo(home);
        assertThat(shard("key", RETRY_NANOS)).isEqualTo(home);
    }

    @Test
    void hasNoServerWhenAllAreEjected() {
        for (int shard = 0; shard < SERVERS.size(); shard++) {
            router.eject(shard, 0);
        }
        assertThat(shard("key", 1)).isEqualTo(Router.NONE);
        assertThat(shard("key", RETRY_NANOS)).isNotEqualTo(Router.NONE);
    }

    @Test
    void aSecondFailureProlongsTheEjection() {
        int home = shard("key", 0);
        router.eject(home, 0);
        router.eject(home, 500);
        assertThat(shard("key", RETRY_NANOS)).isNotEqualTo(home);
        assertThat(shard("key", RETRY_NANOS + 500)).isEqualTo(home);
    }

    @Test
    void anyIsTheFirstThatIsNotEjected() {
        assertThat(router.any(0)).isZero();
        router.eject(0, 0);
        assertThat(router.any(1)).isEqualTo(1);
        router.eject(1, 10);
        assertThat(router.any(11)).isEqualTo(2);
        router.eject(2, 20);
        assertThat(router.any(21)).isEqualTo(Router.NONE);
        assertThat(router.any(RETRY_NANOS)).as("its time is up").isZero();
        assertThat(router.any(RETRY_NANOS + 10)).isZero();
    }

    private int shard(String key, long nowNanos) {
        byte[] bytes = key.getBytes(US_ASCII);
        return router.route(bytes, 0, bytes.length, nowNanos);
    }
}

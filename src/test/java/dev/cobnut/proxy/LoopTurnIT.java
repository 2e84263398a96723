package dev.cobnut.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cobnut.stats.LoopTurn;
import dev.cobnut.testing.LeakCheck;
import dev.cobnut.testing.RawClient;
import dev.cobnut.testing.ScriptedNode;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// A real event loop that stands still, since what it calls does not return.
@ExtendWith(LeakCheck.class)
@Timeout(60)
class LoopTurnIT {
    private static final long STILL_NANOS = TimeUnit.MILLISECONDS.toNanos(600);
    private static final int MANY = 1_000_000;

    @Test
    void theOneThatStandsStillCanBeToldFromTheOthers() throws Exception {
        Semaphore ends = new Semaphore(0);
        try (ScriptedNode node = ScriptedNode.start(ScriptedNode.Peer::read);
                ProxyUnderTest proxy = ProxyUnderTest.start(3, List.of(), node);
                RawClient client = proxy.client()) {
            proxy.onTrouble(ends::acquireUninterruptibly);
            client.ask("GET", "a");
            await().untilAsserted(() -> {
                List<LoopTurn> turns = proxy.turns();
                long now = System.nanoTime();
                assertThat(turns).hasSize(3).allMatch(each -> each.loop().startsWith("loop-"));
                assertThat(turns.stream().filter(each -> now - each.nanos() > STILL_NANOS))
                        .hasSize(1);
            });
            ends.release(MANY);
            await().untilAsserted(() -> {
                long now = System.nanoTime();
                assertThat(proxy.turns()).allMatch(each -> now - each.nanos() < STILL_NANOS);
            });
        } finally {
            ends.release(MANY);
        }
    }
}

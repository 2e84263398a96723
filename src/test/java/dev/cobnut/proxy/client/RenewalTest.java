package dev.cobnut.proxy.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.proxy.ClientFixture;
import dev.cobnut.proxy.ClientFixture.Bare;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What is subscribed again at another node: what belongs to its shard, and no more.
class RenewalTest {
    private final ClientFixture pool = ClientFixture.shards(3).start();
    private final Bare client = pool.bare();

    @AfterEach
    void nothingIsKept() {
        pool.turn();
        pool.close();
    }

    private List<String> renewedAt(int shard) {
        pool.move(shard);
        return pool.other(shard).takeRequests();
    }

    @Test
    void channelsAreRenewedWhereTheyArePlaced() {
        client.dispatch("SUBSCRIBE @0 @1 {@0}x");
        assertThat(renewedAt(0)).containsExactly(pool.keys("subscribe @0 {@0}x"));
        assertThat(renewedAt(1)).containsExactly(pool.keys("subscribe @1"));
        assertThat(renewedAt(2)).isEmpty();
    }

    @Test
    void patternsAndEventsAreRenewedEverywhere() {
        client.dispatch("PSUBSCRIBE a*");
        client.dispatch("SUBSCRIBE __keyspace__:a");
        for (int shard = 0; shard < 3; shard++) {
            assertThat(renewedAt(shard)).containsExactly("subscribe __keyspace__:a", "psubscribe a*");
        }
    }

    @Test
    void channelsOfShardsAreRenewed() {
        client.dispatch("SSUBSCRIBE @2");
        assertThat(renewedAt(2)).containsExactly(pool.keys("ssubscribe @2"));
    }

    @Test
    void confirmationsAreNoNewsToTheClientAndMessagesAre() {
        String key = pool.keys("@0");
        String name = "$" + key.length() + "|" + key;
        String message = "*3|$7|message|" + name + "|$1|m";
        client.dispatch("SUBSCRIBE @0");
        pool.node(0).expects("subscribe @0").answers("*3|$9|subscribe|" + name + "|:1");
        client.expects("*3|$9|subscribe|" + name + "|:1|");
        pool.move(0);
        pool.other(0)
                .expects("subscribe @0")
                .answers(message)
                .answers("*3|$9|subscribe|" + name + "|:1")
                .answers(message);
        client.expects(message + "|" + message + "|");
    }
}

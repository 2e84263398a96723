package dev.cobnut.proxy.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.config.ReadPolicy;
import dev.cobnut.proxy.ClientFixture;
import dev.cobnut.proxy.ClientFixture.Bare;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a client can rely on in a pool that reads from replicas.
class ClientReadsTest {
    private ClientFixture pool = start(ReadPolicy.PREFER_REPLICA);
    private Bare client = pool.bare();

    private static ClientFixture start(ReadPolicy policy) {
        ClientFixture started = ClientFixture.shards(1).reads(policy, 500).start();
        started.letRead(0);
        return started;
    }

    private void restart(ReadPolicy policy) {
        pool.close();
        pool = start(policy);
        client = pool.bare();
    }

    @AfterEach
    void nothingIsKept() {
        pool.close();
    }

    private void readsAt(ClientFixture.Node node) {
        assertThat(client.dispatch("GET a")).isTrue();
        node.expects("GET a").answers("$-1");
        client.expects("$-1|");
    }

    private void writes() {
        assertThat(client.dispatch("SET a 1")).isTrue();
        pool.node(0).expects("SET a 1").answers("+OK");
        client.expects("+OK|");
    }

    @Test
    void readsGoToTheReplica() {
        readsAt(pool.replica(0));
        pool.node(0).expectsNothing();
    }

    @Test
    void whatMayNotBeAskedOfAReplicaGoesToTheMaster() {
        assertThat(client.dispatch("TOUCH a")).isTrue();
        pool.node(0).expects("TOUCH a").answers(":1");
    }

    @Test
    void aClientReadsWhatItWrote() {
        writes();
        readsAt(pool.node(0));
        pool.pass(490);
        readsAt(pool.node(0));
        pool.pass(10);
        readsAt(pool.replica(0));
    }

    @Test
    void theTimeRunsFromTheAnswerOfTheLastWrite() {
        assertThat(client.dispatch("SET a 1")).isTrue();
        assertThat(client.dispatch("SET b 1")).isTrue();
        pool.node(0).expects("SET a 1").answers("+OK");
        pool.pass(200);
        pool.node(0).expects("SET b 1").answers("+OK");
        client.expects("+OK|+OK|");
        pool.pass(490);
        readsAt(pool.node(0));
        pool.pass(10);
        readsAt(pool.replica(0));
    }

    @Test
    void behindAWriteThatIsUnansweredReadsGoToTheMasterWithoutWaiting() {
        assertThat(client.dispatch("SET a 1")).isTrue();
        assertThat(client.dispatch("GET a")).isTrue();
        assertThat(pool.node(0).takeRequests()).containsExactly("SET a 1", "GET a");
    }

    @Test
    void aWriteWaitsForReadsAtAReplica() {
        assertThat(client.dispatch("GET a")).isTrue();
        assertThat(client.dispatch("SET a 1")).isFalse();
        assertThat(client.dispatch("GET b")).as("another read does not").isTrue();
        assertThat(pool.replica(0).takeRequests()).containsExactly("GET a", "GET b");
        pool.replica(0).ends().getFirst().answers("$-1|$-1");
        client.expects("$-1|$-1|");
        writes();
    }

    @Test
    void whatNeitherReadsNorWritesWaitsForNobody() {
        assertThat(client.dispatch("GET a")).isTrue();
        assertThat(client.dispatch("ECHO x")).isTrue();
        pool.node(0).expects("ECHO x");
        assertThat(client.dispatch("GET b")).as("and does not turn").isTrue();
    }

    @Test
    void aReadWaitsForThoseAtTheMaster() {
        writes();
        pool.pass(300);
        assertThat(client.dispatch("GET a")).isTrue();
        pool.pass(200);
        assertThat(client.dispatch("GET b")).isFalse();
    }

    @Test
    void oneClientsWriteIsNoOthersBusiness() {
        writes();
        client = pool.bare();
        readsAt(pool.replica(0));
    }

    @Test
    void onListenReadsNothingIsWritten() {
        restart(ReadPolicy.MASTER);
        readsAt(pool.node(0));
        client = pool.bareReader();
        assertThat(client.client().isReader()).isTrue();
        readsAt(pool.replica(0));
        assertThat(client.dispatch("SET a 1")).isTrue();
        client.expects("-READONLY You can't write against a read only replica.|");
        pool.node(0).expectsNothing();
    }

    @Test
    void withoutAReplicaTheMasterIsRead() {
        pool.move(0);
        readsAt(pool.other(0));
    }

    @Test
    void whoWantsReplicasOnlyGetsAnErrorWithoutOne() {
        restart(ReadPolicy.REPLICA);
        readsAt(pool.replica(0));
        pool.move(0);
        assertThat(client.dispatch("GET a")).isTrue();
        client.expects("-ERR no replica of shard s0 may be read from: none is known to follow its master closely,"
                + " command not sent|");
    }

    @Test
    void whoPrefersMastersReadsAReplicaWhenTheMasterIsDown() {
        restart(ReadPolicy.PREFER_MASTER);
        readsAt(pool.node(0));
        pool.node(0).refuses().dies();
        pool.pass(10);
        assertThat(client.dispatch("GET a")).isTrue();
        pool.replica(0).expects("GET a").answers("$1|r");
        client.expects("$1|r|");
        readsAt(pool.replica(0));
    }

    @Test
    void aTransactionReadsAtItsMaster() {
        assertThat(client.dispatch("MULTI")).isTrue();
        pool.node(0).expects("MULTI").answers("+OK");
        assertThat(client.dispatch("GET a")).isTrue();
        pool.node(0).expects("GET a");
    }
}

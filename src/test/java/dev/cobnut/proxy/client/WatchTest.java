package dev.cobnut.proxy.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.proxy.ClientFixture;
import dev.cobnut.proxy.routing.Loan;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WatchTest {
    private final ClientFixture pool = ClientFixture.shards(2).start();
    private final Session session = pool.bare().client().session();
    private final OwnConnection own = Objects.requireNonNull(session.open(0, Loan.READY));
    private final OwnConnection other = Objects.requireNonNull(session.open(1, Loan.READY));
    private final Watch watch = new Watch();

    @AfterEach
    void nothingIsKept() {
        pool.turn();
        pool.close();
    }

    private void isIn(boolean broken, boolean refused) {
        assertThat(watch.isBroken()).isEqualTo(broken);
        assertThat(watch.isRefused()).isEqualTo(refused);
    }

    @Test
    void watchesNothingAtTheBeginning() {
        isIn(false, false);
        assertThat(watch.connection()).isNull();
        watch.lose(own);
        isIn(false, false);
    }

    @Test
    void isKeptByANode() {
        watch.keep(own);
        isIn(false, false);
        assertThat(watch.connection()).isSameAs(own);
        watch.lose(other);
        isIn(false, false);
        assertThat(watch.connection()).isSameAs(own);
    }

    @Test
    void breaksWithItsNodeForGood() {
        watch.keep(own);
        watch.lose(own);
        isIn(true, false);
        assertThat(watch.connection()).isNull();
        watch.keep(other);
        isIn(true, false);
        assertThat(watch.connection()).isSameAs(other);
    }

    @Test
    void aRefusalIsWorseThanABreak() {
        watch.keep(own);
        watch.refuse();
        isIn(false, true);
        assertThat(watch.connection()).as("the node has to be told").isSameAs(own);
        watch.lose(own);
        isIn(false, true);
        assertThat(watch.connection()).isNull();
    }

    @Test
    void aBrokenOneCanBeRefused() {
        watch.keep(own);
        watch.lose(own);
        watch.refuse();
        isIn(false, true);
    }
}

package dev.cobnut.proxy.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.proxy.ClientFixture;
import dev.cobnut.proxy.ClientFixture.Guest;
import dev.cobnut.proxy.ClientFixture.NodeEnd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// CLIENT ID, and who may name the number that it gives.
class IdentityReplyTest {
    private static final String STRANGER = "-ERR The client ID you want redirect to does not exist|";

    private final ClientFixture pool = ClientFixture.shards(1).start();
    private final Guest listening = pool.client();
    private final Guest tracking = pool.client();

    @AfterEach
    void nothingIsKept() {
        pool.close();
    }

    private NodeEnd identified() {
        listening.sends("CLIENT ID");
        NodeEnd end = pool.node(0).expects("CLIENT ID").answers(":77");
        listening.expects(":77|");
        return end;
    }

    @Test
    void messagesAboutKeysMayGoToAConnectionWhoseNumberItsClientKnows() {
        tracking.sends("CLIENT TRACKING ON REDIRECT 77").expects(STRANGER);
        identified();
        tracking.sends("CLIENT TRACKING ON REDIRECT 78").expects(STRANGER);
        tracking.sends("CLIENT TRACKING ON REDIRECT 77");
        pool.node(0).expects("CLIENT TRACKING ON REDIRECT 77").answers("+OK");
        tracking.expects("+OK|");
    }

    @Test
    void theNumberIsForgottenWithItsClient() {
        identified();
        listening.channel().close();
        pool.turn();
        tracking.sends("CLIENT TRACKING ON REDIRECT 77").expects(STRANGER);
    }

    @Test
    void theNumberIsForgottenWithItsConnection() {
        identified().dies();
        tracking.sends("CLIENT TRACKING ON REDIRECT 77").expects(STRANGER);
    }

    @Test
    void theNumberIsForgottenWhenItsNodeIsNoMoreTheMaster() {
        identified();
        pool.move(0);
        tracking.sends("CLIENT TRACKING ON REDIRECT 77").expects(STRANGER);
    }

    @Test
    void anErrorIsNoNumber() {
        listening.sends("CLIENT ID");
        pool.node(0).expects("CLIENT ID").answers("-ERR no");
        listening.expects("-ERR no|");
        assertThat(pool.pool().clients().isKnown(0, "default")).isFalse();
    }
}

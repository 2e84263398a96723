package dev.cobnut.proxy.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.proxy.backend.Resumable;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PausedNodesTest {
    private final List<String> resumed = new ArrayList<>();
    private final PausedNodes paused = new PausedNodes();
    private final Resumable a = () -> resumed.add("a");
    private final Resumable b = () -> resumed.add("b");
    private final PendingReply first = new PendingReply();
    private final PendingReply second = new PendingReply();

    @Test
    void whoStandsBehindWaitsForRoomAndWhoHadItsTurnForTheClientOnly() {
        paused.waitBehind(first, b);
        paused.waitAtHead(a);

        paused.resumeAtHead();
        assertThat(resumed).containsExactly("a");
        assertThat(paused.isEmpty()).isFalse();

        paused.resumeAll();
        assertThat(resumed).containsExactly("a", "b");
        assertThat(paused.isEmpty()).isTrue();
    }

    @Test
    void theTurnOfAReplyMovesItsNodeToTheHead() {
        paused.waitBehind(first, a);
        paused.waitBehind(second, b);

        paused.onTurn(first);
        paused.resumeAtHead();
        assertThat(resumed).containsExactly("a");

        paused.onTurn(second);
        paused.resumeAtHead();
        assertThat(resumed).containsExactly("a", "b");
        assertThat(paused.isEmpty()).isTrue();
    }

    @Test
    void severalNodesCanWaitForTheTurnOfOneReply() {
        paused.waitBehind(first, a);
        paused.waitBehind(first, b);

        paused.onTurn(first);
        paused.resumeAtHead();
        assertThat(resumed).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void aTurnThatNobodyWaitsForMovesNobody() {
        paused.waitBehind(first, a);
        paused.onTurn(second);
        paused.resumeAtHead();
        assertThat(resumed).isEmpty();
    }

    @Test
    void ofSeveralRepliesOfOneNodeTheFirstCounts() {
        paused.waitBehind(first, a);
        paused.waitBehind(second, a);

        paused.onTurn(first);
        paused.resumeAtHead();
        assertThat(resumed).containsExactly("a");
        assertThat(paused.isEmpty()).isTrue();
    }

    @Test
    void eachNodeIsResumedOnce() {
        paused.waitAtHead(a);
        paused.waitAtHead(a);
        paused.waitBehind(first, b);
        paused.waitBehind(first, b);

        paused.resumeAll();
        paused.resumeAll();
        assertThat(resumed).containsExactly("a", "b");
    }

    @Test
    void whoIsResumedMayWaitAgainAtOnce() {
        Resumable again = new Resumable() {
            @Override
            public void resume() {
                resumed.add("again");
                paused.waitAtHead(this);
            }
        };
        paused.waitAtHead(again);
        paused.waitBehind(first, a);

        paused.resumeAll();
        assertThat(resumed).containsExactly("again", "a");
        paused.resumeAll();
        assertThat(resumed).containsExactly("again", "a", "again");
    }
}

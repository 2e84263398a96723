package dev.cobnut.proxy.joined;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.net.Account;
import dev.cobnut.net.Held;
import dev.cobnut.net.Socket;
import dev.cobnut.proxy.backend.Failure;
import dev.cobnut.proxy.client.ReplyQueue;
import dev.cobnut.stats.Counters;
import dev.cobnut.stats.PoolCounter;
import dev.cobnut.testing.TestChannel;
import dev.cobnut.testing.TestLoop;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the client gets of parts that come in any order, whole, in pieces, or not at all.
class JoinedReplyTest {
    private final TestLoop loop = new TestLoop();
    private final Counters<PoolCounter> counters = new Counters<>(PoolCounter.class);
    private TestChannel client;
    private ReplyQueue queue;

    @BeforeEach
    void connect() {
        client = loop.accept(_ -> new ChannelInboundHandlerAdapter());
        loop.runTurn();
        queue = new ReplyQueue(loop.io(), Socket.of(loop.io(), client), new Nobody(), counters);
    }

    @AfterEach
    void close() {
        client.close();
        loop.close();
    }

    private static final class Nobody implements ReplyQueue.Reader {
        @Override
        public void onAnswered() {
            // nobody waits for it
        }

        @Override
        public void closeBroken(String why) {
            throw new AssertionError(why);
        }

        @Override
        public void onMemory() {
            // it sends nothing
        }
    }

    @Test
    void aJoinedReplyIsThereWhenAllPartsAreAndNoMoreWillBeSent() {
        JoinedReply sum = queue.add(new JoinedReply(counters, Joins.SUM));
        Fragment one = sum.addFragment("s");
        reply(one, ":1\r\n");
        Fragment two = sum.addFragment("s");
        sum.sentAll();
        assertThat(written()).isEmpty();
        assertThat(reply(two, ":2\r\n")).isTrue();
        assertThat(written()).isEqualTo(":3\r\n");
        assertThat(counters.get(PoolCounter.FRAGMENTS)).isEqualTo(2);
    }

    @Test
    void partsAreJoinedInTheOrderInWhichTheyWereSent() {
        JoinedReply list = queue.add(new JoinedReply(counters, Joins.CONCAT));
        Fragment one = list.addFragment("s");
        Fragment two = list.addFragment("s");
        list.sentAll();
        reply(two, "*1\r\n+b\r\n");
        reply(one, "*1\r\n+a\r\n");
        assertThat(written()).isEqualTo("*2\r\n+a\r\n+b\r\n");
    }

    @Test
    void theFirstErrorIsTheErrorOfTheWhole() {
        for (String error : List.of("-ERR one\r\n", "!7\r\nERR one\r\n", "|1\r\n+a\r\n+b\r\n-ERR one\r\n")) {
            JoinedReply sum = queue.add(new JoinedReply(counters, Joins.SUM, true));
            Fragment one = sum.addFragment("s");
            Fragment two = sum.addFragment("s");
            Fragment three = sum.addFragment("s");
            sum.sentAll();
            reply(three, ":1\r\n");
            reply(one, error);
            reply(two, "-ERR two\r\n");
            assertThat(written()).isEqualTo(error);
        }
        assertThat(counters.get(PoolCounter.FORWARD_ERROR)).isZero();
    }

    private static final Failure LOST = new Failure(Failure.Kind.RESET, "lost");
    private static final Failure GONE = new Failure(Failure.Kind.REFUSED, "gone");

    private JoinedReply of(boolean reads) {
        return queue.add(new JoinedReply(counters, Joins.SUM, reads));
    }

    @Test
    void whereNoPartWasSentTheWholeWasNot() {
        for (boolean reads : List.of(true, false)) {
            JoinedReply sum = of(reads);
            sum.addFragment("s0").fail(GONE);
            sum.addFragment("s1").fail(LOST);
            sum.sentAll();
            assertThat(written()).isEqualTo("-ERR Connection refused: gone, command not sent\r\n");
        }
        assertThat(counters.get(PoolCounter.FORWARD_ERROR)).isEqualTo(2);
    }

    @Test
    void whereAPartWasDoneTheOutcomeOfTheWholeIsUnknown() {
        JoinedReply sum = of(false);
        Fragment done = sum.addFragment("s0");
        sum.addFragment("s1").fail(GONE);
        sum.sentAll();
        assertThat(written()).isEmpty();
        reply(done, ":1\r\n");
        assertThat(written())
                .isEqualTo("-ERR Connection refused: gone, failed on 1 of 2 shards (s1), outcome unknown in part\r\n");
    }

    @Test
    void aNodesOwnWordsAreNotTrueOfTheOthers() {
        JoinedReply sum = of(false);
        Fragment done = sum.addFragment("s0");
        Fragment refused = sum.addFragment("s1");
        sum.sentAll();
        reply(refused, "-READONLY You can't write\r\n");
        reply(done, ":1\r\n");
        assertThat(written())
                .isEqualTo("-READONLY You can't write, failed on 1 of 2 shards (s1), outcome unknown in part\r\n");
    }

    @Test
    void whereNoPartWasDoneTheFirstErrorIsTrueOfAll() {
        JoinedReply sum = of(false);
        Fragment refused = sum.addFragment("s0");
        sum.addFragment("s1").fail(GONE);
        sum.sentAll();
        reply(refused, "-READONLY You can't write\r\n");
        assertThat(written()).isEqualTo("-ERR Connection refused: gone, command not sent\r\n");
    }

    @Test
    void whereAPartWasSentTheOutcomeOfTheWholeIsUnknown() {
        JoinedReply sum = of(false);
        Fragment first = sum.addFragment("s0");
        Fragment second = sum.addFragment("s1");
        sum.addFragment("s2").fail(GONE);
        sum.sentAll();
        reply(second, ":1\r\n");
        first.onFailure(LOST, true);
        assertThat(written())
                .isEqualTo(
                        "-ERR Connection refused: gone, failed on 2 of 3 shards (s0, s2), outcome unknown in part\r\n");
    }

    @Test
    void ofWhatOnlyReadsItDoesNotMatterWhichPartsWereSent() {
        JoinedReply sum = of(true);
        Fragment done = sum.addFragment("s0");
        sum.addFragment("s1").fail(GONE);
        sum.sentAll();
        reply(done, ":1\r\n");
        assertThat(written()).isEqualTo("-ERR Connection refused: gone, command not sent\r\n");
    }

    @Test
    void anErrorNamesAFewShardsOnly() {
        JoinedReply sum = of(false);
        Fragment done = sum.addFragment("done");
        for (int shard = 0; shard < 100; shard++) {
            sum.addFragment("s" + shard).fail(GONE);
        }
        sum.sentAll();
        reply(done, ":1\r\n");
        assertThat(written())
                .isEqualTo(
                        "-ERR Connection refused: gone, failed on 100 of 101 shards (s0, s1, s2, s3, s4, s5, s6, s7 and"
                                + " 92 more), outcome unknown in part\r\n");
    }

    @Test
    void anErrorLineThatComesInPiecesIsTheErrorOfTheWhole() {
        JoinedReply list = queue.add(new JoinedReply(counters, Joins.CONCAT, true));
        Fragment one = list.addFragment("s");
        Fragment two = list.addFragment("s");
        list.sentAll();
        reply(one, "*0\r\n");
        String text = "x".repeat(70_000);
        fragmentPart(two, "-ERR " + text, false);
        fragmentPart(two, text + "\r", false);
        fragmentPart(two, "\n", true);
        assertThat(written()).isEqualTo("-ERR " + text + text + "\r\n");
    }

    @Test
    void longPartsCountThreeTimesUntilTheyAreJoined() {
        JoinedReply list = queue.add(new JoinedReply(counters, Joins.CONCAT));
        Fragment one = list.addFragment("s");
        list.sentAll();
        fragmentPart(one, "*1\r\n$2\r\n", false);
        assertThat(queue.account().held(Held.JOINED)).isEqualTo(24);
        fragmentPart(one, "ab\r\n", true);
        assertThat(written()).isEqualTo("*1\r\n$2\r\nab\r\n");
        assertThat(queue.account().held(Held.JOINED)).isZero();
    }

    @Test
    void shortPartsCountUntilTheyAreJoinedAndThenAsStoredUntilTheirTurn() {
        JoinedReply first = queue.add(new JoinedReply(counters, Joins.SUM));
        Fragment head = first.addFragment("s");
        first.sentAll();
        JoinedReply list = queue.add(new JoinedReply(counters, Joins.CONCAT));
        Fragment one = list.addFragment("s");
        Fragment two = list.addFragment("s");
        list.sentAll();
        reply(one, "*1\r\n+a\r\n");
        assertThat(queue.account().held(Held.JOINED)).isEqualTo(8);
        reply(two, "*1\r\n+b\r\n");
        assertThat(queue.account().held(Held.JOINED)).isZero();
        assertThat(queue.account().held(Held.STORED)).isEqualTo(12);
        reply(head, ":1\r\n");
        assertThat(queue.account().passing()).isZero();
        assertThat(written()).isEqualTo(":1\r\n*2\r\n+a\r\n+b\r\n");
    }

    @Test
    void longPartsOfAClientThatLeftAreGivenBack() {
        JoinedReply list = queue.add(new JoinedReply(counters, Joins.CONCAT));
        Fragment one = list.addFragment("s");
        list.sentAll();
        fragmentPart(one, "*1\r\n$2\r\n", false);
        queue.abandon();
        assertThat(list.isUnwanted()).isTrue();
        fragmentPart(one, "ab\r\n", true);
        assertThat(queue.account().held()).isZero();
        assertThat(loop.memory().held()).isZero();
    }

    @Test
    void aPartThatFindsNoRoomIsAnError() {
        Account stranger = loop.leaveRoomFor(20);
        JoinedReply list = queue.add(new JoinedReply(counters, Joins.CONCAT));
        Fragment one = list.addFragment("s");
        list.sentAll();
        fragmentPart(one, "*1\r\n$2\r\n", false);
        stranger.close();
        fragmentPart(one, "ab\r\n", true);
        assertThat(written()).startsWith("-ERR one shard's part of a reply joined from several is limited to 67108864");
    }

    /// A thousand joined replies must not pile up here for a client that waits for the first.
    @Test
    void behindTheHeadANodePausesWhenMuchIsCollectedAndReadsOnInItsTurn() {
        JoinedReply first = queue.add(new JoinedReply(counters, Joins.CONCAT));
        Fragment head = first.addFragment("s");
        first.sentAll();
        JoinedReply second = queue.add(new JoinedReply(counters, Joins.CONCAT));
        Fragment behind = second.addFragment("s");
        second.sentAll();
        String text = "$1500000\r\n" + "x".repeat(1_500_000) + "\r\n";
        ByteBuf part = buffer("*1\r\n" + text.substring(0, 1_100_000));
        assertThat(behind.onReplyPart(part, false)).isFalse();
        AtomicInteger resumed = new AtomicInteger();
        behind.onPaused(resumed::incrementAndGet);
        assertThat(resumed).hasValue(0);

        assertThat(head.onReplyPart(part, false)).as("all wait for the head").isTrue();
        part.release();
        part = buffer(text.substring(1_100_000));
        head.onReplyPart(part, true);
        assertThat(written()).hasSize(1_500_000 + 16);
        assertThat(resumed).hasValue(1);
        assertThat(behind.onReplyPart(part, true)).isTrue();
        part.release();
        assertThat(written()).hasSize(1_500_000 + 16);
    }

    private void fragmentPart(Fragment fragment, String text, boolean last) {
        ByteBuf part = buffer(text);
        assertThat(fragment.onReplyPart(part, last)).isTrue();
        part.release();
    }

    private static boolean reply(Fragment fragment, String text) {
        return fragment.onReply(bytes(text), 0, text.length());
    }

    private ByteBuf buffer(String text) {
        return loop.io().allocator().directBuffer(text.length()).writeBytes(bytes(text));
    }

    private String written() {
        loop.runTurn();
        return client.takeWritten();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }
}

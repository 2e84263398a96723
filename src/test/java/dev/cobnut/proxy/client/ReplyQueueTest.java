package dev.cobnut.proxy.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.net.Socket;
import dev.cobnut.proxy.backend.Resumable;
import dev.cobnut.stats.Counters;
import dev.cobnut.stats.PoolCounter;
import dev.cobnut.testing.TestChannel;
import dev.cobnut.testing.TestLoop;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the client gets of replies that come in any order, whole, in parts, not at all, and between messages. The loop
/// fails each test that leaves a buffer unreleased.
class ReplyQueueTest {
    private final TestLoop loop = new TestLoop();
    private final List<String> broken = new ArrayList<>();
    private final Counters<PoolCounter> counters = new Counters<>(PoolCounter.class);
    private final List<String> resumed = new ArrayList<>();
    private final Resumable node = () -> resumed.add("node");
    private int answered;
    private TestChannel client;
    private ReplyQueue queue;

    @BeforeEach
    void connect() {
        client = loop.accept(_ -> new ChannelInboundHandlerAdapter());
        loop.runTurn();
        queue = new ReplyQueue(
                loop.io(),
                Socket.of(loop.io(), client),
                new ReplyQueue.Reader() {
                    @Override
                    public void onAnswered() {
                        answered++;
                    }

                    @Override
                    public void closeBroken(String why) {
                        broken.add(why);
                    }

                    @Override
                    public void onMemory() {
                        // nothing is read here
                    }
                },
                counters);
    }

    @AfterEach
    void close() {
        queue.abandon();
        loop.close();
    }

    // ---- order ------------------------------------------------------------------------------------------------------

    @Test
    void repliesLeaveInTheOrderOfRequests() {
        PendingReply a = add();
        PendingReply b = add();
        PendingReply c = add();
        assertThat(queue.size()).isEqualTo(3);

        settle(c, "+c\r\n");
        assertThat(written()).isEmpty();
        settle(a, "+a\r\n");
        assertThat(written()).isEqualTo("+a\r\n");
        settle(b, "+b\r\n");
        assertThat(written()).isEqualTo("+b\r\n+c\r\n");
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.isFlushed()).isTrue();
        assertThat(answered).isEqualTo(2);
    }

    @Test
    void repliesOfTheProxyTakeTheirTurn() {
        answer("+first\r\n");
        PendingReply a = add();
        answer("+second\r\n");
        assertThat(written()).isEqualTo("+first\r\n");
        settle(a, "+a\r\n");
        assertThat(written()).isEqualTo("+a\r\n+second\r\n");
    }

    @Test
    void aStoredReplyIsItsOwnCopy() {
        PendingReply a = add();
        PendingReply b = add();
        byte[] window = "x+b\r\nx".getBytes(ISO_8859_1);
        assertThat(queue.settle(b, window, 1, 5)).isTrue();
        window[2] = '!';
        settle(a, "+a\r\n");
        assertThat(written()).isEqualTo("+a\r\n+b\r\n");
    }

    @Test
    void isNotFlushedWhileTheClientDoesNotRead() {
        client.peerReads(0);
        answer("+a\r\n");
        loop.runTurn();
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.isFlushed()).isFalse();
        client.peerReadsAll();
        assertThat(written()).isEqualTo("+a\r\n");
        assertThat(queue.isFlushed()).isTrue();
    }

    // ---- parts ------------------------------------------------------------------------------------------------------

    @Test
    void partsOfTheHeadGoStraightOutAndOthersWaitForTheirTurn() {
        PendingReply a = add();
        PendingReply b = add();
        part(b, "$4\r\nb", false);
        part(a, "$4\r\naa", false);
        assertThat(written()).isEqualTo("$4\r\naa");
        part(a, "aa\r\n", true);
        assertThat(written()).isEqualTo("aa\r\n$4\r\nb");
        part(b, "bbb\r\n", true);
        assertThat(written()).isEqualTo("bbb\r\n");
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void longPartsAreKeptWithoutCopyingAndLeaveAsTheyCame() {
        String large = "x".repeat(20_000);
        PendingReply a = add();
        PendingReply b = add();
        part(b, large, false);
        part(b, "y\r\n", true);
        part(a, large, false);
        part(a, "z\r\n", true);
        assertThat(written()).isEqualTo(large + "z\r\n" + large + "y\r\n");
    }

    // ---- failure ----------------------------------------------------------------------------------------------------

    @Test
    void anErrorTakesItsPlaceAndIsCounted() {
        PendingReply a = add();
        PendingReply b = add();
        queue.fail(b, bytes("-ERR b\r\n"));
        settle(a, "+a\r\n");
        assertThat(written()).isEqualTo("+a\r\n-ERR b\r\n");
        assertThat(counters.get(PoolCounter.FORWARD_ERROR)).isEqualTo(1);
        assertThat(broken).isEmpty();
    }

    @Test
    void aReplyThatBreaksOffBehindTheHeadIsReplacedByItsError() {
        PendingReply a = add();
        PendingReply b = add();
        part(b, "x".repeat(20_000), false);
        queue.fail(b, bytes("-ERR b\r\n"));
        settle(a, "+a\r\n");
        assertThat(written()).isEqualTo("+a\r\n-ERR b\r\n");
        assertThat(broken).isEmpty();
        // nothing counts as stored any more
        add();
        push(">push\r\n");
        assertThat(written()).isEqualTo(">push\r\n");
    }

    @Test
    void aReplyThatBreaksOffInTheMiddleEndsTheClient() {
        PendingReply a = add();
        part(a, "$100\r\na", false);
        queue.fail(a, bytes("-ERR a\r\n"));
        assertThat(written()).isEqualTo("$100\r\na");
        assertThat(broken).containsExactly("a reply broke off in the middle");
    }

    @Test
    void aStoredPartThatHadItsTurnCountsAsBegun() {
        PendingReply a = add();
        PendingReply b = add();
        part(b, "$100\r\nb", false);
        settle(a, "+a\r\n");
        queue.fail(b, bytes("-ERR b\r\n"));
        assertThat(written()).isEqualTo("+a\r\n$100\r\nb");
        assertThat(broken).hasSize(1);
    }

    // ---- muted ------------------------------------------------------------------------------------------------------

    @Test
    void whileMutedNothingIsHeard() {
        PendingReply before = add();
        queue.muting().set(true);
        PendingReply whole = add();
        PendingReply long1 = add();
        answer("+local\r\n");
        settle(before, "+before\r\n");
        part(long1, "$3\r\na", false);
        settle(whole, "+whole\r\n");
        part(long1, "bc\r\n", true);
        assertThat(written()).isEqualTo("+before\r\n");
        assertThat(queue.isEmpty()).isTrue();

        queue.muting().set(false);
        answer("+OK\r\n");
        assertThat(written()).isEqualTo("+OK\r\n");
    }

    @Test
    void aMutedReplyThatBreaksOffHarmsNobody() {
        queue.muting().set(true);
        PendingReply a = add();
        part(a, "$3\r\na", false);
        queue.fail(a, bytes("-ERR a\r\n"));
        assertThat(broken).isEmpty();
        assertThat(written()).isEmpty();
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void onlyTheNextReplyIsSkipped() {
        queue.muting().skipNext();
        answer("+skipped\r\n");
        answer("+heard\r\n");
        queue.muting().skipNext();
        PendingReply a = add();
        PendingReply b = add();
        settle(b, "+b\r\n");
        settle(a, "+a\r\n");
        assertThat(written()).isEqualTo("+heard\r\n+b\r\n");
        queue.muting().skipNext();
        queue.muting().set(false);
        answer("+on\r\n");
        assertThat(written()).isEqualTo("+on\r\n");
    }

    @Test
    void confirmationsAreHeardAllTheSame() {
        queue.muting().set(true);
        PendingReply confirmation = queue.add(new Confirmation());
        settle(confirmation, ">subscribe\r\n");
        assertThat(written()).isEqualTo(">subscribe\r\n");
        push(">message\r\n");
        assertThat(written()).isEqualTo(">message\r\n");
    }

    // ---- messages ---------------------------------------------------------------------------------------------------

    @Test
    void aMessageOvertakesWhatIsStillWaited() {
        push(">1\r\n");
        PendingReply a = add();
        push(">2\r\n");
        assertThat(written()).isEqualTo(">1\r\n>2\r\n");
        settle(a, "+a\r\n");
        assertThat(written()).isEqualTo("+a\r\n");
    }

    @Test
    void aMessageDoesNotCutAReplyNorOvertakeOneThatIsThere() {
        PendingReply a = add();
        part(a, "$2\r\na", false);
        push(">1\r\n");
        part(a, "a\r\n", true);
        assertThat(written()).isEqualTo("$2\r\naa\r\n>1\r\n");

        PendingReply b = add();
        PendingReply c = add();
        settle(c, "+c\r\n");
        push(">2\r\n");
        settle(b, "+b\r\n");
        assertThat(written()).isEqualTo("+b\r\n+c\r\n>2\r\n");
    }

    @Test
    void aMessageWaitsForConfirmationsStillToCome() {
        PendingReply a = add();
        PendingReply confirmation = queue.add(new Confirmation());
        push(">1\r\n");
        settle(a, "+a\r\n");
        assertThat(written()).isEqualTo("+a\r\n");
        settle(confirmation, ">subscribe\r\n");
        push(">2\r\n");
        assertThat(written()).isEqualTo(">subscribe\r\n>1\r\n>2\r\n");
    }

    @Test
    void aMessageStandsBehindWhatItsNodeHasConfirmedAndBeforeAllElse() {
        PendingReply a = add();
        Confirmation ending = queue.add(new Confirmation());
        PendingReply next = add();
        ending.open = true;
        push(">1\r\n");
        assertThat(written()).as("the node sent it before it confirmed").isEqualTo(">1\r\n");
        ending.open = false;
        push(">2\r\n");
        push(">3\r\n");
        settle(next, "+next\r\n");
        settle(a, "+a\r\n");
        assertThat(written()).isEqualTo("+a\r\n");
        settle(ending, ">unsubscribe\r\n");
        assertThat(written()).isEqualTo(">unsubscribe\r\n>2\r\n>3\r\n+next\r\n");
    }

    @Test
    void aMessageGoesBeforeAllThatItsNodeHasNotConfirmed() {
        Confirmation everywhere = queue.add(new Confirmation());
        PendingReply elsewhere = queue.add(new Confirmation());
        everywhere.open = true;
        push(">1\r\n");
        assertThat(written()).isEqualTo(">1\r\n");
        settle(elsewhere, ">unsubscribe\r\n");
        push(">2\r\n");
        assertThat(written()).isEqualTo(">2\r\n");
        settle(everywhere, ">punsubscribe\r\n");
        assertThat(written()).isEqualTo(">punsubscribe\r\n>unsubscribe\r\n");
    }

    @Test
    void aLongMessageTakesItsPlaceOnce() {
        PendingReply a = add();
        PendingReply overtaking = queue.beginPush(node);
        pushPart(overtaking, ">1", false);
        push(">2\r\n");
        settle(a, "+a\r\n");
        assertThat(written()).isEqualTo(">1");
        pushPart(overtaking, "\r\n", true);
        assertThat(written()).isEqualTo("\r\n>2\r\n+a\r\n");

        PendingReply alone = queue.beginPush(node);
        pushPart(alone, ">3\r\n", true);
        assertThat(written()).isEqualTo(">3\r\n");
        assertThat(queue.isEmpty()).isTrue();

        PendingReply b = add();
        part(b, "$2\r\nb", false);
        PendingReply behind = queue.beginPush(node);
        pushPart(behind, ">4\r\n", true);
        part(b, "b\r\n", true);
        assertThat(written()).isEqualTo("$2\r\nbb\r\n>4\r\n");
    }

    // ---- bounds -----------------------------------------------------------------------------------------------------

    @Test
    void storedRepliesHaveABoundThatTheHeadDoesNotHave() {
        byte[] large = new byte[ReplyQueue.UNREAD_BYTES_MAX - 1];
        PendingReply a = add();
        PendingReply b = add();
        PendingReply c = add();
        PendingReply d = add();
        assertThat(queue.settle(b, large, 0, large.length)).isTrue();
        assertThat(queue.settle(c, large, 0, 1)).isFalse();
        // the head does not wait for what is stored
        part(a, "$1\r\n", false);
        ByteBuf last = buffer("a\r\n");
        assertThat(queue.settlePart(a, last, true))
                .as("all is the client's to read now")
                .isFalse();
        last.release();
        assertThat(written()).hasSize(ReplyQueue.UNREAD_BYTES_MAX + 7);
        assertThat(queue.settle(d, large, 0, large.length)).isTrue();
    }

    @Test
    void aClientThatDoesNotReadIsToldOfByEveryReply() {
        client.peerReads(0);
        byte[] large = new byte[ReplyQueue.UNREAD_BYTES_MAX / 2];
        assertThat(queue.settle(add(), large, 0, large.length)).isTrue();
        loop.runTurn();
        assertThat(queue.settle(add(), large, 0, large.length)).isFalse();
        PendingReply a = add();
        assertThat(queue.settle(add(), large, 0, 1)).as("behind the head").isFalse();
        client.peerReadsAll();
        loop.runTurn();
        assertThat(queue.settle(a, large, 0, 1)).isTrue();
    }

    @Test
    void aNodeIsPausedBehindTheHeadUntilItsReplyHasItsTurn() {
        byte[] large = new byte[ReplyQueue.UNREAD_BYTES_MAX];
        PendingReply a = add();
        PendingReply b = add();
        PendingReply c = add();
        assertThat(queue.settle(c, large, 0, large.length)).isFalse();
        queue.resumeLater(c, node);
        settle(a, "+a\r\n");
        assertThat(resumed).as("its reply is stored still").isEmpty();
        settle(b, "+b\r\n");
        assertThat(written()).hasSize(large.length + 8);
        queue.resumePaused();
        assertThat(resumed).containsExactly("node");
    }

    @Test
    void aNodeWhoseStoredReplyHasItsTurnNoLongerWaitsForWhatIsStoredBehindIt() {
        byte[] large = new byte[ReplyQueue.UNREAD_BYTES_MAX];
        PendingReply a = add();
        PendingReply b = add();
        PendingReply c = add();
        assertThat(queue.settle(c, large, 0, large.length)).isFalse();
        ByteBuf begin = buffer("$2\r\nb");
        assertThat(queue.settlePart(b, begin, false)).isFalse();
        begin.release();
        queue.resumeLater(b, node);
        queue.resumePaused();
        assertThat(resumed).isEmpty();

        settle(a, "+a\r\n");
        assertThat(resumed).as("else the rest of b would never come").containsExactly("node");
        assertThat(written()).isEqualTo("+a\r\n$2\r\nb");
    }

    @Test
    void aNodeWhoseReplyWentOutWaitsForTheClientAndNotForWhatIsStored() {
        client.peerReads(0);
        byte[] large = new byte[ReplyQueue.UNREAD_BYTES_MAX];
        assertThat(queue.settle(add(), large, 0, large.length)).isTrue();
        loop.runTurn();
        PendingReply a = add();
        assertThat(queue.settle(a, large, 0, 1)).isFalse();
        queue.resumeLater(a, node);
        PendingReply b = add();
        assertThat(queue.settle(add(), large, 0, large.length)).isFalse();
        queue.resumePaused();
        assertThat(resumed).isEmpty();

        client.peerReadsAll();
        loop.runTurn();
        queue.resumePaused();
        assertThat(resumed).containsExactly("node");
        assertThat(b.isComplete()).isFalse();
    }

    @Test
    void aMessageThatFindsNoRoomPausesItsNode() {
        client.peerReads(0);
        byte[] large = new byte[ReplyQueue.UNREAD_BYTES_MAX];
        assertThat(queue.push(node, large, 0, large.length)).isTrue();
        loop.runTurn();
        assertThat(queue.push(node, large, 0, 1)).isFalse();
        PendingReply confirmation = queue.add(new Confirmation());
        Resumable other = () -> resumed.add("other");
        assertThat(queue.push(other, large, 0, large.length)).as("stored").isFalse();
        client.peerReadsAll();
        loop.runTurn();
        queue.resumePaused();
        assertThat(resumed).containsExactly("node");
        settle(confirmation, ">subscribe\r\n");
        loop.runTurn();
        queue.resumePaused();
        assertThat(resumed).containsExactly("node", "other");
    }

    @Test
    void nobodyWaitsForAClientThatLeft() {
        byte[] large = new byte[ReplyQueue.UNREAD_BYTES_MAX];
        add();
        PendingReply b = add();
        assertThat(queue.settle(b, large, 0, large.length)).isFalse();
        queue.resumeLater(b, node);
        queue.abandon();
        assertThat(resumed).containsExactly("node");
    }

    @Test
    void mutedRepliesTakeNoRoom() {
        PendingReply a = add();
        queue.muting().set(true);
        PendingReply b = add();
        byte[] large = new byte[2 * ReplyQueue.UNREAD_BYTES_MAX];
        assertThat(queue.settle(b, large, 0, large.length)).isTrue();
        settle(a, "+a\r\n");
        assertThat(written()).isEqualTo("+a\r\n");
    }

    // ---- the end ----------------------------------------------------------------------------------------------------

    @Test
    void whatComesForAClientThatLeftGoesNowhere() {
        PendingReply a = add();
        PendingReply b = add();
        PendingReply c = add();
        part(b, "x".repeat(20_000), false);
        settle(c, "+c\r\n");
        queue.abandon();
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.size()).isZero();
        assertThat(a.onReply(bytes("+a\r\n"), 0, 4)).isTrue();
        ByteBuf last = buffer("y\r\n");
        assertThat(b.onReplyPart(last, true)).isTrue();
        last.release();
        a.onTooSlow();
        assertThat(written()).isEmpty();
        assertThat(broken).isEmpty();
        assertThat(counters.get(PoolCounter.FORWARD_ERROR)).isZero();
    }

    @Test
    void tooSlowEndsTheClient() {
        PendingReply a = add();
        a.onTooSlow();
        assertThat(broken).containsExactly("it read too slowly while others waited behind its replies");
    }

    @Test
    void twoRequestsOfOneClientHaveOneReceiver() {
        PendingReply nobody = new PendingReply();
        assertThat(add().receiver()).isSameAs(add().receiver()).isNotSameAs(nobody.receiver());
        assertThat(nobody.onReply(bytes("+a\r\n"), 0, 4)).isTrue();
    }

    private static final class Confirmation extends PendingReply {
        private boolean open;

        @Override
        protected boolean confirms() {
            return true;
        }

        @Override
        protected boolean isConfirmedBy(Resumable source) {
            return !open;
        }
    }

    /// Messages of several shards are stored behind a reply that one of them still owes: it has to be read for that.
    @Test
    void aNodeThatOwesRepliesIsNotPausedByMessagesBehindTheHead() {
        Resumable owing = new Resumable() {
            @Override
            public void resume() {
                resumed.add("owing");
            }

            @Override
            public boolean owesReplies() {
                return true;
            }
        };
        PendingReply begun = add();
        add();
        part(begun, "$4\r\n", false);
        byte[] message = new byte[ReplyQueue.UNREAD_BYTES_MAX];
        assertThat(queue.push(owing, message, 0, message.length)).isTrue();
        assertThat(queue.push(node, message, 0, message.length)).isFalse();
        assertThat(queue.account().passing()).isEqualTo(2L * ReplyQueue.UNREAD_BYTES_MAX);
    }

    private PendingReply add() {
        return queue.add(new PendingReply());
    }

    private void answer(String reply) {
        queue.answer(bytes(reply));
    }

    private void push(String message) {
        assertThat(queue.push(node, bytes(message), 0, message.length())).isTrue();
    }

    private void pushPart(PendingReply push, String text, boolean last) {
        ByteBuf part = buffer(text);
        assertThat(queue.pushPart(node, push, part, last)).isTrue();
        part.release();
    }

    private void settle(PendingReply request, String reply) {
        assertThat(queue.settle(request, bytes(reply), 0, reply.length())).isTrue();
    }

    private void part(PendingReply request, String text, boolean last) {
        ByteBuf part = buffer(text);
        assertThat(queue.settlePart(request, part, last)).isTrue();
        part.release();
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

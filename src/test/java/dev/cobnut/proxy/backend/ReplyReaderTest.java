package dev.cobnut.proxy.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.testing.TestChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Replies as they arrive, however they are cut.
class ReplyReaderTest {
    private static final String REPLIES =
            "+OK\r\n:7\r\n-ERR no\r\n$5\r\na\r\nbc\r\n$-1\r\n*2\r\n$1\r\nx\r\n*1\r\n:1\r\n*0\r\n$0\r\n\r\n";
    private static final List<String> EACH =
            List.of("+OK|", ":7|", "-ERR no|", "$5|a|bc|", "$-1|", "*2|$1|x|*1|:1|", "*0|", "$0||");

    private final LinkFixture node = new LinkFixture(LinkFixture.settings(0, false));
    private @Nullable TestChannel connected;
    private final List<HeardExchange> asked = new ArrayList<>();

    @AfterEach
    void nothingIsKept() {
        node.close();
    }

    private TestChannel askAll() {
        asked.clear();
        for (int i = 0; i < EACH.size(); i++) {
            asked.add(node.ask("k"));
        }
        if (node.loop.hasDialled()) {
            connected = node.accept();
        }
        return Objects.requireNonNull(connected);
    }

    private List<String> answers() {
        List<String> answers = new ArrayList<>();
        asked.forEach(exchange -> answers.addAll(exchange.take()));
        return answers;
    }

    private void send(TestChannel channel, String bytes) {
        channel.peerSends(bytes);
        node.loop.runTurn();
    }

    @Test
    void allAtOnce() {
        send(askAll(), REPLIES);
        assertThat(answers()).isEqualTo(EACH);
    }

    @Test
    void oneByteAtATime() {
        TestChannel opened = askAll();
        for (int i = 0; i < REPLIES.length(); i++) {
            send(opened, REPLIES.substring(i, i + 1));
        }
        assertThat(answers()).isEqualTo(EACH);
    }

    @Test
    void cutAnywhere() {
        TestChannel opened = askAll();
        for (int cut = 1; cut < REPLIES.length(); cut++) {
            if (cut > 1) {
                assertThat(askAll()).as("the same connection").isSameAs(opened);
            }
            send(opened, REPLIES.substring(0, cut));
            send(opened, REPLIES.substring(cut));
            assertThat(answers()).as("cut at %d", cut).isEqualTo(EACH);
        }
    }

    @Test
    void aReplyIsHeldUntilItIsWhole() {
        HeardExchange exchange = node.ask("k");
        TestChannel channel = node.accept();
        int body = ReplyReader.HELD_BYTES_MAX - 10;
        send(channel, "$" + body + "\r\n" + "x".repeat(body));
        assertThat(exchange.take()).isEmpty();
        send(channel, "\r\n");
        assertThat(exchange.take()).singleElement().asString().hasSize(body + 8);
        HeardExchange next = node.ask("k");
        send(channel, "$1\r\n");
        send(channel, "x\r\n");
        assertThat(next.take()).containsExactly("$1|x|");
    }

    @Test
    void aLongerOneGoesOnInParts() {
        HeardExchange exchange = node.ask("k");
        HeardExchange next = node.ask("k");
        TestChannel channel = node.accept();
        int body = 3 * ReplyReader.HELD_BYTES_MAX;
        send(channel, "$" + body + "\r\n");
        send(channel, "x".repeat(60_000));
        assertThat(exchange.take()).isEmpty();
        send(channel, "x".repeat(60_000));
        assertThat(exchange.take()).containsExactly("60009 bytes", "60000 bytes");
        send(channel, "x".repeat(body - 120_000));
        exchange.take();
        send(channel, "\r\n+OK\r\n");
        assertThat(exchange.take()).containsExactly("2 bytes, the last");
        assertThat(next.take()).containsExactly("+OK|");
    }

    @Test
    void aLongArrayGoesOnInParts() {
        HeardExchange exchange = node.ask("k");
        TestChannel channel = node.accept();
        String element = "$1000\r\n" + "x".repeat(1000) + "\r\n";
        send(channel, "*200\r\n");
        for (int i = 0; i < 200; i++) {
            send(channel, element);
        }
        List<String> parts = exchange.take();
        assertThat(parts).last().asString().endsWith("the last");
        int bytes = 0;
        for (String part : parts) {
            bytes += Integer.parseInt(part.split(" ")[0]);
        }
        assertThat(bytes).isEqualTo(6 + 200 * element.length());
    }

    @Test
    void aLongReplyThatNobodyAskedForEndsTheConnection() {
        node.lend(new LinkFixture.Owner(), LinkFixture.PLAIN);
        TestChannel channel = node.accept();
        send(channel, "$100000\r\n");
        assertThat(channel.isOpen()).isTrue();
        send(channel, "x".repeat(60_000));
        send(channel, "x".repeat(30_000));
        assertThat(channel.isOpen()).isFalse();
        assertThat(node.heard.take().getFirst()).endsWith("sent bytes that nobody asked for");
    }

    @Test
    void aShortReplyThatNobodyAskedForEndsTheConnection() {
        node.lend(new LinkFixture.Owner(), LinkFixture.PLAIN);
        TestChannel channel = node.accept();
        send(channel, "+OK\r\n");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aLongMessageGoesToTheOwnerInParts() {
        LinkFixture.Owner owner = new LinkFixture.Owner();
        NodeConnection connection = node.lend(owner, LinkFixture.PLAIN);
        TestChannel channel = node.accept();
        connection.lease().setPushForm(PushForm.PUBSUB);
        HeardExchange exchange = LinkFixture.ask(connection, new HeardExchange(), "k");
        node.loop.runTurn();
        send(channel, "*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$100000\r\n" + "x".repeat(50_000));
        owner.keepsUp = false;
        send(channel, "x".repeat(50_000));
        assertThat(owner.take()).hasSize(2);
        assertThat(channel.isReading()).isFalse();
        connection.resume();
        send(channel, "\r\n+OK\r\n");
        assertThat(owner.take()).containsExactly("2 bytes, the last", "idle");
        assertThat(exchange.take()).containsExactly("+OK|");
    }

    @Test
    void aLineLongerThanIsHeldGoesOnInPartsAndTakesNothingFromOthers() {
        for (String beginning : List.of("+", "-ERR ", "*2\r\n:1\r\n-ERR ")) {
            HeardExchange exchange = node.ask("k");
            HeardExchange next = node.ask("k");
            if (connected == null) {
                connected = node.accept();
            }
            TestChannel channel = connected;
            send(channel, beginning + "x".repeat(60_000));
            assertThat(exchange.take()).isEmpty();
            send(channel, "x".repeat(60_000));
            assertThat(exchange.take()).containsExactly(60_000 + beginning.length() + " bytes", "60000 bytes");
            for (int i = 0; i < 20; i++) {
                send(channel, "x".repeat(65_536));
                assertThat(exchange.take()).containsExactly("65536 bytes");
            }
            send(channel, "x\r");
            send(channel, "\n+OK\r\n");
            assertThat(exchange.take()).containsExactly("2 bytes", "1 bytes, the last");
            assertThat(next.take()).containsExactly("+OK|");
        }
    }

    @Test
    void whatNoNodeSaysEndsTheConnection() {
        HeardExchange exchange = node.ask("k");
        HeardExchange next = node.ask("k");
        send(node.accept(), ":1x\r\n+OK\r\n");
        assertThat(exchange.take()).singleElement().asString().contains("sent an integer that is none");
        assertThat(next.take()).singleElement().asString().contains("sent an integer that is none");
    }

    // ---- messages where nobody asked for one ------------------------------------------------------------------------

    private static final String PUSH = ">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\nk\r\n";

    private HeardExchange askResp3() {
        byte[] request = LinkFixture.frame("k");
        HeardExchange exchange = new HeardExchange();
        node.link.send(node.link.settings().lane(0, true, 0), exchange, request, 0, request.length);
        node.loop.runTurn();
        return exchange;
    }

    private TestChannel sharedResp3() {
        HeardExchange first = askResp3();
        TestChannel channel = node.accept();
        send(channel, "%0\r\n$1\r\nv\r\n");
        assertThat(first.take()).containsExactly("$1|v|");
        return channel;
    }

    @Test
    void aPushOnASharedConnectionIsNeverTheReply() {
        TestChannel channel = sharedResp3();
        for (int cut = 1; cut < PUSH.length(); cut++) {
            HeardExchange exchange = askResp3();
            send(channel, PUSH + PUSH.substring(0, cut));
            send(channel, PUSH.substring(cut) + "$1\r\nw\r\n" + PUSH.substring(0, cut));
            assertThat(exchange.take()).as("cut at %d", cut).containsExactly("$1|w|");
            send(channel, PUSH.substring(cut));
        }
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void aPushBehindAnAttributeIsNeverTheReply() {
        TestChannel channel = sharedResp3();
        HeardExchange exchange = askResp3();
        send(channel, "|1\r\n+a\r\n+b\r\n" + PUSH + "|1\r\n+a\r\n+b\r\n+v\r\n");
        assertThat(exchange.take()).containsExactly("|1|+a|+b|+v|");
    }

    @Test
    void aPushOnAnIdleSharedConnectionEndsNothing() {
        TestChannel channel = sharedResp3();
        for (int i = 0; i < PUSH.length(); i++) {
            send(channel, PUSH.substring(i, i + 1));
        }
        assertThat(channel.isOpen()).isTrue();
        HeardExchange exchange = askResp3();
        send(channel, "+OK\r\n");
        assertThat(exchange.take()).containsExactly("+OK|");
    }

    @Test
    void aLongPushOnASharedConnectionIsNeverTheReply() {
        TestChannel channel = sharedResp3();
        send(channel, ">2\r\n$10\r\ninvalidate\r\n*1\r\n$200000\r\n" + "x".repeat(100_000));
        HeardExchange exchange = askResp3();
        send(channel, "x".repeat(100_000));
        send(channel, "\r\n+OK\r\n");
        assertThat(exchange.take()).containsExactly("+OK|");
    }

    @Test
    void whatIsNoPushStillEndsAnIdleSharedConnection() {
        for (String unasked : List.of("+", ":1\r\n", "|1\r\n+a\r\n+b\r\n*", PUSH + "$")) {
            TestChannel channel = sharedResp3();
            node.heard.take();
            send(channel, unasked);
            assertThat(channel.isOpen()).as(unasked).isFalse();
            assertThat(node.heard.take().getFirst()).endsWith("sent bytes that nobody asked for");
            node.pass(2_000);
        }
    }

    @Test
    void aPushIsNoMessageWhereResp3WasNotAskedFor() {
        HeardExchange exchange = node.ask("k");
        TestChannel channel = node.accept();
        send(channel, PUSH);
        assertThat(channel.isOpen()).isFalse();
        assertThat(exchange.take()).singleElement().asString().contains("unknown type 0x3e");
    }

    @Test
    void nothingIsReadAfterTheEnd() {
        HeardExchange exchange = node.ask("k");
        HeardExchange next = node.ask("k");
        TestChannel channel = node.accept();
        send(channel, "-DENIED no\r\n+OK\r\n");
        assertThat(exchange.take()).singleElement().asString().contains("-DENIED no");
        assertThat(next.take()).singleElement().asString().endsWith("command not sent");
    }
}

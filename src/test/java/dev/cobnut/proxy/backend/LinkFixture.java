package dev.cobnut.proxy.backend;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.stats.Counters;
import dev.cobnut.stats.ServerCounter;
import dev.cobnut.testing.TestChannel;
import dev.cobnut.testing.TestLoop;
import dev.cobnut.topology.NodeAddress;
import dev.cobnut.topology.Trouble;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// A link to a node that is the test: it accepts what is dialled when the test says so.
final class LinkFixture implements AutoCloseable {
    static final NodeAddress NODE = new NodeAddress.Tcp("127.0.0.1", 7001);
    static final NodeAddress OTHER = new NodeAddress.Tcp("127.0.0.1", 7002);
    static final ConnectionMode PLAIN = new ConnectionMode(0, false);

    final TestLoop loop = new TestLoop();
    final LaneEpoch epoch = new LaneEpoch();
    final Counters<ServerCounter> counters = new Counters<>(ServerCounter.class);
    final Listener heard = new Listener();
    final NodeLink link;

    /// With a timeout of 300 ms, one lane, and two connections to borrow.
    LinkFixture() {
        this(settings(300, false));
    }

    LinkFixture(LinkSettings settings) {
        link = new NodeLink(loop.io(), epoch, "s0", settings, heard, counters, 0);
        link.follow(NODE);
    }

    static LinkSettings settings(int timeoutMillis, boolean ejects) {
        return new LinkSettings(timeoutMillis, 1, 2, ejects, 2, null, 0);
    }

    /// The lane of plain clients.
    int lane() {
        return link.settings().lane(0, false, 0);
    }

    HeardExchange ask(String key) {
        return ask(new HeardExchange(), key);
    }

    HeardExchange ask(HeardExchange exchange, String key) {
        byte[] request = frame(key);
        link.send(lane(), exchange, request, 0, request.length);
        loop.runTurn();
        return exchange;
    }

    NodeConnection lend(ConnectionOwner owner, ConnectionMode mode) {
        return Objects.requireNonNull(link.loans().lend(owner, mode));
    }

    static HeardExchange ask(NodeConnection connection, HeardExchange exchange, String key) {
        byte[] request = frame(key);
        connection.send(exchange, request, 0, request.length);
        return exchange;
    }

    /// What a GET of this key is on the wire.
    static byte[] frame(String key) {
        return ("*2\r\n$3\r\nGET\r\n$" + key.length() + "\r\n" + key + "\r\n").getBytes(US_ASCII);
    }

    static String text(String key) {
        return new String(frame(key), US_ASCII);
    }

    /// The node takes the next connection.
    TestChannel accept() {
        TestChannel channel = loop.nextDialled();
        channel.peerAccepts();
        loop.runTurn();
        return channel;
    }

    void answer(TestChannel channel, String text) {
        channel.peerSends(text.replace("|", "\r\n"));
        loop.runTurn();
    }

    /// Lets time pass, and looks at the clock as the loop does.
    void pass(long millis) {
        for (long left = millis; left > 0; left -= 10) {
            loop.advanceMillis(Math.min(left, 10));
            link.tick(loop.io().updateNow());
        }
        loop.runTurn();
    }

    long count(ServerCounter counter) {
        return counters.get(counter);
    }

    /// Closes everything, and looks whether something was not given back.
    @Override
    public void close() {
        link.close();
        loop.runTurn();
        assertThat(count(ServerCounter.SERVER_CONNECTIONS)).isZero();
        assertThat(count(ServerCounter.IN_QUEUE)).isZero();
        assertThat(count(ServerCounter.IN_QUEUE_BYTES)).isZero();
        assertThat(count(ServerCounter.OUT_QUEUE)).isZero();
        assertThat(count(ServerCounter.OUT_QUEUE_BYTES)).isZero();
        loop.close();
    }

    /// Notes what the link reports.
    static final class Listener implements LinkListener {
        private final List<String> lines = new ArrayList<>();

        List<String> take() {
            List<String> taken = List.copyOf(lines);
            lines.clear();
            return taken;
        }

        @Override
        public void onFailing(Failure why) {
            lines.add("failing: " + why);
        }

        @Override
        public void onRecovered() {
            lines.add("recovered");
        }

        @Override
        public void onFailure(Trouble.Kind kind, int inARow, long sinceNanos) {
            lines.add(kind + " " + inARow);
        }

        @Override
        public void onWriteRefused(String words) {
            lines.add("refused: " + words);
        }

        @Override
        public void onDoubt(Trouble.Kind kind, long sinceNanos) {
            lines.add("doubt: " + kind);
        }
    }

    /// Who borrows a connection, and notes what it is told.
    static final class Owner implements ConnectionOwner {
        private final List<String> lines = new ArrayList<>();
        boolean keepsUp = true;

        List<String> take() {
            List<String> taken = List.copyOf(lines);
            lines.clear();
            return taken;
        }

        @Override
        public boolean onPush(byte[] bytes, int from, int to) {
            lines.add(new String(bytes, from, to - from, US_ASCII).replace("\r\n", "|"));
            return keepsUp;
        }

        @Override
        public boolean onPushPart(ByteBuf part, boolean last) {
            lines.add(part.readableBytes() + (last ? " bytes, the last" : " bytes"));
            return keepsUp;
        }

        @Override
        public void onTooSlow() {
            lines.add("too slow");
        }

        @Override
        public void onIdle() {
            lines.add("idle");
        }

        @Override
        public void onMoved() {
            lines.add("moved");
        }

        @Override
        public void onLost(Failure why) {
            lines.add("lost: " + why);
        }
    }
}

package dev.cobnut.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cobnut.testing.TestChannel;
import dev.cobnut.testing.TestLoop;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SocketTest {
    private final TestLoop loop = new TestLoop();
    private final StringBuilder arrived = new StringBuilder();
    private final TestChannel channel = loop.accept(_ -> new ChannelInboundHandlerAdapter() {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf buffer = (ByteBuf) message;
            arrived.append(buffer.toString(ISO_8859_1));
            buffer.release();
        }
    });

    @AfterEach
    void nothingIsKept() {
        loop.close();
    }

    @Test
    void everythingLeavesInTheOrderItWasAppended() {
        Socket socket = Socket.of(loop.io(), channel);
        socket.append(bytes("one "));
        socket.appendOwned(buffer("two "));
        socket.append(bytes("-three-"), 1, 5);
        assertThat(socket.pendingBytes()).isGreaterThanOrEqualTo(13);
        assertThat(channel.takeWritten()).isEmpty();

        loop.runTurn();

        assertThat(channel.takeWritten()).isEqualTo("one two three");
        assertThat(socket.pendingBytes()).isZero();
    }

    @Test
    void whatIsWrittenAheadOvertakesWhatIsCollected() {
        Socket socket = new Socket(loop.io());
        socket.append(bytes("GET a"));
        socket.attach(channel);

        socket.writeAhead(bytes("AUTH x "));
        loop.runTurn();
        assertThat(channel.takeWritten()).isEqualTo("AUTH x ");
        assertThat(socket.pendingBytes()).isEqualTo(5);
        socket.open();
        loop.runTurn();

        assertThat(channel.takeWritten()).isEqualTo("GET a");
        assertThatThrownBy(() -> socket.writeAhead(bytes("late"))).hasMessageContaining("OPEN");
        assertThatThrownBy(socket::open).hasMessageContaining("OPEN");
    }

    @Test
    void writesPastEveryHandler() {
        channel.pipeline().addFirst(new ChannelOutboundHandlerAdapter() {
            @Override
            public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
                throw new AssertionError("the plain form asks no handler");
            }
        });
        Socket socket = new Socket(loop.io());
        socket.attach(channel);

        socket.writeAhead(bytes("one "));
        socket.open();
        socket.append(bytes("two"));
        socket.finish();
        loop.runTurn();

        assertThat(channel.takeWritten()).isEqualTo("one two");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void isWritableUntilTooMuchIsPending() {
        Socket socket = new Socket(loop.io());
        assertThat(socket.isWritable()).isFalse();
        socket.attach(channel);
        socket.open();
        channel.peerReads(0);
        assertThat(socket.isWritable()).isTrue();

        socket.append(new byte[300_000]);
        loop.runTurn();
        assertThat(socket.isWritable()).isFalse();
        channel.peerReadsAll();
        loop.runTurn();

        assertThat(socket.isWritable()).isTrue();
    }

    @Test
    void aChannelThatNeverGotOntoALoopIsClosedAllTheSame() {
        EmbeddedChannel unregistered = new EmbeddedChannel(false, false);
        Socket socket = new Socket(loop.io());
        socket.attach(unregistered);

        socket.close();

        assertThat(unregistered.isOpen()).isFalse();
    }

    @Test
    void flushDoesNotWaitForTheEndOfTheTurn() {
        Socket socket = Socket.of(loop.io(), channel);
        socket.append(bytes("now"));

        socket.flush();

        assertThat(channel.takeWritten()).isEqualTo("now");
    }

    @Test
    void stopsReadingAndReadsOn() {
        Socket socket = Socket.of(loop.io(), channel);
        socket.read(false);
        socket.read(false);
        channel.peerSends("one ");
        loop.runTurn();
        assertThat(arrived).isEmpty();

        socket.read(true);
        socket.read(true);
        loop.runTurn();

        assertThat(arrived).hasToString("one ");
        assertThat(channel.isReading()).isTrue();
    }

    @Test
    void stopsReadingBeforeThereIsAConnection() {
        Socket socket = new Socket(loop.io());
        socket.read(false);
        channel.peerSends("one ");

        socket.attach(channel);
        loop.runTurn();

        assertThat(arrived).isEmpty();
    }

    @Test
    void finishWaitsUntilThePeerHasReadAll() {
        Socket socket = Socket.of(loop.io(), channel);
        channel.peerReads(2);
        loop.runTurn();
        socket.append(bytes("bye"));

        socket.finish();
        long pending = socket.pendingBytes();
        socket.append(bytes("dropped"));
        assertThat(socket.pendingBytes()).isEqualTo(pending);
        loop.advanceMillis(60_000);
        assertThat(channel.takeWritten()).isEqualTo("by");
        assertThat(channel.isOpen()).isTrue();
        channel.peerReadsAll();
        loop.runTurn();

        assertThat(channel.takeWritten()).isEqualTo("e");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void lingersWhileThePeerIsStillSending() {
        Socket socket = Socket.of(loop.io(), channel);
        socket.read(false);
        socket.append(bytes("-ERR"));

        socket.finishLingering(500);
        assertThat(channel.takeWritten()).isEqualTo("-ERR");
        assertThat(channel.isOutputShutdown()).isTrue();
        channel.peerSends("more");
        loop.advanceMillis(499);
        assertThat(arrived).hasToString("more");
        assertThat(channel.isOpen()).isTrue();
        loop.advanceMillis(1);

        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void lingeringEndsWithAConnectionThatBreaks() {
        Socket socket = Socket.of(loop.io(), channel);
        socket.read(false);
        channel.peerReads(0);
        socket.append(bytes("-ERR"));
        loop.runTurn();
        socket.finishLingering(500);

        channel.peerResets();
        loop.advanceMillis(1_000);

        assertThat(channel.config().isAutoRead()).isFalse();
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void closeDropsWhatWasNotWritten() {
        Socket socket = Socket.of(loop.io(), channel);
        socket.append(bytes("one"));
        ByteBuf owned = buffer("two");

        socket.close();
        socket.appendOwned(owned);
        assertThat(socket.pendingBytes()).isZero();
        socket.finish();
        loop.runTurn();

        assertThat(channel.takeWritten()).isEmpty();
        assertThat(channel.isOpen()).isFalse();
        assertThat(owned.refCnt()).isZero();
    }

    @Test
    void finishingWithoutAConnectionCloses() {
        Socket socket = new Socket(loop.io());
        socket.append(bytes("never asked"));

        socket.finish();
        socket.attach(channel);

        assertThat(socket.pendingBytes()).isZero();
        assertThat(channel.isOpen()).isFalse();
    }

    private ByteBuf buffer(String text) {
        return loop.io().allocator().directBuffer().writeBytes(bytes(text));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }
}

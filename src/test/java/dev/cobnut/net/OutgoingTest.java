package dev.cobnut.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.testing.TestChannel;
import dev.cobnut.testing.TestLoop;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OutgoingTest {
    private final TestLoop loop = new TestLoop();
    private final TestChannel channel = loop.accept(_ -> new ChannelInboundHandlerAdapter());
    private final Outgoing out = new Outgoing(loop.io());

    @AfterEach
    void nothingIsKept() {
        out.close();
        loop.close();
    }

    @Test
    void writesAtTheEndOfTheTurn() {
        out.open(channel);
        out.append(bytes("one "));
        out.append(bytes("xtwox"), 1, 3);
        assertThat(channel.takeWritten()).isEmpty();
        assertThat(out.pendingBytes()).isEqualTo(7);

        loop.runTurn();

        assertThat(channel.takeWritten()).isEqualTo("one two");
        assertThat(out.pendingBytes()).isZero();
    }

    @Test
    void collectsUntilItIsOpen() {
        out.append(bytes("one "));
        out.appendOwned(buffer("two "));
        out.append(bytes("three"));
        loop.runTurn();
        assertThat(out.pendingBytes()).isEqualTo(13);

        out.open(channel);
        loop.runTurn();

        assertThat(channel.takeWritten()).isEqualTo("one two three");
    }

    @Test
    void ownedBuffersKeepTheirPlace() {
        out.open(channel);
        out.append(bytes("one "));
        out.appendOwned(buffer("two "));
        out.append(bytes("three "));
        out.append(new byte[WriteBuffers.BYTES]);
        out.append(bytes("four"));

        loop.runTurn();

        assertThat(channel.takeWritten())
                .startsWith("one two three \0")
                .endsWith("\0four")
                .hasSize(14 + WriteBuffers.BYTES + 4);
    }

    @Test
    void flushDoesNotWaitForTheEndOfTheTurn() {
        out.open(channel);
        out.append(bytes("now"));

        out.flush();

        assertThat(channel.takeWritten()).isEqualTo("now");
    }

    @Test
    void countsWhatThePeerHasNotRead() {
        out.open(channel);
        channel.peerReads(4);
        out.append(bytes("one two"));

        loop.runTurn();
        assertThat(channel.takeWritten()).isEqualTo("one ");
        // Netty counts a piece until all of it is written, and what it costs to keep it.
        assertThat(out.pendingBytes()).isGreaterThanOrEqualTo(3);
        channel.peerReadsAll();
        loop.runTurn();

        assertThat(channel.takeWritten()).isEqualTo("two");
        assertThat(out.pendingBytes()).isZero();
    }

    @Test
    void bufferThatIsStillBeingWrittenIsNotUsedForOthers() {
        out.open(channel);
        channel.peerReads(0);
        out.append(bytes("slow"));
        loop.runTurn();
        TestChannel otherChannel = loop.accept(_ -> new ChannelInboundHandlerAdapter());
        Outgoing other = new Outgoing(loop.io());
        other.open(otherChannel);

        other.append(bytes("fast"));
        loop.runTurn();
        channel.peerReadsAll();
        loop.runTurn();

        assertThat(channel.takeWritten()).isEqualTo("slow");
        assertThat(otherChannel.takeWritten()).isEqualTo("fast");
    }

    @Test
    void nothingIsWrittenOnceClosed() {
        out.open(channel);
        out.append(bytes("one"));
        ByteBuf owned = buffer("two");

        out.close();
        out.append(bytes("three"));
        out.appendOwned(owned);
        loop.runTurn();

        assertThat(channel.takeWritten()).isEmpty();
        assertThat(owned.refCnt()).isZero();
    }

    @Test
    void whatIsGivenUpIsClosedAfterTheCallAndWritesNothing() {
        out.open(channel);
        out.append(bytes("one"));

        out.giveUp();
        assertThat(channel.isOpen())
                .as("whoever appends does not expect its end")
                .isTrue();
        out.append(bytes("two"));
        out.flush();
        loop.runTurn();

        assertThat(channel.isOpen()).isFalse();
        assertThat(channel.takeWritten()).isEmpty();
        assertThat(out.pendingBytes()).isZero();
    }

    @Test
    void whatIsGivenUpWhileItCollectsIsClosedWhenItOpens() {
        out.append(bytes("one"));
        out.giveUp();
        loop.runTurn();
        assertThat(channel.isOpen()).isTrue();

        out.open(channel);
        loop.runTurn();

        assertThat(channel.isOpen()).isFalse();
        assertThat(channel.takeWritten()).isEmpty();
    }

    @Test
    void aConnectionThatCannotBeWrittenIsGivenUpAloneAndTheOthersAreWritten() {
        out.open(channel);
        ByteBuf next = loop.io().writeBuffers().take(1);
        loop.io().writeBuffers().giveBack(next);
        out.append(bytes("broken"));
        next.release();
        TestChannel otherChannel = loop.accept(_ -> new ChannelInboundHandlerAdapter());
        Outgoing other = new Outgoing(loop.io());
        other.open(otherChannel);
        other.append(bytes("fast"));

        loop.runTurn();

        assertThat(channel.isOpen()).isFalse();
        assertThat(otherChannel.isOpen()).isTrue();
        assertThat(otherChannel.takeWritten()).isEqualTo("fast");
    }

    private ByteBuf buffer(String text) {
        return loop.io().allocator().directBuffer().writeBytes(bytes(text));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }
}

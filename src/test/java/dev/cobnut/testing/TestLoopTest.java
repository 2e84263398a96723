package dev.cobnut.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TestLoopTest {
    private static final InetSocketAddress TARGET = new InetSocketAddress(InetAddress.getLoopbackAddress(), 6379);

    private final TestLoop loop = new TestLoop();
    private final Listening handler = new Listening();

    @AfterEach
    void nothingIsKept() {
        loop.close();
    }

    @Test
    void timersRunAtTheirOwnMoments() {
        List<Long> moments = new ArrayList<>();
        long start = loop.nowNanos();
        loop.io()
                .eventLoop()
                .scheduleWithFixedDelay(
                        () -> moments.add((loop.nowNanos() - start) / 1_000_000), 100, 100, TimeUnit.MILLISECONDS);

        loop.advanceMillis(99);
        assertThat(moments).isEmpty();
        loop.advance(Duration.ofMillis(251));

        assertThat(moments).containsExactly(100L, 200L, 300L);
        assertThat(loop.nowNanos() - start).isEqualTo(350_000_000);
    }

    @Test
    void timeStandsStillUntilItIsMoved() {
        long before = loop.io().updateNow();
        loop.runTurn();
        assertThat(loop.io().updateNow()).isEqualTo(before);

        loop.advance(Duration.ofNanos(7));

        assertThat(loop.io().nowNanos()).isEqualTo(before);
        assertThat(loop.io().updateNow()).isEqualTo(before + 7);
    }

    @Test
    void channelsShareTheLoop() {
        Listening other = new Listening();
        TestChannel first = loop.accept(_ -> handler);
        TestChannel second = loop.accept(_ -> other);
        first.peerSends("one");
        second.peerSends("two");

        loop.runTurn();

        assertThat(handler.heard).containsExactly("active", "one");
        assertThat(other.heard).containsExactly("active", "two");
        assertThat(first.eventLoop()).isSameAs(second.eventLoop());
    }

    @Test
    void nothingArrivesWhileTheChannelDoesNotRead() {
        TestChannel channel = loop.accept(_ -> handler);
        channel.config().setAutoRead(false);
        channel.peerSends("one");
        channel.peerEnds();
        loop.runTurn();
        assertThat(channel.isReading()).isFalse();
        assertThat(handler.heard).containsExactly("active");

        channel.config().setAutoRead(true);
        loop.runTurn();

        assertThat(handler.heard).containsExactly("active", "one", "ChannelInputShutdownEvent");
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void oneReadBringsNoMoreThanTheLoopsBufferHolds() {
        TestChannel channel = loop.accept(_ -> handler);
        channel.peerSends("x".repeat(100_000));

        loop.runTurn();

        assertThat(handler.heard).extracting(String::length).containsExactly(6, 65_536, 34_464);
    }

    @Test
    void whatThePeerDoesNotReadWaitsInTheChannel() {
        TestChannel channel = loop.accept(_ -> handler);
        channel.peerReads(3);
        channel.writeAndFlush(Unpooled.copiedBuffer("abcd", StandardCharsets.ISO_8859_1));
        channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[300_000]));
        loop.runTurn();
        assertThat(channel.takeWritten()).isEqualTo("abc");
        assertThat(channel.isWritable()).isFalse();

        channel.peerReadsAll();
        loop.runTurn();

        assertThat(channel.takeWritten()).startsWith("d").hasSize(300_001);
        assertThat(handler.heard).containsExactly("active", "unwritable", "writable");
    }

    @Test
    void resetIsAnErrorAndTheEnd() {
        TestChannel channel = loop.accept(_ -> handler);

        channel.peerResets();
        loop.runTurn();

        assertThat(handler.heard).containsExactly("active", "Connection reset by peer", "inactive");
    }

    @Test
    void dialledConnectionWaitsForItsPeer() {
        ChannelFuture connecting = dial();
        TestChannel channel = loop.nextDialled();
        loop.runTurn();
        assertThat(connecting.isDone()).isFalse();
        assertThat(channel.target()).isEqualTo(TARGET);

        channel.peerAccepts();
        loop.runTurn();

        assertThat(connecting.isSuccess()).isTrue();
        assertThat(handler.heard).containsExactly("active");
        assertThat(loop.hasDialled()).isFalse();
        assertThatThrownBy(loop::nextDialled).isInstanceOf(AssertionError.class);
    }

    @Test
    void dialledConnectionFailsWhenItsPeerRefuses() {
        ChannelFuture connecting = dial();

        loop.nextDialled().peerRefuses(new IOException("no"));
        loop.runTurn();

        assertThat(connecting.cause()).hasMessage("no");
        assertThat(connecting.channel().isOpen()).isFalse();
    }

    @Test
    void dialledConnectionTimesOut() {
        ChannelFuture connecting = dial();

        loop.advanceMillis(499);
        assertThat(connecting.isDone()).isFalse();
        loop.advanceMillis(1);

        assertThat(connecting.cause()).isInstanceOf(ConnectTimeoutException.class);
    }

    @Test
    void keptBufferFailsTheTest() {
        TestLoop leaking = new TestLoop();
        ByteBuf kept = leaking.io().allocator().directBuffer(10);

        assertThatThrownBy(leaking::close).hasMessageContaining("10 bytes");
        kept.release();
    }

    private ChannelFuture dial() {
        Channel made = loop.io().newClientChannel(TARGET);
        return new Bootstrap()
                .group(loop.io().eventLoop())
                .channelFactory(() -> made)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 500)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(handler)
                .connect(TARGET);
    }

    private static final class Listening extends ChannelInboundHandlerAdapter {
        final List<String> heard = new ArrayList<>();

        @Override
        public void channelActive(ChannelHandlerContext context) {
            heard.add("active");
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            heard.add("inactive");
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf buffer = (ByteBuf) message;
            heard.add(buffer.toString(StandardCharsets.ISO_8859_1));
            buffer.release();
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            heard.add(context.channel().isWritable() ? "writable" : "unwritable");
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            heard.add(event.getClass().getSimpleName());
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            heard.add(String.valueOf(cause.getMessage()));
        }
    }
}

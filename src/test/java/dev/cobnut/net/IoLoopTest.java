package dev.cobnut.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.testing.TestChannel;
import dev.cobnut.testing.TestLoop;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IoLoopTest {
    private final TestLoop loop = new TestLoop();
    private final IoLoop io = loop.io();

    @AfterEach
    void nothingIsKept() {
        loop.close();
    }

    @Test
    void timeIsThatOfTheClockWhenItWasAsked() {
        long start = io.nowNanos();
        assertThat(start).isEqualTo(loop.nowNanos());

        loop.advanceMillis(3);

        assertThat(io.nowNanos()).isEqualTo(start);
        assertThat(io.updateNow()).isEqualTo(start + 3_000_000);
        assertThat(io.nowNanos()).isEqualTo(start + 3_000_000);
    }

    @Test
    void whoIsLateIsToldByHowMuchBeforeAnythingElse() {
        List<Long> late = new ArrayList<>();
        io.onLate(late::add);
        loop.advanceMillis(10);
        assertThat(io.updateNow()).isEqualTo(io.nowNanos());
        assertThat(late).isEmpty();
        loop.advanceMillis(11);
        assertThat(io.clockNanos()).isEqualTo(io.nowNanos() + 11_000_000);
        assertThat(late).as("nothing happens in the middle of something").isEmpty();

        long _ = io.updateNow();
        assertThat(late).containsExactly(11_000_000L);
    }

    @Test
    void deferredWorkRunsBeforeTheWritesOfItsTurn() {
        TestChannel channel = loop.accept(_ -> new ChannelInboundHandlerAdapter());
        Outgoing out = new Outgoing(io);
        out.open(channel);
        List<String> order = new ArrayList<>();
        io.defer(() -> {
            order.add("work, written: " + channel.takeWritten());
            out.append("+work".getBytes(ISO_8859_1));
        });
        out.append("+first".getBytes(ISO_8859_1));

        loop.runTurn();

        assertThat(order).containsExactly("work, written: ");
        assertThat(channel.takeWritten()).isEqualTo("+first+work");
    }

    @Test
    void workDeferredByDeferredWorkWaitsForTheWrites() {
        TestChannel channel = loop.accept(_ -> new ChannelInboundHandlerAdapter());
        Outgoing out = new Outgoing(io);
        out.open(channel);
        List<String> written = new ArrayList<>();
        io.defer(() -> {
            out.append("+one".getBytes(ISO_8859_1));
            io.defer(() -> written.add(channel.takeWritten()));
        });

        loop.runTurn();

        assertThat(written).containsExactly("+one");
    }

    @Test
    void workThatFailsKeepsNobodyElseFromRunning() {
        List<String> ran = new ArrayList<>();
        io.defer(() -> {
            throw new IllegalStateException("of the test");
        });
        io.defer(() -> ran.add("the next"));

        loop.runTurn();

        assertThat(ran).containsExactly("the next");
    }
}

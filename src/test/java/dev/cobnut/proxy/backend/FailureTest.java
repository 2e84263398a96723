package dev.cobnut.proxy.backend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.topology.Trouble;
import io.netty.channel.ConnectTimeoutException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FailureTest {
    private static String reply(Failure failure, boolean sent) {
        return new String(failure.reply(sent), UTF_8);
    }

    @Test
    void saysWhetherTheCommandMayHaveBeenExecuted() {
        Failure failure = new Failure(Failure.Kind.RESET, "shard s0 (a:1): the connection broke");
        assertThat(reply(failure, false))
                .isEqualTo("-ERR Connection reset by peer: shard s0 (a:1): the connection broke, command not sent\r\n");
        assertThat(reply(failure, true)).endsWith(", outcome unknown\r\n");
    }

    @Test
    void isOneLineWhateverANodeSaid() {
        Failure failure = new Failure(Failure.Kind.BAD_REPLY, "said \"a\r\nb\"");
        assertThat(failure).hasToString("Invalid argument: said \"a  b\"");
    }

    @Test
    void whatANodeAnsweredToEverythingIsTheReply() {
        Failure failure = Failure.answered("busy", "-BUSY Redis is busy");
        assertThat(reply(failure, false)).isEqualTo("-BUSY Redis is busy\r\n");
        assertThat(failure.reply(true)).isSameAs(failure.reply(false));
        assertThat(failure.kind()).isEqualTo(Failure.Kind.BAD_REPLY);
    }

    @Test
    void theEndOfASocketHasAKind() {
        assertThat(Failure.Kind.of(new NoRouteToHostException(), true)).isEqualTo(Failure.Kind.UNREACHABLE);
        assertThat(Failure.Kind.of(new ConnectTimeoutException(), true)).isEqualTo(Failure.Kind.TIMED_OUT);
        assertThat(Failure.Kind.of(new ConnectException(), true)).isEqualTo(Failure.Kind.REFUSED);
        assertThat(Failure.Kind.of(new IOException(), true)).isEqualTo(Failure.Kind.REFUSED);
        assertThat(Failure.Kind.of(new IOException(), false)).isEqualTo(Failure.Kind.RESET);
    }

    @ParameterizedTest
    @EnumSource
    void isTroubleForThoseWhoLookForAMaster(Failure.Kind kind) {
        assertThat(new Failure(kind, "x").trouble())
                .isEqualTo(
                        switch (kind) {
                            case REFUSED, HOST_DOWN, UNREACHABLE -> Trouble.Kind.REFUSED;
                            case TIMED_OUT -> Trouble.Kind.SILENT;
                            case RESET, CLOSED, BAD_REPLY, BUSY -> Trouble.Kind.LOST;
                        });
    }
}

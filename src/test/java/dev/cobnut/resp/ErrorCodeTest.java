package dev.cobnut.resp;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorCodeTest {
    private static @Nullable ErrorCode of(String reply) {
        byte[] bytes = ("+OK\r\n" + reply + "+OK\r\n").getBytes(US_ASCII);
        return ErrorCode.of(bytes, 5, bytes.length - 5);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "READONLY | -READONLY You can't write against a read only replica.",
                "MASTERDOWN | -MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
                "LOADING | -LOADING Redis is loading the dataset in memory",
                "BUSY | -BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.",
                "NOAUTH | -NOAUTH Authentication required.",
                "MAX_CLIENTS | -ERR max number of clients reached",
                "DENIED | -DENIED Redis is running in protected mode because protected mode is enabled",
                "NO_PASSWORD_SET | -ERR Client sent AUTH, but no password is set",
                "NO_PASSWORD | -ERR AUTH <password> called without any password configured for the default user.",
                "NO_PASSWORD | -ERR AUTH <password> called without any password configured. Are you sure",
            })
    void isToldByItsFirstWords(ErrorCode code, String reply) {
        assertThat(of(reply + "\r\n")).isEqualTo(code);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-BUSYGROUP Consumer Group name already exists",
                "-BUSYKEY Target key name already exists.",
                "-READONLY_ no",
                "-NOAUTH7",
                "-READONL",
                "-readonly lower case",
                "-ERR max number of client",
                "-ERR unknown command 'READONLY'",
                "-",
                "+READONLY",
                "$8",
                "READONLY"
            })
    void isNoneWhereTheWordsAreOthers(String reply) {
        assertThat(of(reply + "\r\n")).isNull();
    }

    @Test
    void endsWithTheReplyAndNotBeyond() {
        byte[] bytes = "-LOADING Redis".getBytes(US_ASCII);
        assertThat(ErrorCode.of(bytes, 0, 8)).isEqualTo(ErrorCode.LOADING);
        assertThat(ErrorCode.of(bytes, 0, 7)).isNull();
        assertThat(of("-BUSY\r\n")).isEqualTo(ErrorCode.BUSY);
    }

    @ParameterizedTest
    @EnumSource
    void whatIsRefusedIsNotExecuted(ErrorCode code) {
        assertThat(code.executed()).isEqualTo(code.node() == ErrorCode.Node.OPEN);
    }

    @Test
    void tellsOfTheNode() {
        assertThat(ErrorCode.READONLY.node()).isEqualTo(ErrorCode.Node.REPLICA);
        assertThat(ErrorCode.MASTERDOWN.node()).isEqualTo(ErrorCode.Node.REPLICA_WITHOUT_MASTER);
        assertThat(ErrorCode.MAX_CLIENTS.node()).isEqualTo(ErrorCode.DENIED.node());
    }
}

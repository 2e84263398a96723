package dev.cobnut.proxy.backend;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PushFormTest {
    private static boolean matches(PushForm form, String frame, boolean resp3) {
        byte[] bytes = ("+OK|" + frame).replace("|", "\r\n").getBytes(US_ASCII);
        return form.matches(bytes, 5, bytes.length, resp3);
    }

    @ParameterizedTest
    @EnumSource
    void theTypeOfRespThreeIsAlwaysAMessage(PushForm form) {
        assertThat(matches(form, ">2|$10|invalidate|*0|", true)).isTrue();
        assertThat(matches(form, ">", true)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*3|$7|message|$1|c|$1|m|",
                "*4|$8|pmessage|$1|*|$1|c|$1|m|",
                "*3|$8|smessage|$1|c|$1|m|",
                "*3|$9|subscribe|$1|c|:1|",
                "*3|$10|psubscribe|$1|c|:1|",
                "*3|$10|ssubscribe|$1|c|:1|",
                "*3|$11|unsubscribe|$-1|:0|",
                "*3|$12|punsubscribe|$-1|:0|",
                "*3|$12|sunsubscribe|$-1|:0|"
            })
    void aSubscriberOfRespTwoIsSentArrays(String message) {
        assertThat(matches(PushForm.PUBSUB, message, false)).isTrue();
        assertThat(matches(PushForm.PUBSUB, message, true))
                .as("in RESP3 an array is a reply")
                .isFalse();
        assertThat(matches(PushForm.TYPED, message, false)).isFalse();
        assertThat(matches(PushForm.MONITOR, message, false)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*2|$4|pong|$0||",
                "*2|$7|message|$1|c|",
                "*3|$7|massage|$1|c|$1|m|",
                "*3|$8|message|",
                "*3|$7|messag",
                "*30|$7|message|",
                "*3|",
                "*",
                "*0|",
                ":1|",
                "+OK|",
                "$7|message|"
            })
    void otherFramesAreReplies(String reply) {
        assertThat(matches(PushForm.PUBSUB, reply, false)).isFalse();
    }

    @Test
    void aMonitorIsSentLinesWithATimeStamp() {
        String line = "+1700000000.123456 [0 127.0.0.1:5000] \"get\" \"k\"|";
        assertThat(matches(PushForm.MONITOR, line, false)).isTrue();
        assertThat(matches(PushForm.MONITOR, line, true)).isTrue();
        assertThat(matches(PushForm.PUBSUB, line, false)).isFalse();
        assertThat(matches(PushForm.TYPED, line, false)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "+OK|",
                "+1|",
                "+123 replies|",
                "+x700000000.1 |",
                "+170000000x.1 |",
                "+",
                "$1|1|",
                "+/00000000/.|",
                "+:00000000:.|"
            })
    void otherLinesAreReplies(String reply) {
        assertThat(matches(PushForm.MONITOR, reply, false)).isFalse();
    }
}

package dev.cobnut.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestHeadTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /topology HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /topology?pretty HTTP/1.0\n\n",
                "GET /topology HTTP/1.1\r\n\r\nmore"
            })
    void findsThePathHoweverTheBytesArrive(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        int end = text.endsWith("more") ? bytes.length - 4 : bytes.length;
        RequestHead slow = new RequestHead();
        for (int i = 0; i < end; i++) {
            assertThat(slow.isComplete()).as("after %d bytes", i).isFalse();
            assertThat(slow.mayBeHttp()).isTrue();
            assertThat(slow.method()).isEqualTo(i >= 4 ? RequestHead.Method.GET : null);
            slow.readFrom(new ByteArrayInputStream(bytes, i, 1));
        }
        assertThat(slow.isComplete()).isTrue();
        assertThat(slow.path()).isEqualTo("/topology");

        RequestHead whole = headOf(text);
        assertThat(whole.isComplete()).isTrue();
        assertThat(whole.path()).isEqualTo("/topology");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /\n\n", "GET  / HTTP/1.1\n\n", "GET stats HTTP/1.1\n\n", "GET / SPDY/1\n\n"})
    void findsNoPathInAMalformedLine(String text) throws IOException {
        assertThat(headOf(text).path()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "get / HTTP/1.1\n\n",
                "QUIT / HTTP/1.1\n\n",
                "POSTS",
                "HEADER ",
                "PUT/ HTTP/1.1\n\n",
                "\r\n\r\n",
                "GETX",
                "*1\r\n$4\r\nPING\r\n"
            })
    void knowsWhatIsNoRequest(String text) throws IOException {
        assertThat(headOf(text).mayBeHttp()).isFalse();
        assertThat(headOf(text).method()).isNull();
    }

    @ParameterizedTest
    @EnumSource(RequestHead.Method.class)
    void knowsEveryMethodOfHttp(RequestHead.Method method) throws IOException {
        assertThat(headOf(method.name()).method()).as("it may go on otherwise").isNull();
        assertThat(headOf(method.name()).mayBeHttp()).isTrue();
        assertThat(headOf(method + " * HTTP/1.1\r\n\r\n").method()).isEqualTo(method);
    }

    @Test
    void takesNoMoreThanItsBound() throws IOException {
        RequestHead head = headOf("GET /" + "x".repeat(2 * RequestHead.BYTES_MAX));
        assertThat(head.isFull()).isTrue();
        assertThat(head.isComplete()).isFalse();
    }

    @Test
    void findsHeadersAndParameters() throws IOException {
        RequestHead head =
                headOf("POST /do?a=1&b=x%26y HTTP/1.1\r\nHost: h\r\nX-One:  two \r\nTwice: 1\r\ntwice: 2\r\n\r\n");
        assertThat(head.method()).isEqualTo(RequestHead.Method.POST);
        assertThat(head.path()).isEqualTo("/do");
        assertThat(head.parameters()).isEqualTo(Map.of("a", "1", "b", "x&y"));
        assertThat(head.header("x-one")).isEqualTo("two");
        assertThat(head.header("twice")).isNull();
        assertThat(head.header("none")).isNull();
    }

    @Test
    void saysWhenThePeerIsGone() throws IOException {
        assertThat(new RequestHead().readFrom(new ByteArrayInputStream(new byte[0])))
                .isFalse();
    }

    private static RequestHead headOf(String text) throws IOException {
        RequestHead head = new RequestHead();
        head.readFrom(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)));
        return head;
    }
}

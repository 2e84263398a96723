package dev.cobnut.resp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.testing.RealRedis;
import dev.cobnut.testing.RespClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What a real redis-server says in RESP3.
@Timeout(60)
class Resp3IT {
    private static final List<String> TYPES = List.of(
            "string",
            "integer",
            "double",
            "null",
            "array",
            "set",
            "map",
            "attrib",
            "push",
            "verbatim",
            "true",
            "false",
            "bignum");

    private RealRedis redis;
    private RespClient client;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException {
        redis = RealRedis.in(directory);
        client = RespClient.to(redis.master("enable-debug-command yes").port());
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        redis.close();
    }

    @Test
    void showsEveryType() throws IOException {
        assertThat(client.ask("HELLO", "3"))
                .startsWith("{server: redis, version: ")
                .contains("proto: :3");
        assertThat(protocol("string")).isEqualTo("Hello World");
        assertThat(protocol("integer")).isEqualTo(":12345");
        assertThat(protocol("double")).isEqualTo(",3.141");
        assertThat(protocol("null")).isEqualTo("(nil)");
        assertThat(protocol("array")).isEqualTo("[:0, :1, :2]");
        assertThat(protocol("set")).isEqualTo("~[:0, :1, :2]");
        assertThat(protocol("map")).isEqualTo("{:0: #f, :1: #t, :2: #f}");
        assertThat(protocol("attrib"))
                .isEqualTo("|{key-popularity: [key:123, :90]} Some real reply following the attribute");
        assertThat(protocol("push")).isEqualTo("Some real reply following the push reply");
        assertThat(client.push()).isEqualTo(">[server-cpu-usage, :42]");
        assertThat(protocol("verbatim")).isEqualTo("=txt:This is a verbatim\nstring");
        assertThat(protocol("true")).isEqualTo("#t");
        assertThat(protocol("false")).isEqualTo("#f");
        assertThat(protocol("bignum")).isEqualTo("(1234567999999999999999999999999999999");
    }

    @Test
    void endsEveryTypeWhereTheScannerSaysSo() throws IOException {
        client.send("HELLO", "3");
        assertOneFrame('%');
        for (String type : TYPES) {
            client.send("DEBUG", "PROTOCOL", type);
            assertOneFrame("$:,_*~%$>=##(".charAt(TYPES.indexOf(type)));
            if (type.equals("push")) {
                assertOneFrame('$');
            }
        }
        assertThat(client.ask("HELLO", "2")).startsWith("[server, redis");
    }

    @Test
    void mixesPushesIntoTheReplyOfExec() throws IOException {
        client.ask("HELLO", "3");
        client.send("SUBSCRIBE", "c");
        assertThat(client.push()).isEqualTo(">[subscribe, c, :1]");
        client.ask("MULTI");
        client.ask("PUBLISH", "c", "x");
        client.ask("SUBSCRIBE", "d");
        client.ask("UNSUBSCRIBE", "d");
        client.ask("DEBUG", "PROTOCOL", "push");
        client.ask("DEBUG", "PROTOCOL", "attrib");
        client.send("EXEC");
        assertOneFrame('*');
        assertThat(client.ask("PING")).isEqualTo("+PONG");
    }

    private String protocol(String type) throws IOException {
        return client.ask("DEBUG", "PROTOCOL", type);
    }

    /// Reads a frame with the client, which counts in its own way, and with scanner and cursor.
    private void assertOneFrame(char type) throws IOException {
        byte[] frame = client.frame();
        ReplyScanner scanner = new ReplyScanner();
        scanner.setResp3(true);
        int end = scanner.feed(frame, 0, frame.length);
        String shown = new String(frame, ISO_8859_1);
        assertThat(scanner.status()).as(shown).isEqualTo(ReplyScanner.Status.REPLY);
        assertThat(end).as(shown).isEqualTo(frame.length);
        ReplyCursor cursor = new ReplyCursor();
        cursor.reset(frame, 0, frame.length);
        assertThat(cursor.next()).isTrue();
        assertThat((char) cursor.type()).as(shown).isEqualTo(type);
        assertThat(cursor.to()).isEqualTo(frame.length);
    }
}

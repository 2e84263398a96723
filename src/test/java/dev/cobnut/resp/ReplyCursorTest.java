package dev.cobnut.resp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyCursorTest {
    private final ReplyCursor cursor = new ReplyCursor();

    /// A value as it is sent, and what the cursor must find in it.
    private record Value(String sent, char type, List<Value> elements) {
        Value behind(String attribute) {
            return new Value(attribute + sent, type, elements);
        }
    }

    @Test
    void walksTheReplyOfScan() {
        byte[] bytes = bytes("*2\r\n$3\r\n768\r\n*2\r\n$1\r\na\r\n$5\r\nb\r\nbb\r\n");
        cursor.reset(bytes, 0, bytes.length);
        assertThat(cursor.next()).isTrue();
        cursor.enter();
        assertThat(cursor.next()).isTrue();
        assertThat(cursor.integer()).isEqualTo(768);
        assertThat(cursor.next()).isTrue();
        assertThat(cursor.elements()).isEqualTo(2);
        assertThat(text(bytes, cursor.from(), cursor.to())).isEqualTo("*2\r\n$1\r\na\r\n$5\r\nb\r\nbb\r\n");
        cursor.enter();
        assertThat(texts(bytes)).containsExactly("a", "b\r\nbb");
        assertThat(cursor.type()).isZero();
    }

    @Test
    void walksRepliesInARow() {
        byte[] bytes = bytes("+before\r\n:1\r\n_\r\n%1\r\n+a\r\n+b\r\n+after\r\n");
        cursor.reset(bytes, 9, bytes.length - 8);
        List<String> types = new ArrayList<>();
        while (cursor.next()) {
            types.add((char) cursor.type() + "" + cursor.size());
        }
        assertThat(types).containsExactly(":1", "_-1", "%1");
        assertThat(cursor.next()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"$-1\r\n", "*-1\r\n", "_\r\n", "|1\r\n+a\r\n+b\r\n_\r\n"})
    void knowsTheFormsOfNull(String reply) {
        current(reply);
        assertThat(cursor.isNull()).isTrue();
        assertThat(cursor.elements()).isZero();
        assertThat(cursor.textTo()).isEqualTo(cursor.textFrom());
        assertThat(cursor.to()).isEqualTo(reply.length());
        cursor.enter();
        assertThat(cursor.next()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"$0\r\n\r\n", "*0\r\n", "%0\r\n", "~0\r\n", "+\r\n"})
    void tellsEmptyFromNull(String reply) {
        current(reply);
        assertThat(cursor.isNull()).isFalse();
        assertThat(cursor.size()).isZero();
        cursor.enter();
        assertThat(cursor.next()).isFalse();
    }

    @Test
    void readsIntegers() {
        assertThat(integer(":0\r\n")).isZero();
        assertThat(integer(":-9223372036854775807\r\n")).isEqualTo(-Long.MAX_VALUE);
        assertThat(integer("$19\r\n9223372036854775807\r\n")).isEqualTo(Long.MAX_VALUE);
        for (String wrong : List.of(":9223372036854775808\r\n", ":\r\n", ":-\r\n", ":+1\r\n", ":1x\r\n", "$-1\r\n")) {
            assertThat(integer(wrong)).as(wrong).isEqualTo(Long.MIN_VALUE);
        }
    }

    @Test
    void showsPushesBesideTheElementsOfExec() {
        String message = ">3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\nx\r\n";
        String subscribe = ">3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n";
        byte[] bytes = current("*2\r\n" + message + ":1\r\n" + subscribe + "+next reply\r\n");
        cursor.enter();
        List<String> shown = new ArrayList<>();
        while (cursor.next()) {
            shown.add(text(bytes, cursor.from(), cursor.to()));
        }
        assertThat(shown).containsExactly(message, ":1\r\n", subscribe);
    }

    @Test
    void findsEveryElementOfAnyReply() {
        Random random = new Random(20_260_301);
        for (int i = 0; i < 3_000; i++) {
            Value value = value(random, 5);
            byte[] bytes = bytes("+x\r\n" + value.sent() + "+y\r\n");
            assertWalked(value, bytes, 4, bytes.length - 4);
            assertScanned(value);
        }
    }

    @Test
    void skipsAnyDepth() {
        String deep = "*1\r\n".repeat(1_000_000) + ":1\r\n";
        current("*2\r\n" + deep + ":7\r\n");
        cursor.enter();
        assertThat(cursor.next()).isTrue();
        assertThat(cursor.next()).isTrue();
        assertThat(cursor.integer()).isEqualTo(7);
    }

    @Test
    void neverReadsOutsideItsRange() {
        Random random = new Random(7);
        for (int i = 0; i < 200; i++) {
            String sent = value(random, 4).sent();
            for (int to = 1; to < sent.length(); to++) {
                byte[] cut = bytes(sent.substring(0, to));
                assertThatIllegalStateException().as(sent).isThrownBy(() -> walkAll(cut, 0, cut.length));
                // with more bytes behind the end it must fail in the same way
                byte[] whole = bytes(sent);
                int end = to;
                assertThatIllegalStateException().as(sent).isThrownBy(() -> walkAll(whole, 0, end));
            }
        }
        current(":3\r\n");
        assertThat(cursor.integer()).isEqualTo(3);
    }

    private void assertWalked(Value value, byte[] bytes, int from, int to) {
        ReplyCursor aside = new ReplyCursor();
        aside.reset(bytes, from, to);
        assertThat(aside.next()).isTrue();
        assertThat((char) aside.type()).isEqualTo(value.type());
        assertThat(text(bytes, aside.from(), aside.to())).isEqualTo(value.sent());
        aside.enter();
        for (Value element : value.elements()) {
            assertThat(aside.next()).isTrue();
            assertWalked(element, bytes, aside.from(), aside.to());
        }
        assertThat(aside.next()).isFalse();
    }

    private static void assertScanned(Value value) {
        ReplyScanner scanner = new ReplyScanner();
        scanner.setResp3(true);
        byte[] bytes = bytes(value.sent());
        for (int cut = 0; cut < bytes.length; cut += 1 + bytes.length / 200) {
            scanner.reset();
            assertThat(scanner.feed(bytes, 0, cut)).isEqualTo(cut);
            assertThat(scanner.status()).as(value.sent()).isEqualTo(ReplyScanner.Status.MORE);
            assertThat(scanner.feed(bytes, cut, bytes.length)).isEqualTo(bytes.length);
            assertThat(scanner.status()).as(value.sent()).isEqualTo(ReplyScanner.Status.REPLY);
        }
    }

    private void walkAll(byte[] bytes, int from, int to) {
        ReplyCursor aside = new ReplyCursor();
        aside.reset(bytes, from, to);
        while (aside.next()) {
            if (aside.elements() != 0) {
                walkElements(aside, bytes);
            }
        }
    }

    private void walkElements(ReplyCursor parent, byte[] bytes) {
        parent.enter();
        while (parent.next()) {
            assertThat(parent.textTo()).isBetween(parent.textFrom(), parent.to());
            if (parent.elements() != 0) {
                walkAll(bytes, parent.from(), parent.to());
            }
        }
    }

    private static Value value(Random random, int depth) {
        Value value = switch (random.nextInt(depth == 0 ? 8 : 13)) {
            case 0 -> leaf("+" + "x".repeat(random.nextInt(3)) + "\r\n");
            case 1 -> leaf(":" + random.nextInt() + "\r\n");
            case 2 -> leaf(random.nextBoolean() ? "_\r\n" : "$-1\r\n");
            case 3 -> leaf(random.nextBoolean() ? "#t\r\n" : ",1.5e3\r\n");
            case 4 -> leaf(random.nextBoolean() ? "-ERR a\r\n" : "(123456789012345678901234567890\r\n");
            case 5 -> leaf(random.nextBoolean() ? "=6\r\ntxt:\r\n\r\n" : "!3\r\n;\r\n\r\n");
            case 6 -> leaf(chunks(random));
            case 7 -> leaf(random.nextBoolean() ? "$4\r\n\r\n*1\r\n" : "$0\r\n\r\n");
            case 8, 9 -> aggregate(random, '*', depth);
            case 10 -> aggregate(random, '~', depth);
            case 11 -> aggregate(random, '%', depth);
            default -> exec(random, depth);
        };
        if (random.nextInt(6) > 0) {
            return value;
        }
        StringBuilder attribute = new StringBuilder("|1\r\n");
        attribute
                .append(value(random, Math.min(1, depth)).sent())
                .append(value(random, 0).sent());
        return value.behind(attribute.toString());
    }

    private static Value leaf(String sent) {
        return new Value(sent, sent.charAt(0), List.of());
    }

    private static String chunks(Random random) {
        StringBuilder sent = new StringBuilder("$?\r\n");
        for (int i = random.nextInt(3); i > 0; i--) {
            sent.append(";3\r\n;0\r\r\n");
        }
        return sent.append(";0\r\n").toString();
    }

    private static Value aggregate(Random random, char type, int depth) {
        int size = random.nextInt(4);
        List<Value> elements = new ArrayList<>();
        for (int i = 0; i < (type == '%' ? 2 * size : size); i++) {
            elements.add(value(random, depth - 1));
        }
        boolean streamed = random.nextInt(3) == 0;
        StringBuilder sent = new StringBuilder(type + (streamed ? "?" : "" + size) + "\r\n");
        elements.forEach(element -> sent.append(element.sent()));
        return new Value(sent.append(streamed ? ".\r\n" : "").toString(), type, elements);
    }

    /// An array with messages beside the elements and an answer to SUBSCRIBE as an element.
    private static Value exec(Random random, int depth) {
        List<Value> elements = new ArrayList<>();
        elements.add(value(random, depth - 1));
        elements.add(push("message", random, depth));
        elements.add(push("ssubscribe", random, depth));
        elements.add(push("m", random, depth));
        elements.add(value(random, depth - 1));
        StringBuilder sent = new StringBuilder("*3\r\n");
        elements.forEach(element -> sent.append(element.sent()));
        return new Value(sent.toString(), '*', elements);
    }

    private static Value push(String kind, Random random, int depth) {
        List<Value> elements = List.of(leaf("$" + kind.length() + "\r\n" + kind + "\r\n"), value(random, depth - 1));
        return new Value(">2\r\n" + elements.get(0).sent() + elements.get(1).sent(), '>', elements);
    }

    private List<String> texts(byte[] bytes) {
        List<String> texts = new ArrayList<>();
        while (cursor.next()) {
            texts.add(text(bytes, cursor.textFrom(), cursor.textTo()));
        }
        return texts;
    }

    private long integer(String reply) {
        current(reply);
        return cursor.integer();
    }

    private byte[] current(String reply) {
        byte[] bytes = bytes(reply);
        cursor.reset(bytes, 0, bytes.length);
        assertThat(cursor.next()).isTrue();
        return bytes;
    }

    private static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, ISO_8859_1);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }
}

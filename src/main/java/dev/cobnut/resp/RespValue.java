package dev.cobnut.resp;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// One RESP2 value as an object, for the control plane and tools. The data plane never builds these: it frames
/// bytes in place.
public sealed interface RespValue {

    /// The value as text, for people and for parsers that know what they expect: the characters of a string or an
    /// error, the digits of a number, `(nil)` for null, `[a, b]` for an array.
    String text();

    /// `+OK`.
    ///
    /// @param text without the sign and the line end
    record SimpleString(String text) implements RespValue {}

    /// `-ERR unknown command`.
    ///
    /// @param text without the sign and the line end; begins with the error's code
    record ErrorReply(String text) implements RespValue {}

    /// `:42`.
    record Int(long value) implements RespValue {
        @Override
        public String text() {
            return Long.toString(value);
        }
    }

    /// `*2…`.
    record Array(List<RespValue> elements) implements RespValue {
        public Array {
            elements = List.copyOf(elements);
        }

        @Override
        public String text() {
            return elements.stream().map(RespValue::text).collect(Collectors.joining(", ", "[", "]"));
        }
    }

    /// `$-1` or `*-1`.
    record Null() implements RespValue {
        @Override
        public String text() {
            return "(nil)";
        }
    }

    /// `$3…`: any bytes. Equal when the bytes are.
    final class Bulk implements RespValue {
        private final byte[] bytes;

        /// @param bytes copied
        public Bulk(byte[] bytes) {
            this.bytes = bytes.clone();
        }

        /// A copy of the bytes.
        public byte[] bytes() {
            return bytes.clone();
        }

        /// Read as UTF-8; bytes that are not become U+FFFD.
        @Override
        public String text() {
            return new String(bytes, StandardCharsets.UTF_8);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Bulk bulk && Arrays.equals(bytes, bulk.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }

        @Override
        public String toString() {
            return "Bulk[" + text() + "]";
        }
    }
}

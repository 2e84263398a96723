package dev.cobnut.proxy.routing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.cobnut.resp.Frame;
import java.util.List;

/// The parameters of a server that nobody gets to see by CONFIG GET unless the pool's `allow` opens it: with them a
/// client could go to the servers themselves, past the proxy. Pure.
///
/// A request is refused as a whole when one of its patterns fits one of them. Taking them out of the answer would
/// not do: inside MULTI it comes in the midst of others.
final class SecretParameters {
    /// What Redis redacts in its own log, and what Valkey calls the same.
    private static final List<byte[]> NAMES = List.of(
            "requirepass".getBytes(US_ASCII),
            "masterauth".getBytes(US_ASCII),
            "masteruser".getBytes(US_ASCII),
            "primaryauth".getBytes(US_ASCII),
            "primaryuser".getBytes(US_ASCII),
            "tls-key-file-pass".getBytes(US_ASCII),
            "tls-client-key-file-pass".getBytes(US_ASCII));

    private SecretParameters() {}

    /// Whether a whole CONFIG GET asks for one of them.
    static boolean areAskedFor(Frame configGet) {
        for (int i = 2; i < configGet.argumentCount(); i++) {
            for (byte[] name : NAMES) {
                if (fits(configGet.bytes(), configGet.offset(i), configGet.length(i), name)) {
                    return true;
                }
            }
        }
        return false;
    }

    /// Whether a pattern of Redis may fit a name, without regard to ASCII case. Each `[...]` is taken for one that
    /// fits any character, and a NUL ends the pattern, as it does for Redis. Takes time in proportion to both
    /// lengths.
    static boolean fits(byte[] bytes, int offset, int length, byte[] name) {
        int end = offset;
        while (end < offset + length && bytes[end] != 0) {
            end++;
        }
        int at = offset;
        int read = 0;
        int star = -1;
        int readAtStar = 0;
        while (read < name.length) {
            if (at < end && bytes[at] == '*') {
                star = ++at;
                readAtStar = read;
            } else if (at < end && fitsOne(bytes, at, end, name[read])) {
                at = behind(bytes, at, end);
                read++;
            } else if (star >= 0) {
                // The last star takes one character more.
                at = star;
                read = ++readAtStar;
            } else {
                return false;
            }
        }
        while (at < end && bytes[at] == '*') {
            at++;
        }
        return at == end;
    }

    private static boolean fitsOne(byte[] bytes, int at, int end, byte wanted) {
        byte sign = bytes[at];
        if (sign == '?' || sign == '[') {
            return true;
        }
        byte literal = sign == '\\' && at + 1 < end ? bytes[at + 1] : sign;
        return (literal >= 'A' && literal <= 'Z' ? literal + 0x20 : literal) == wanted;
    }

    /// Where the pattern goes on behind what stands for one character.
    private static int behind(byte[] bytes, int from, int end) {
        if (bytes[from] == '\\') {
            return Math.min(from + 2, end);
        }
        if (bytes[from] != '[') {
            return from + 1;
        }
        int at = from + 1;
        if (at < end && bytes[at] == '^') {
            at++;
        }
        while (at < end && bytes[at] != ']') {
            boolean range = end - at >= 3 && bytes[at + 1] == '-';
            at += bytes[at] == '\\' && end - at >= 2 ? 2 : range ? 3 : 1;
        }
        return Math.min(at + 1, end);
    }
}

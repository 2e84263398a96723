package dev.cobnut.control.probe;

import dev.cobnut.resp.RespValue;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.util.List;

/// Values out of what other processes say, read strictly, since such a process may be mad or not be what it seems: a
/// value that does not fit is refused with its name, the value and what was expected. Pure.
public final class StrictText {
    private static final int HOST_CHARS_MAX = 255;
    private static final int PORT_MAX = 65_535;

    /// The digits of `Long.MAX_VALUE`.
    private static final int DIGITS_MAX = 19;

    private static final int SHOWN_CHARS_MAX = 200;

    private StrictText() {}

    /// The elements of a reply that has to be an array.
    ///
    /// @throws IOException when it is another value, or an error: then with its text
    public static List<RespValue> elements(RespValue reply) throws IOException {
        return switch (reply) {
            case RespValue.Array array -> array.elements();
            case RespValue.ErrorReply error -> throw new IOException("it says: " + printable(error.text()));
            case RespValue.SimpleString _, RespValue.Int _, RespValue.Bulk _, RespValue.Null _ ->
                throw new IOException("it says " + printable(reply.text()) + " (expected an array)");
        };
    }

    /// Host and port as Sentinels and servers name them.
    ///
    /// @throws IOException when no host can be called so, or the port is not 1 to 65535
    public static NodeAddress.Tcp address(String host, String port) throws IOException {
        boolean valid = !host.isEmpty() && host.length() <= HOST_CHARS_MAX;
        for (int i = 0; valid && i < host.length(); i++) {
            char next = host.charAt(i);
            valid = next < 0x7f && (Character.isLetterOrDigit(next) || ".-_:%".indexOf(next) >= 0);
        }
        if (!valid) {
            throw new IOException("host \"" + printable(host) + "\" (expected an IP address or a host name)");
        }
        return new NodeAddress.Tcp(host, (int) number("port", port, 1, PORT_MAX));
    }

    /// A number that is written in digits only: no sign, no blank.
    ///
    /// @param name what it is, for people
    /// @param min 0 or more
    /// @throws IOException when it is no such number, or lies outside `min` to `max`
    public static long number(String name, String digits, long min, long max) throws IOException {
        long value = -1;
        if (!digits.isEmpty() && digits.length() <= DIGITS_MAX && digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            try {
                value = Long.parseLong(digits);
            } catch (NumberFormatException _) {
                // 19 digits can be more than 63 bits: refused below like any other
            }
        }
        if (value < min || value > max) {
            throw new IOException(
                    name + " \"" + printable(digits) + "\" (expected a number from " + min + " to " + max + ")");
        }
        return value;
    }

    /// Text from outside, fit for one line of a log: at most 200 characters, nothing that moves a cursor.
    public static String printable(String text) {
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < Math.min(text.length(), SHOWN_CHARS_MAX); i++) {
            char next = text.charAt(i);
            shown.append(next >= 0x20 && next < 0x7f ? next : '?');
        }
        return shown.append(text.length() > SHOWN_CHARS_MAX ? "…" : "").toString();
    }
}

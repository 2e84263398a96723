package dev.cobnut.config;

import dev.cobnut.topology.NodeAddress;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/// What a pool listens on.
///
/// @param address host and port, or the path of a unix socket; the host of `*:PORT` is `0.0.0.0`
/// @param mode permissions of a unix socket as octal digits say them (`0777` is 511); 0 leaves them to the umask
/// @param text as it stands in the file
public record ListenAddress(NodeAddress address, int mode, String text) {
    static final String FORMS = "HOST:PORT, or /PATH or \"/PATH MODE\" with an octal mode for a unix socket";

    private static final int MODE_MAX = 0777;
    private static final Pattern MODE = Pattern.compile("\\+?[0-7]{1,9}");
    /// What fits into a sockaddr_un, its final zero byte not counted.
    private static final int PATH_BYTES_MAX = 107;

    static ListenAddress parse(String text) throws BadValue {
        if (text.startsWith("/")) {
            return parseUnix(text);
        }
        if (text.indexOf(':') < 0) {
            throw new BadValue(text, "expected: " + FORMS);
        }
        if (text.lastIndexOf(':') == 0) {
            throw new BadValue(text, "no host; expected: 0.0.0.0" + text + " to listen on all addresses");
        }
        NodeAddress.Tcp address = HostPort.parse(text);
        if (address.host().equals("*")) {
            address = new NodeAddress.Tcp("0.0.0.0", address.port());
        }
        return new ListenAddress(address, 0, text);
    }

    private static ListenAddress parseUnix(String text) throws BadValue {
        int blank = text.lastIndexOf(' ');
        String path = blank < 0 ? text : text.substring(0, blank);
        checkPath(path, text);
        int mode = blank < 0 ? 0 : mode(text.substring(blank + 1), text);
        return new ListenAddress(new NodeAddress.Unix(path), mode, text);
    }

    static void checkPath(String path, String whole) throws BadValue {
        int length = path.getBytes(StandardCharsets.UTF_8).length;
        if (length > PATH_BYTES_MAX) {
            throw new BadValue(
                    whole, "path of " + length + " bytes; expected: " + PATH_BYTES_MAX + " or fewer for a unix socket");
        }
    }

    /// nutcracker takes the octal number a text begins with, and 0 for one that begins with none: `09` and `rw` leave
    /// the permissions alone there, which nobody can have meant.
    private static int mode(String text, String whole) throws BadValue {
        if (!MODE.matcher(text).matches() || Integer.parseInt(text, 8) > MODE_MAX) {
            throw new BadValue(
                    whole, "mode " + BadValue.quote(text) + "; expected: octal, 0 to 0777, or no blank in the text");
        }
        return Integer.parseInt(text, 8);
    }
}

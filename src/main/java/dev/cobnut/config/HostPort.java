package dev.cobnut.config;

import dev.cobnut.topology.NodeAddress;

/// `HOST:PORT` as people write it: the port is what follows the last colon, so that `::1:6379` needs no brackets;
/// `[::1]:6379` may have them.
public final class HostPort {
    /// The largest port there is.
    public static final int PORT_MAX = 65535;

    private HostPort() {}

    /// The address a text names. The host is not resolved.
    ///
    /// @throws BadValue when there is no host, no port, or a port that is not 1 to 65535
    public static NodeAddress.Tcp parse(String text) throws BadValue {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            throw new BadValue(text, "expected: HOST:PORT");
        }
        String host = withoutBrackets(text.substring(0, colon));
        if (host.isEmpty() || host.indexOf(' ') >= 0) {
            throw new BadValue(text, "host " + BadValue.quote(host) + "; expected: HOST:PORT");
        }
        return new NodeAddress.Tcp(host, port(text.substring(colon + 1), text));
    }

    /// @param whole the text the port is a part of, for the message
    static int port(String digits, String whole) throws BadValue {
        int port = Digits.value(digits);
        if (port < 1 || port > PORT_MAX) {
            throw new BadValue(whole, "port " + BadValue.quote(digits) + "; expected: 1 to " + PORT_MAX);
        }
        return port;
    }

    static String withoutBrackets(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }
}

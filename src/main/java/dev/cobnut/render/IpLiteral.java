package dev.cobnut.render;

/// What the text of an address says. Pure.
final class IpLiteral {
    private IpLiteral() {}

    /// Whether it is one with colons.
    static boolean isIpv6(String host) {
        return host.indexOf(':') >= 0;
    }

    /// Whether it is one of IPv4 that only its own host reaches.
    static boolean isLoopback(String host) {
        return host.startsWith("127.");
    }

    /// As it stands in front of a port: in brackets if there are colons in it.
    static String bracketed(String host) {
        return isIpv6(host) ? "[" + host + "]" : host;
    }
}

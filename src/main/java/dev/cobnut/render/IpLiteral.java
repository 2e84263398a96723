package dev.cobnut.render;

/// Addresses with colons, told from others. Pure.
final class IpLiteral {
    private IpLiteral() {}

    /// Whether it is one with colons.
    static boolean isIpv6(String host) {
        return host.indexOf(':') >= 0;
    }

    /// As it stands in front of a port: in brackets if there are colons in it.
    static String bracketed(String host) {
        return isIpv6(host) ? "[" + host + "]" : host;
    }
}

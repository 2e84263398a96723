package dev.cobnut.config;

import java.net.Inet6Address;

/// What addresses and interfaces of a network look like, as far as a text says. Pure.
public final class AddressText {
    /// What [#isAddress] expects, for people.
    public static final String FORMS = "an IP address or a name";

    private AddressText() {}

    /// Whether something can be reached there, as far as the text says.
    public static boolean isAddress(String text) {
        if (text.indexOf(':') >= 0) {
            return isIpv6(text);
        }
        return text.matches("[0-9.]+")
                ? text.matches("((25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(\\.(?!$)|$)){4}")
                : text.matches("[A-Za-z0-9_][A-Za-z0-9_.-]{0,252}");
    }

    private static boolean isIpv6(String text) {
        try {
            return text.matches("[0-9A-Fa-f:.]+")
                    && !Inet6Address.ofLiteral(text).isAnyLocalAddress();
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    /// Whether it is an address and how long its prefix is: `10.0.0.100/24`.
    public static boolean isAddressWithPrefix(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? "" : text.substring(0, slash);
        int prefixMax = address.indexOf(':') >= 0 ? 128 : 32;
        return address.matches("[0-9A-Fa-f:.]+")
                && isAddress(address)
                && text.substring(slash + 1).matches("[0-9]{1,3}")
                && Integer.parseInt(text.substring(slash + 1)) <= prefixMax;
    }

    /// Whether a network interface can be called so.
    public static boolean isInterface(String text) {
        return text.matches("[A-Za-z0-9_.:@-]{1,15}");
    }
}

package dev.cobnut.vip.file;

import dev.cobnut.config.AddressText;
import dev.cobnut.config.BadValue;
import dev.cobnut.vip.vrrp.VirtualAddress;
import java.net.Inet4Address;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/// Addresses as files have them: never names, since nobody can be asked for one while an address moves. Pure.
final class IpText {
    static final String FORMS = "an IP address, such as 10.0.0.100";

    /// What [#moving] expects, for people.
    static final String MOVING_FORMS = FORMS + ", or with the length of its prefix: 10.0.0.100/24";

    private static final int IPV4_BITS = 32;
    private static final int IPV6_BITS = 128;

    private IpText() {}

    /// The address of one machine.
    ///
    /// @throws BadValue for everything else, names included
    static InetAddress parse(String text) throws BadValue {
        InetAddress address = literal(text);
        if (address == null || address.isAnyLocalAddress() || address.isMulticastAddress()) {
            throw new BadValue(text, "expected: " + FORMS);
        }
        return address;
    }

    /// An address that moves, with or without the length of its prefix.
    ///
    /// @param networkInterface that will carry it
    /// @throws BadValue for everything else
    static VirtualAddress moving(String text, String networkInterface, @Nullable String label, boolean isAdvertised)
            throws BadValue {
        int slash = text.indexOf('/');
        InetAddress address = literal(slash < 0 ? text : text.substring(0, slash));
        if (address == null || address.isAnyLocalAddress() || address.isMulticastAddress()) {
            throw new BadValue(text, "expected: " + MOVING_FORMS);
        }
        int bits = address instanceof Inet4Address ? IPV4_BITS : IPV6_BITS;
        String digits = slash < 0 ? Integer.toString(bits) : text.substring(slash + 1);
        if (!digits.matches("[0-9]{1,3}") || Integer.parseInt(digits) > bits) {
            throw new BadValue(text, "prefix " + BadValue.quote(digits) + "; expected: 0 to " + bits);
        }
        return new VirtualAddress(address, Integer.parseInt(digits), networkInterface, label, isAdvertised);
    }

    /// Null for what is not the address of one family, written down.
    static @Nullable InetAddress literal(String text) {
        if (!text.matches("[0-9A-Fa-f:.]+") || !AddressText.isAddress(text)) {
            return null;
        }
        boolean isIpv6 = text.indexOf(':') >= 0;
        if (!isIpv6 && !text.matches("[0-9.]+")) {
            return null;
        }
        InetAddress address = InetAddress.ofLiteral(text);
        // An IPv4 address that is mapped into IPv6 is of either family.
        return address instanceof Inet4Address == isIpv6 ? null : address;
    }
}

package dev.cobnut.blueprint;

import java.net.Inet6Address;
import java.util.List;

/// What things and places of a `stack.yml` may be called, since files, units and lines of configurations are called so, too. Pure.
final class Names {
    static final String ADDRESS = "an IP address or a name";

    /// Files and folders that lie beside those of the hosts, where files are rendered and where a stack is rehearsed.
    private static final List<String> BESIDE_HOSTS = List.of("shared", "MANIFEST", "stack.yml", "lock", "admin-token");

    /// What lies beside the folders of the servers, on their host.
    private static final List<String> BESIDE_SERVERS = List.of("sentinel", "cobnut.yml");

    private Names() {}

    /// Whether something may be called so.
    static boolean isName(String text) {
        return text.matches("[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}");
    }

    /// Whether a host called so would have its files where others are.
    static boolean isTakenBesideHosts(String host) {
        return BESIDE_HOSTS.stream().anyMatch(host::equalsIgnoreCase);
    }

    /// Whether servers of a group called so would have their data where others are.
    static boolean isTakenBesideServers(String group) {
        return BESIDE_SERVERS.stream().anyMatch(group::equalsIgnoreCase);
    }

    /// Whether something can be reached there, as far as the text says.
    static boolean isAddress(String text) {
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
    static boolean isAddressWithPrefix(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? "" : text.substring(0, slash);
        int prefixMax = address.indexOf(':') >= 0 ? 128 : 32;
        return address.matches("[0-9A-Fa-f:.]+")
                && isAddress(address)
                && text.substring(slash + 1).matches("[0-9]{1,3}")
                && Integer.parseInt(text.substring(slash + 1)) <= prefixMax;
    }

    /// Whether a network interface can be called so.
    static boolean isInterface(String text) {
        return text.matches("[A-Za-z0-9_.:@-]{1,15}");
    }

    /// Whether a text fits into one line of a file.
    static boolean isOneLine(String text) {
        return text.chars().noneMatch(Character::isISOControl);
    }
}

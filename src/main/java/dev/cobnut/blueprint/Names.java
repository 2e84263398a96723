package dev.cobnut.blueprint;

import java.util.List;

/// What things and places of a `stack.yml` may be called, since files, units and lines of configurations are called so, too. Pure.
final class Names {
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
}

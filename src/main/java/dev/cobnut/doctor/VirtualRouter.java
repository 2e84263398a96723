package dev.cobnut.doctor;

import java.util.List;

/// One `vrrp_instance` of a keepalived.conf.
///
/// @param at where it begins
/// @param file that it stands in: one host
/// @param id `virtual_router_id`
/// @param priority default 100
/// @param addresses that it holds, as they stand there, sorted
/// @param checks the scripts that it tracks
/// @param strict whether the file says `vrrp_strict`
/// @param settings the lines of its block, and as `BLOCK/` and their first word those of blocks inside; those of
/// `global_defs` of its file, too
public record VirtualRouter(
        String at,
        String file,
        String name,
        int id,
        int priority,
        List<String> addresses,
        List<Check> checks,
        boolean strict,
        Settings settings) {

    /// One `vrrp_script`.
    ///
    /// @param at where it begins
    /// @param command what is run
    /// @param weight what its result adds to the priority; 0 for a fault
    public record Check(String at, String name, String command, int weight) {}

    public VirtualRouter {
        addresses = List.copyOf(addresses);
        checks = List.copyOf(checks);
    }
}

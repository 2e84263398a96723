package dev.cobnut.doctor;

import java.util.List;

/// One Sentinel: its file, or a living one.
///
/// @param at the file, or `HOST:PORT`
/// @param living whether it was asked
/// @param settings of a file, with those after `sentinel` by their second word; empty for a living one
/// @param groups that it watches
public record Sentinel(String at, boolean living, Settings settings, List<Group> groups) {
    public Sentinel {
        groups = List.copyOf(groups);
    }
}

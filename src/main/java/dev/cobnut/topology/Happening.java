package dev.cobnut.topology;

/// Something that happened while a master was being replaced.
///
/// @param atMillis when, since 1970
/// @param sinceMillis after the first thing that happened to this group then; 0 for the first
/// @param group whose master it is
/// @param line for people; it begins with the group
public record Happening(long atMillis, long sinceMillis, String group, String line) {}

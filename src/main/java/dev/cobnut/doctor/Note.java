package dev.cobnut.doctor;

/// A port that a table of some documentation gives to a cache.
///
/// @param at where it stands
/// @param cache what the first cell of the row says
/// @param ofProxy whether the head of the column speaks of the proxy
/// @param port the number
public record Note(String at, String cache, boolean ofProxy, int port) {}

package dev.cobnut.stats;

/// When an event loop has looked after time last: a few times a second, unless it stands still.
///
/// @param loop the name of its thread
/// @param nanos when, on the clock of [System#nanoTime]
public record LoopTurn(String loop, long nanos) {}

package dev.cobnut.planted.control;

/// What a data plane must not know.
public record Decision(int number) {}

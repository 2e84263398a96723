package dev.cobnut.doctor;

/// What is wrong somewhere.
///
/// @param rule that found it
/// @param found where, and what
public record Finding(Rule rule, Rule.Found found) {}

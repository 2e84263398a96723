package dev.cobnut.attack;

/// A request and what may come of it.
record Request(Expectation expectation, String... words) {}

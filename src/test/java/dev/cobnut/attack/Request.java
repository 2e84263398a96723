package dev.cobnut.attack;

import java.util.List;

/// A request and what may come of it.
record Request(Expectation expectation, List<String> words) {
    Request(Expectation expectation, String... words) {
        this(expectation, List.of(words));
    }
}

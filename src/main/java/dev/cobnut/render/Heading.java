package dev.cobnut.render;

import dev.cobnut.blueprint.Blueprint;

/// What stands first in each file, for whoever opens it on a host.
final class Heading {
    private Heading() {}

    /// One comment line, with its line end.
    ///
    /// @param mark what begins a comment there
    static String of(Blueprint blueprint, String mark) {
        return mark + " " + text(blueprint) + "\n";
    }

    /// The same without a mark.
    static String text(Blueprint blueprint) {
        return "Stack " + blueprint.name() + ": written by `cobnut render` from stack.yml; change it there.";
    }
}

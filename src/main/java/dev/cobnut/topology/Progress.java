package dev.cobnut.topology;

import java.util.List;

/// How far a planned switch has come.
///
/// @param number of the switch, from 1; 0 when there was none
/// @param steps what was done, the oldest first
public record Progress(long number, Outcome outcome, List<Step> steps) {

    /// What came of it.
    public enum Outcome {
        /// There was none.
        NONE,
        /// It goes on.
        RUNNING,
        /// Another node is master, and the old one its replica.
        DONE,
        /// It was not begun; nothing has changed.
        REFUSED,
        /// It was begun, and all is as it was before.
        GIVEN_UP,
        /// Somebody has to look.
        UNCLEAR
    }

    /// One thing that was done.
    ///
    /// @param millis since the switch began
    /// @param line for people
    public record Step(long millis, String line) {}

    public Progress {
        steps = List.copyOf(steps);
    }
}

package dev.cobnut.doctor;

import java.util.List;
import java.util.function.Function;

/// One thing that may be wrong with a stack.
///
/// @param code a letter for what it is about, and two digits; never given to another rule
/// @param title what is wrong, in a few words
/// @param why what comes of it
/// @param cure what to do
/// @param look pure; what of it is found in the facts
public record Rule(
        String code, Severity severity, String title, String why, String cure, Function<Facts, List<Found>> look) {

    static Rule error(String code, String title, String why, String cure, Function<Facts, List<Found>> look) {
        return new Rule(code, Severity.ERROR, title, why, cure, look);
    }

    static Rule warning(String code, String title, String why, String cure, Function<Facts, List<Found>> look) {
        return new Rule(code, Severity.WARNING, title, why, cure, look);
    }

    static Rule note(String code, String title, String why, String cure, Function<Facts, List<Found>> look) {
        return new Rule(code, Severity.NOTE, title, why, cure, look);
    }

    /// One place where a rule finds something.
    ///
    /// @param at `FILE:LINE`, `HOST:PORT`, or what else says where
    /// @param is what is there
    /// @param should what should be
    public record Found(String at, String is, String should) {}
}

package dev.cobnut.resp;

/// What a command computes from the sets at its keys, and nothing else. The answer follows from the sets
/// themselves, wherever they are.
public enum SetOperation {
    /// SUNION: the members of any.
    UNION,
    /// SINTER: the members that all have.
    INTERSECTION,
    /// SDIFF: the members of the first that no other has.
    DIFFERENCE
}

package dev.cobnut.resp;

/// One way in which keys stand among the arguments of a request. A command has zero or more of them, in the order
/// of their arguments. Argument 0 is the name of the command; a subcommand's name is argument 1.
public sealed interface KeySpec {

    /// Every `step`-th argument from `first` to `last`.
    ///
    /// @param first at least 1
    /// @param last a negative one counts from the end: -1 is the last argument
    /// @param step 2 for key and value, 3 for key, field and value
    record Range(int first, int last, int step) implements KeySpec {}

    /// As many keys as argument `countAt` says, right behind it.
    ///
    /// @param countAt where the number stands
    /// @param step 2 when a value follows each key
    /// @param least 0 or 1: the smallest number allowed
    record Counted(int countAt, int step, int least) implements KeySpec {}

    /// The argument after each STORE or STOREDIST, from argument `from` on. Only the last is written to; Redis Cluster
    /// wants the others in the same place, and so do we.
    record Stored(int from) implements KeySpec {}

    /// Keys that take the grammar of one command to find, see [OptionGrammar].
    enum Searched implements KeySpec {
        /// SORT: argument 1, and the argument after the last STORE.
        SORT,
        /// SORT_RO: argument 1. Like SORT it looks up further keys by patterns.
        SORT_RO,
        /// XREAD, XREADGROUP: the first half of what follows STREAMS.
        STREAMS,
        /// MIGRATE: argument 3, or if that is empty everything after KEYS if it is there.
        MIGRATE
    }
}

package dev.cobnut.resp;

/// What is said when the argument that should be the number of keys is not: it depends on the command, as Redis'
/// own words do. The texts are in [ErrorText].
enum KeyCount {
    /// EVAL and its like.
    SCRIPT_COUNT,
    /// FCALL.
    FUNCTION_COUNT,
    /// ZUNION and its like.
    ZSET_COUNT,
    /// LMPOP and its like.
    POP_COUNT,
    /// All others; not written in the table.
    COUNT
}

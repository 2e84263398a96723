package dev.cobnut.resp;

/// What a pool does with a command. One row of the command table has one policy; it never depends on an argument.
public enum Policy {
    /// Goes to the shard of its keys; all of them must be on one shard, and there must be at least one.
    FORWARD,
    /// Has no key, and every shard gives the same answer: goes to any of them.
    FORWARD_ANY,
    /// MGET: split by shard, the values put back into the order of the request.
    SPLIT_MGET,
    /// MSET: split by shard, OK when every part is OK.
    SPLIT_MSET,
    /// DEL, UNLINK, EXISTS, TOUCH: split by shard, the integer replies added up.
    SPLIT_SUM,
    /// DBSIZE: goes to every shard, the integer replies added up.
    ALL_SUM,
    /// Answered by the proxy itself.
    LOCAL,
    /// Answered with the command's refusal; nothing reaches a server.
    REFUSED
}

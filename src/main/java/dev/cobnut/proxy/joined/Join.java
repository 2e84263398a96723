package dev.cobnut.proxy.joined;

import java.util.List;

/// Makes one reply of the replies of several shards: a pure function, but for [Joins#PICK].
///
/// An interface and not an enum alone, because the order of MGET's keys, the shard of SCAN and the name of INFO's pool
/// belong to one request: [Joins] has a row for each rule that needs nothing but the replies, and three records know
/// one thing more ([MgetJoin], [ScanJoin], [InfoJoin]). None of them knows the client or the pool.
///
/// Honest by rule: where a node has answered in another shape than was asked for, the answer is an error that says so,
/// never a guess and never an exception.
@FunctionalInterface
public interface Join {
    /// The whole reply.
    ///
    /// @param replies one or more, each as `resp/ReplyScanner` accepted it and none of them an error, in the order in
    ///     which the parts were sent; they are not changed
    byte[] of(List<byte[]> replies);
}

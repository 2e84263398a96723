/// Nodes: connections that carry the pipelined requests of many clients, or are lent to one, and the way back for their
/// replies.
///
/// A shard on one event loop is a {@link dev.cobnut.proxy.backend.ShardLink}, with a
/// {@link dev.cobnut.proxy.backend.NodeLink} to its master and one to a replica, and what waits for a master in its
/// {@link dev.cobnut.proxy.backend.Hold}. Knows nothing of clients; a reply leaves
/// through {@link dev.cobnut.proxy.backend.Exchange}. Start at {@link dev.cobnut.proxy.backend.NodeConnection}.
@NullMarked
package dev.cobnut.proxy.backend;

import org.jspecify.annotations.NullMarked;

/// Choice: what becomes of a request, before anything happens because of it. Which shard a key belongs to right now
/// ({@link dev.cobnut.proxy.routing.Router}), whether a request is refused
/// ({@link dev.cobnut.proxy.routing.Checks}), which way it takes and what it has to wait for
/// ({@link dev.cobnut.proxy.routing.Route}), which node answers a read
/// ({@link dev.cobnut.proxy.routing.ReadSplit}). What matters of the client stands in
/// {@link dev.cobnut.proxy.routing.Standing}.
///
/// May import: `backend`. No Netty types. Start at {@link dev.cobnut.proxy.routing.Routing}.
@NullMarked
package dev.cobnut.proxy.routing;

import org.jspecify.annotations.NullMarked;

/// Choice: which shard a key belongs to right now. Pure; no Netty types.
///
/// Start at {@link dev.cobnut.proxy.routing.Router}.
@NullMarked
package dev.cobnut.proxy.routing;

import org.jspecify.annotations.NullMarked;

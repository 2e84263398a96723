/// One reply made of several: a request is cut into parts or goes to every shard, and the answers become one.
///
/// May import: `client`, `routing`, `backend`. Start at {@link dev.cobnut.proxy.joined.JoinedReply}.
@NullMarked
package dev.cobnut.proxy.joined;

import org.jspecify.annotations.NullMarked;

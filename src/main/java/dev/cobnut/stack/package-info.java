/// Runs a whole stack on one machine: real redis-servers, real Sentinels and the proxies, from the files that `render` makes.
///
/// Start at {@link dev.cobnut.stack.Stack}.
@NullMarked
package dev.cobnut.stack;

import org.jspecify.annotations.NullMarked;

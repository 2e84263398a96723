/// Clients: reads requests, keeps replies in order, answers what the proxy itself answers.
///
/// May import: `routing`, `backend`. Start at {@link dev.cobnut.proxy.frontend.ClientConnection}.
@NullMarked
package dev.cobnut.proxy.frontend;

import org.jspecify.annotations.NullMarked;

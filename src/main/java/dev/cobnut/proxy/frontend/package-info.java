/// Clients: reads requests, keeps replies in order, answers what the proxy itself answers, and gives a client
/// connections of its own while it needs them ({@link dev.cobnut.proxy.frontend.Session}).
///
/// May import: `routing`, `backend`. Start at {@link dev.cobnut.proxy.frontend.ClientConnection}.
@NullMarked
package dev.cobnut.proxy.frontend;

import org.jspecify.annotations.NullMarked;

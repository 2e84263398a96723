/// Clients' connections: reads what they send, cuts it into requests, stops and goes on, and closes in good order.
///
/// May import: `dispatch`, `joined`, `client`, `routing`, `backend`. Start at
/// {@link dev.cobnut.proxy.frontend.ClientConnection}.
@NullMarked
package dev.cobnut.proxy.frontend;

import org.jspecify.annotations.NullMarked;

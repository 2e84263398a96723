/// The data plane: moves bytes between clients and nodes on event loops, and never waits.
///
/// One event loop owns the clients it accepted, its own connections to every node and its own routing table;
/// nothing is shared between loops but immutable values. Its rooms are the walk of a request, `frontend`, `dispatch`,
/// `joined`, `client`, `routing`, `backend`, and each imports those behind it. Start at {@link dev.cobnut.proxy.Proxy}.
@NullMarked
package dev.cobnut.proxy;

import org.jspecify.annotations.NullMarked;

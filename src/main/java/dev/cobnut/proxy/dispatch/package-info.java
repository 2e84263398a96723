/// What a request is and what becomes of it: the way that was chosen for it is taken. The proxy's own commands, and
/// transactions.
///
/// May import: `joined`, `client`, `routing`, `backend`. Start at {@link dev.cobnut.proxy.dispatch.Dispatcher}.
@NullMarked
package dev.cobnut.proxy.dispatch;

import org.jspecify.annotations.NullMarked;

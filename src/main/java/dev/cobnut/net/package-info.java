/// A thin adapter over Netty and sockets: which transport, how names become addresses, and a small blocking
/// connection for everything that is not the data plane.
///
/// May import: `topology`, `resp`. Start at {@link dev.cobnut.net.Transport}.
@NullMarked
package dev.cobnut.net;

import org.jspecify.annotations.NullMarked;

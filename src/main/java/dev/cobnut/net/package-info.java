/// A thin adapter over Netty and sockets: which transport, how names become addresses, and a small blocking
/// connection for everything that is not the data plane. What of this process is scarce is counted here, too: the memory
/// that is held for clients, and descriptors.
///
/// May import: `topology`, `resp`. Start at {@link dev.cobnut.net.Transport}; for memory at
/// {@link dev.cobnut.net.MemoryBudget}.
@NullMarked
package dev.cobnut.net;

import org.jspecify.annotations.NullMarked;

/// Keeps the addresses in nutcracker's file right, for operators who stay with nutcracker: follows Sentinels by
/// `control`, changes the file, restarts the proxy.
///
///     Discovery ─► Masters ─► Agent ─► Servers        what is to be changed, purely
///                               ├────► Burst          when, purely
///                               ├────► ConfigSwap     the file on the disk
///                               └────► Command        nutcracker -t, and the restart
///
/// May import: `control`, `config`, `topology`, `net`, `resp`. Start at {@link dev.cobnut.agent.Agent}.
@NullMarked
package dev.cobnut.agent;

import org.jspecify.annotations.NullMarked;

/// A planned switch: an operator wants another node to be master of a shard, and nobody is to lose anything by it.
///
/// Blocking, one step after the other, on a thread of its own. May import: `discovery`, `probe`, `topology`, `config`,
/// `net`, `resp`. Start at {@link dev.cobnut.control.switchover.Switchovers}.
@NullMarked
package dev.cobnut.control.switchover;

import org.jspecify.annotations.NullMarked;

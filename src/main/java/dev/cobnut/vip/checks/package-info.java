/// Whether what stands behind an address works: asked again and again, each check on a thread of its own.
///
/// May import: `vip`, `topology`. Start at {@link dev.cobnut.vip.checks.Checks}.
@NullMarked
package dev.cobnut.vip.checks;

import org.jspecify.annotations.NullMarked;

/// Assembles a process from the planes, and takes it apart in order: start, drain, stop.
///
/// Start at {@link dev.cobnut.daemon.Daemon}.
@NullMarked
package dev.cobnut.daemon;

import org.jspecify.annotations.NullMarked;

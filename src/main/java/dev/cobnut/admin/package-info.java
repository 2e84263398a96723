/// What an operator or a monitor asks a running process: the statistics port. Reads snapshots, and hands orders on.
///
/// May import: `topology`, `stats`, `config`, `net`. Start at {@link dev.cobnut.admin.StatsServer}.
@NullMarked
package dev.cobnut.admin;

import org.jspecify.annotations.NullMarked;

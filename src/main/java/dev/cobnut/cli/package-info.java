/// What an operator types: one file per command.
///
/// Start at {@link dev.cobnut.cli.Main}.
@NullMarked
package dev.cobnut.cli;

import org.jspecify.annotations.NullMarked;

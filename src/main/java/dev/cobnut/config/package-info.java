/// Configuration files as values: `nutcracker.yml` exactly as nutcracker reads it, and `cobnut.yml`. All
/// problems of a file are found at once, each with its line.
///
/// May import: `topology`, `sharding`, `resp`. Start at {@link dev.cobnut.config.ConfigFile}.
@NullMarked
package dev.cobnut.config;

import org.jspecify.annotations.NullMarked;

/// Not product: what the architecture rules must find. See `ArchitectureTest`.
@NullMarked
package dev.cobnut.planted.circle.upper;

import org.jspecify.annotations.NullMarked;

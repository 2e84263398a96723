/// Not product: what the architecture rules must find. See `ArchitectureTest`.
@NullMarked
package dev.cobnut.planted.circle.lower;

import org.jspecify.annotations.NullMarked;

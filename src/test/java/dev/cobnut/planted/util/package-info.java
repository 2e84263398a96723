/// Not product: what the architecture rules must find. See `ArchitectureTest`.
@NullMarked
package dev.cobnut.planted.util;

import org.jspecify.annotations.NullMarked;

/// Not product: what the architecture rules must find. See `ArchitectureTest`.
@NullMarked
package dev.cobnut.planted.proxy;

import org.jspecify.annotations.NullMarked;

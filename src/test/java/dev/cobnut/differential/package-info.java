/// The same random requests to a pool and to a plain redis-server: the replies must be the same.
@NullMarked
package dev.cobnut.differential;

import org.jspecify.annotations.NullMarked;

/// What several tests need: real redis-servers, free ports.
@NullMarked
package dev.cobnut.testing;

import org.jspecify.annotations.NullMarked;

/// Micro benchmarks of what the data plane does for every request. A figure counts only next to another one of the same
/// run; the column `gc.alloc.rate.norm` (bytes per operation) counts by itself, and has to stay at 0.
@NullMarked
package dev.cobnut.bench;

import org.jspecify.annotations.NullMarked;

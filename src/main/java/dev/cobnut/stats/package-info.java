/// Counters as tables of rows: each row has a name, a kind and one sentence. Event loops write their own copy
/// without locks, readers add the copies up.
///
/// May import: the JDK only. Start at {@link dev.cobnut.stats.ServerCounter}.
@NullMarked
package dev.cobnut.stats;

import org.jspecify.annotations.NullMarked;

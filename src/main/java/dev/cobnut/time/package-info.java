/// Time as a value that is passed in: decisions never read a clock themselves.
///
/// May import: the JDK only. Start at {@link dev.cobnut.time.NanoClock}.
@NullMarked
package dev.cobnut.time;

import org.jspecify.annotations.NullMarked;

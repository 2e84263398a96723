/// From a key to a place on the ring, bit for bit as nutcracker does it: hash tags, the twelve hashes,
/// ketama, modula and random.
///
/// May import: the JDK only. Start at {@link dev.cobnut.sharding.Placement}.
@NullMarked
package dev.cobnut.sharding;

import org.jspecify.annotations.NullMarked;

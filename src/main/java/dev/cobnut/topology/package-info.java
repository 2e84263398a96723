/// The contract between the planes: an immutable picture of who is where. The control plane writes one, the
/// data plane reads the latest.
///
/// May import: the JDK only. Start at {@link dev.cobnut.topology.Topology}.
@NullMarked
package dev.cobnut.topology;

import org.jspecify.annotations.NullMarked;

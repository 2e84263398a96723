/// Follows Sentinels and publishes a {@link dev.cobnut.topology.Topology}.
///
/// Start at {@link dev.cobnut.control.discovery.Discovery}.
@NullMarked
package dev.cobnut.control.discovery;

import org.jspecify.annotations.NullMarked;

/// Follows Sentinels and publishes a {@link dev.cobnut.topology.Topology}.
///
/// {@link dev.cobnut.control.discovery.Discovery} is the door, for any thread. Behind it the watching half
/// ({@link dev.cobnut.control.discovery.SentinelWatch}, {@link dev.cobnut.control.discovery.ReplicaWatch}) waits for
/// others and posts {@link dev.cobnut.control.discovery.News}; the deciding half
/// ({@link dev.cobnut.control.discovery.Following}) waits for nobody. What it decides, it decides purely: Settling,
/// MasterDecision, ReadableReplicas, and by `gate`. May import: `probe`, `gate`, `topology`, `config`, `net`, `resp`. Start
/// at Discovery.
@NullMarked
package dev.cobnut.control.discovery;

import org.jspecify.annotations.NullMarked;

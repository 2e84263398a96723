/// From a stack that exists to its `stack.yml`: facts in, one text and notes out.
///
/// {@link dev.cobnut.adopt.Adoption} is the walk: which file lies on which host ({@link dev.cobnut.adopt.Hosts}), who
/// replicates whom ({@link dev.cobnut.adopt.Families}), what each cache is and what its settings are, and what has no place.
/// {@link dev.cobnut.blueprint.StackText} writes a blueprint down. Pure: files are read by the doctor's readers. May import: `config`,
/// `topology`, `sharding`, `blueprint`, `doctor`. Start at Adoption.
@NullMarked
package dev.cobnut.adopt;

import org.jspecify.annotations.NullMarked;

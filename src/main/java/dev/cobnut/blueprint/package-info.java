/// What a whole stack should be: `stack.yml`, read and thought through, on however many hosts. Pure, but for the reading of the file.
///
/// {@link dev.cobnut.blueprint.StackFile} reads; {@link dev.cobnut.blueprint.Blueprint} is what was read, and derives
/// every process from it; {@link dev.cobnut.blueprint.Survival} says what the death of a host costs;
/// {@link dev.cobnut.blueprint.Rehearsal} moves all of it to one machine; {@link dev.cobnut.blueprint.StackText} writes it down
/// again. May import: `config`, `topology`. Start at StackFile.
@NullMarked
package dev.cobnut.blueprint;

import org.jspecify.annotations.NullMarked;

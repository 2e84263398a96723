/// Every file of every host of a stack, from its blueprint. Pure, but for what writes them.
///
/// A {@link dev.cobnut.render.Rendered} is one file; {@link dev.cobnut.render.Target} says where it goes: real hosts and a
/// rehearsal differ in nothing else. May import: `blueprint`, `config`, `topology`. Start at Rendering.
@NullMarked
package dev.cobnut.render;

import org.jspecify.annotations.NullMarked;

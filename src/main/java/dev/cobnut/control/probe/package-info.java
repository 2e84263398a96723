/// Questions to one node, and strict reading of what it answers: its role, its replication.
///
/// For every room of `control` that has to know what a node says of itself, and for `stack`. Questions block, with a
/// limit of their own; nothing here decides. May import: `topology`, `net`, `resp`; no other room of `control`. Start
/// at
/// {@link dev.cobnut.control.probe.RoleProbe}.
@NullMarked
package dev.cobnut.control.probe;

import org.jspecify.annotations.NullMarked;

/// When requests for a master may be sent, and when they wait.
///
/// Pure: what happened goes in, with its time; questions and verdicts come out. May import: `topology`; no other room of
/// `control`. Start at {@link dev.cobnut.control.gate.Gatekeeper}.
@NullMarked
package dev.cobnut.control.gate;

import org.jspecify.annotations.NullMarked;

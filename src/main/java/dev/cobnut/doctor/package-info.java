/// What is wrong with a stack that exists: facts in, findings out.
///
/// Readers turn files ([dev.cobnut.doctor.FilesReader]) and answers of living processes ([dev.cobnut.doctor.Visit])
/// into [dev.cobnut.doctor.Facts], which are immutable and know where each was found. Rules are rows of one table
/// ([dev.cobnut.doctor.RuleTable]), each with a pure function from facts to what is wrong. Whoever has facts from
/// elsewhere gives them to [dev.cobnut.doctor.Diagnosis] in the same way.
///
/// A stack.yml is a fact, too ([dev.cobnut.doctor.Wanted]); [dev.cobnut.doctor.Drift] is how what runs differs from it.
///
/// May import: `blueprint`, `control/probe`, `vip` (what its files say), `config`, `topology`, `net`, `sharding`, `resp`. Start at
/// {@link dev.cobnut.doctor.Diagnosis}.
@NullMarked
package dev.cobnut.doctor;

import org.jspecify.annotations.NullMarked;

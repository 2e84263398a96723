/// Random clients of every kind at once, on nodes that fail, whose values say whose they are: a reply that reaches the
/// wrong client or the wrong place is found at once.
///
/// Begin with [AttackIT]. A [Campaign] is one configuration; its [Attacker]s live through the rows of [Habit], each with
/// a model of what every reply may be ([Expectation], [Cell]), while [Weather] goes by.
@NullMarked
package dev.cobnut.attack;

import org.jspecify.annotations.NullMarked;

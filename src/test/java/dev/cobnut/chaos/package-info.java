/// What clients notice, and what is lost, when real nodes and Sentinels fail.
@NullMarked
package dev.cobnut.chaos;

import org.jspecify.annotations.NullMarked;

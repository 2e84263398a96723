/// The Redis serialization protocol (RESP) as bytes: where a request or a reply begins and ends, and what
/// each command is (the command table).
///
/// Requests and replies are `from` and `to` in an array, whole or what has come of them; an argument, a name or a key
/// in them is `offset` and `length`.
///
/// May import: the JDK only. Everything that reads network bytes here is resumable at every byte and never
/// allocates from a length it has read. Start at {@link dev.cobnut.resp.RequestScanner},
/// {@link dev.cobnut.resp.Frame} and {@link dev.cobnut.resp.CommandTable}.
@NullMarked
package dev.cobnut.resp;

import org.jspecify.annotations.NullMarked;

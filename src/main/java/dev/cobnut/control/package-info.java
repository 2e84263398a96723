/// The control plane: decides who is master and tells the data plane through `topology`. Runs on virtual
/// threads and may be slow.
///
///     discovery   follows Sentinels, and publishes who is master and who may be read from
///        ├─► gate     decides, purely, when requests for a master wait
///        └─► probe    questions to one node, and strict reading of its answers
///     switchover  has another node made master, as an operator wishes; by discovery and probe
///
/// The chassis of whoever decides lies above the rooms: {@link Decider} is one deciding thread with an inbox
/// ({@link Inbox}), a tick and questions; a {@link Notice} is a line for people. It knows no room; a room may import
/// `probe`, discovery `gate`, and switchover `discovery`.
///
/// Never imports `proxy`. Start at {@link dev.cobnut.control.discovery.Discovery}.
@NullMarked
package dev.cobnut.control;

import org.jspecify.annotations.NullMarked;

/// Who asks: what is known of a client, its replies in the order of its requests, and what makes it special while it is
/// more than a sender of requests: connections of its own, a transaction, watched keys, subscriptions.
///
/// May import: `routing`, `backend`. Start at {@link dev.cobnut.proxy.client.Client}, then
/// {@link dev.cobnut.proxy.client.Session}.
@NullMarked
package dev.cobnut.proxy.client;

import org.jspecify.annotations.NullMarked;

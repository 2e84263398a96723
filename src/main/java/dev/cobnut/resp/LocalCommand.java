package dev.cobnut.resp;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A command that the proxy answers or carries out itself, on some pools at least: one for each row of the
/// command table with the policy [Policy#LOCAL], and the table is refused when either is missing. So a switch
/// over these needs no `default`, and no row is without an answer.
public enum LocalCommand {
    /// Says PONG, or what it is given.
    PING,
    /// Ends the connection, once everything before is answered.
    QUIT,
    /// Says what the shards say of themselves, added up.
    INFO,
    /// Says that the pool is a master.
    ROLE,
    /// Says as whom the client has logged in.
    ACL_WHOAMI,
    /// Gives the client's number at the proxy.
    CLIENT_ID,
    /// Gives the name that the client has chosen.
    CLIENT_GETNAME,
    /// Lets the client choose a name.
    CLIENT_SETNAME,
    /// Takes note of nothing: it tells a server which library the client uses.
    CLIENT_SETINFO,
    /// Leaves replies out, or gives them again.
    CLIENT_REPLY,
    /// Tells the client, or tells it no more, when requests begin to wait for a master, and when they go on.
    CLIENT_MAINT_NOTIFICATIONS,
    /// Logs the client in.
    AUTH,
    /// Chooses the version of the protocol; can log in and choose a name, too.
    HELLO,
    /// Chooses the database.
    SELECT,
    /// Makes the client a new one.
    RESET,
    /// Makes the next transaction fail if one of its keys is changed until then.
    WATCH,
    /// Takes every WATCH back.
    UNWATCH,
    /// Begins a transaction.
    MULTI,
    /// Has the transaction carried out.
    EXEC,
    /// Throws the transaction away.
    DISCARD,
    /// Subscribes to channels.
    SUBSCRIBE,
    /// Ends subscriptions to channels.
    UNSUBSCRIBE,
    /// Subscribes to all channels of some patterns.
    PSUBSCRIBE,
    /// Ends subscriptions to patterns.
    PUNSUBSCRIBE,
    /// Subscribes to channels that are placed on a shard as keys are.
    SSUBSCRIBE,
    /// Ends subscriptions to channels of shards.
    SUNSUBSCRIBE;

    private static final Map<String, LocalCommand> BY_NAME = new HashMap<>();

    static {
        for (LocalCommand each : values()) {
            BY_NAME.put(each.command(), each);
        }
    }

    /// The name of its row: `client|id`.
    String command() {
        return name().toLowerCase(Locale.ROOT).replaceFirst("_", "|");
    }

    /// The one of this name; null when the proxy has no answer of its own to it.
    static @Nullable LocalCommand named(String command) {
        return BY_NAME.get(command);
    }
}

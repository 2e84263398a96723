package dev.cobnut.proxy.backend;

import java.nio.charset.StandardCharsets;

/// What a node remembers of a connection and requests depend on, but for what only one client's own connection can
/// have. A lent connection is brought from one to another by commands in front of the requests.
///
/// @param database that requests run in; negative when nobody knows
/// @param resp3 whether RESP3 is spoken, else RESP2
/// @param name by CLIENT SETNAME; empty for none
public record ConnectionMode(int database, boolean resp3, String name) {

    /// Without a name.
    public ConnectionMode(int database, boolean resp3) {
        this(database, resp3, "");
    }

    /// @param name in ASCII; empty for none
    public static ConnectionMode of(int database, boolean resp3, byte[] name) {
        return new ConnectionMode(database, resp3, text(name));
    }

    private static String text(byte[] name) {
        return name.length == 0 ? "" : new String(name, StandardCharsets.US_ASCII);
    }

    ConnectionMode withDatabase(int other) {
        return new ConnectionMode(other, resp3, name);
    }

    ConnectionMode withResp3(boolean other) {
        return new ConnectionMode(database, other, name);
    }

    /// @param other in ASCII; empty for none
    ConnectionMode withName(byte[] other) {
        return new ConnectionMode(database, resp3, text(other));
    }

    ConnectionMode withoutName() {
        return name.isEmpty() ? this : new ConnectionMode(database, resp3);
    }
}

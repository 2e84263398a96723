package dev.cobnut.attack;

import dev.cobnut.testing.Requests;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The second connection of a client, for what has to happen while the first one waits. Opened when it is needed. For
/// the thread of its client.
final class Aside {
    private final Arena arena;
    private @Nullable Wire wire;
    private int database;

    Aside(Arena arena) {
        this.arena = arena;
    }

    /// Asks in this database, and waits for the reply.
    Reply ask(int inDatabase, String... words) throws IOException {
        if (wire == null) {
            wire = new Wire(arena.port());
            database = 0;
        }
        if (database != inDatabase && !say(wire, "SELECT", "" + inDatabase).isStatus("OK")) {
            return Reply.of('-', "ERR SELECT failed, command not sent");
        }
        database = inDatabase;
        return say(wire, words);
    }

    private Reply say(Wire to, String... words) throws IOException {
        byte[] bytes = Requests.frame(words);
        to.send(bytes, 0, bytes.length);
        arena.count();
        return to.read();
    }

    void close() {
        try {
            if (wire != null) {
                wire.close();
            }
        } catch (IOException _) {
            // It is gone in any case.
        }
        wire = null;
    }
}

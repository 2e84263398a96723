package dev.cobnut.control.probe;

import dev.cobnut.resp.ErrorCode;
import dev.cobnut.resp.RespValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// What a node said when it was asked, by INFO, whether it is a master and of which data.
public sealed interface MasterAnswer {
    /// It is a master, and serves.
    ///
    /// @param fenced whether it refuses all writes, because it is being replaced: see [SwitchMarks]
    /// @param lacking whether it refuses them because fewer replicas follow it than it wants to have
    record Master(History history, boolean fenced, boolean lacking) implements MasterAnswer {
        /// Of one with as many replicas as it wants to have.
        public Master(History history, boolean fenced) {
            this(history, fenced, false);
        }
    }

    /// It is there, and is not to be written to: a replica, still loading its data, or out of connections.
    ///
    /// @param detail for people
    record NotYet(String detail) implements MasterAnswer {}

    /// It is there, and refuses to say: the user may not ask, a script keeps it busy.
    ///
    /// @param detail for people
    record Mute(String detail) implements MasterAnswer {}

    /// It did not answer, or not as a server does.
    ///
    /// @param detail for people
    record Nothing(String detail) implements MasterAnswer {}

    /// Reads the reply to INFO, without a section.
    static MasterAnswer parse(RespValue reply) {
        if (reply instanceof RespValue.ErrorReply error) {
            return parseError(error.text());
        }
        try {
            return switch (ReplicationInfo.parse(reply)) {
                case ReplicationInfo.Master master ->
                    reply.text().contains("\nloading:1")
                            ? new NotYet("it is loading its data")
                            : new Master(History.parse(reply, master), false);
                case ReplicationInfo.Replica replica -> new NotYet("it is a replica of " + replica.master());
                case ReplicationInfo.Nothing nothing -> new Nothing(nothing.why());
            };
        } catch (IOException e) {
            return new Nothing(String.valueOf(e.getMessage()));
        }
    }

    private static MasterAnswer parseError(String text) {
        byte[] line = ("-" + text).getBytes(StandardCharsets.ISO_8859_1);
        ErrorCode code = ErrorCode.of(line, 0, line.length);
        String said = "it says: " + StrictText.printable(text);
        boolean refuses = code != null && code.node() == ErrorCode.Node.CLOSED_TO_US;
        return refuses || code == ErrorCode.LOADING || code == ErrorCode.MASTERDOWN ? new NotYet(said) : new Mute(said);
    }
}

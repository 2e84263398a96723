package dev.cobnut.differential;

import java.util.List;

/// What one side has made of a stream of requests.
///
/// @param commands those that were executed, or were sent to be, with all their arguments; characters stand for bytes
/// @param replies all that came back until the end of the connection
record Understood(List<List<String>> commands, String replies) {
    private static final String ERROR = "-ERR Protocol error: ";

    /// The text of the protocol error that ended it; empty when there was none.
    String error() {
        int at = replies.lastIndexOf(ERROR);
        return at < 0 ? "" : replies.substring(at + ERROR.length()).stripTrailing();
    }

    /// The replies before that error.
    String before() {
        int at = replies.lastIndexOf(ERROR);
        return at < 0 ? replies : replies.substring(0, at);
    }
}

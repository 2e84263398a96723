package dev.cobnut.attack;

import java.util.List;
import java.util.regex.Pattern;

/// One reply of RESP2 or RESP3. A character is one byte.
///
/// @param type its first byte; `_` for every kind of null, `x` for [#LOST]
/// @param text of a value that is not an aggregate
/// @param elements of an aggregate; keys and values in turn for a map
record Reply(char type, String text, List<Reply> elements) {

    /// What comes instead of a reply when the connection ends.
    static final Reply LOST = new Reply('x', "connection lost", List.of());

    static final Reply NIL = new Reply('_', "", List.of());

    /// What an error says of the request it answers.
    enum Fate {
        /// It was not executed.
        NOT_DONE,
        /// It may have been, and may yet be.
        UNKNOWN,
        /// It was answered: with a value, or with an error that is nobody's excuse.
        ANSWERED
    }

    private static final Pattern UNKNOWN = Pattern.compile(".*, outcome unknown( in part)?");
    private static final Pattern NOT_DONE = Pattern.compile("ERR .*, command not sent|EXECABORT .*|ERR not queued: .*"
            + "|READONLY You can't write against a read only replica\\.( script: .*)?|LOADING Redis is loading the dataset in memory"
            + "|MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'\\."
            + "|(ERR )?UNBLOCKED .*|ERR max number of clients reached|ERR Protocol error: invalid bulk length");

    static Reply of(char type, String text) {
        return new Reply(type, text, List.of());
    }

    /// What a server or the proxy says when a node cannot answer. Anything else is an answer.
    Fate fate() {
        if (this == LOST) {
            return Fate.UNKNOWN;
        }
        if (type != '-') {
            return Fate.ANSWERED;
        }
        if (UNKNOWN.matcher(text).matches()) {
            return Fate.UNKNOWN;
        }
        return NOT_DONE.matcher(text).matches() ? Fate.NOT_DONE : Fate.ANSWERED;
    }

    boolean isNull() {
        return type == '_';
    }

    boolean isArray(int size) {
        return type == '*' && elements.size() == size;
    }

    /// Whether it is this bulk string.
    boolean isBulk(String value) {
        return type == '$' && text.equals(value);
    }

    /// Whether it is this status.
    boolean isStatus(String value) {
        return type == '+' && text.equals(value);
    }

    /// The value of an integer; -1 for anything else.
    long number() {
        return type == ':' ? Long.parseLong(text) : -1;
    }

    /// The text of the first element; empty for anything but an aggregate with one.
    String head() {
        return elements.isEmpty() ? "" : elements.getFirst().text();
    }

    /// As [dev.cobnut.testing.RespClient] shows it, cut at 200 characters.
    @Override
    public String toString() {
        String shown = switch (type) {
            case '_' -> "(nil)";
            case '$' -> text;
            case '*', '~', '>', '%' -> type + elements.toString();
            default -> type + text;
        };
        return shown.length() <= 200 ? shown : shown.substring(0, 200) + "... (" + shown.length() + " characters)";
    }
}

package dev.cobnut.resp;

import java.util.Locale;

/// The error replies that have to do with what a command is, without the minus sign and the line end.
///
/// Where Redis has a text for the same mistake, it is that of Redis 7.0. A character is one byte (ISO 8859-1), and no
/// text contains CR or LF, whatever the client sent: it could otherwise write replies of its own.
public final class ErrorText {
    /// The reply to a client that has yet to authenticate.
    public static final String NO_AUTH = "NOAUTH Authentication required.";

    /// The reply to what may write, where clients only read.
    public static final String READ_ONLY = "READONLY You can't write against a read only replica.";

    static final String SYNTAX = "ERR syntax error";
    static final String UNBALANCED_STREAMS =
            "ERR Unbalanced XREAD list of streams: for each stream key an ID or '$' must be specified.";

    /// The reply to SORT with BY or GET where the keys of a pattern may be on other shards than the list.
    public static final String SORT_PATTERN =
            "CROSSSLOT a pattern of SORT names keys that may be on other shards: give the list and what stands before"
                    + " the * a common hash tag, or read them one by one";

    private static final String NOT_AN_INTEGER = "ERR value is not an integer or out of range";
    private static final String POSITIVE_KEY_COUNT = "ERR numkeys should be greater than 0";

    private static final int QUOTED_MAX = 128;

    private ErrorText() {}

    /// The reply to a command whose policy is REFUSED.
    public static String refused(Command command) {
        return "ERR " + command.refusal();
    }

    /// The reply to a command that an ACL, or here the pool's `allow`, does not permit.
    public static String noPermission(Command command) {
        return "NOPERM this user has no permissions to run the '" + command.name() + "' command";
    }

    /// The reply to a RESP2 client with subscriptions that sends anything else.
    public static String inSubscriberMode(Command command) {
        return "ERR Can't execute '" + command.name()
                + "': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context";
    }

    /// The reply to a number of arguments that [Command#arityFits] rejects.
    public static String wrongArity(Command command) {
        return "ERR wrong number of arguments for '" + command.name() + "' command";
    }

    private static String unknownCommand(byte[] frame, RequestCursor args) {
        StringBuilder text = new StringBuilder("ERR unknown command '");
        if (args.next()) {
            quote(text, frame, args.offset(), Math.min(args.length(), QUOTED_MAX));
        }
        text.append("', with args beginning with: ");
        int start = text.length();
        while (text.length() - start < QUOTED_MAX && args.next()) {
            int room = QUOTED_MAX - (text.length() - start);
            text.append('\'');
            quote(text, frame, args.offset(), Math.min(args.length(), room));
            text.append("' ");
        }
        return text.toString();
    }

    /// The reply to a whole request whose command is not known. At most 128 bytes of its name and about as many
    /// of the arguments are repeated.
    public static String unknown(Frame frame) {
        Command container = frame.named();
        if (container != null) {
            return unknownSubcommand(container, frame.bytes(), frame.offset(1), frame.length(1));
        }
        RequestCursor args = new RequestCursor();
        args.begin(frame.bytes(), frame.from(), frame.to());
        return unknownCommand(frame.bytes(), args);
    }

    /// The reply to a container whose argument 1 is none of its subcommands.
    private static String unknownSubcommand(Command container, byte[] bytes, int offset, int length) {
        StringBuilder text = new StringBuilder("ERR unknown subcommand '");
        quote(text, bytes, offset, Math.min(length, QUOTED_MAX));
        return text.append("'. Try ").append(shown(container)).append(" HELP.").toString();
    }

    /// The reply to a request by key that has no key, such as EVAL with 0 keys.
    public static String noKey(Command command) {
        return "ERR " + shown(command) + " needs a key here: without one no shard can be chosen";
    }

    /// The reply to a request whose keys are on more than one shard and which cannot be split.
    public static String keysOnSeveralShards(Command command) {
        return "CROSSSLOT " + shown(command) + " needs all its keys on one shard: give them a common hash tag";
    }

    static String keyCountNotANumber(Command command) {
        return switch (command.keyCount()) {
            case SCRIPT_COUNT, ZSET_COUNT -> NOT_AN_INTEGER;
            case FUNCTION_COUNT -> "ERR Bad number of keys provided";
            case POP_COUNT, COUNT -> POSITIVE_KEY_COUNT;
        };
    }

    static String keyCountTooSmall(Command command) {
        return switch (command.keyCount()) {
            case SCRIPT_COUNT, FUNCTION_COUNT -> "ERR Number of keys can't be negative";
            case ZSET_COUNT -> "ERR at least 1 input key is needed for '" + command.name() + "' command";
            case POP_COUNT, COUNT -> POSITIVE_KEY_COUNT;
        };
    }

    static String keyCountTooLarge(Command command) {
        return switch (command.keyCount()) {
            case SCRIPT_COUNT, FUNCTION_COUNT, COUNT -> "ERR Number of keys can't be greater than number of args";
            case ZSET_COUNT, POP_COUNT -> SYNTAX;
        };
    }

    /// The command's name as people write it: `CONFIG SET`.
    public static String shown(Command command) {
        return command.name().toUpperCase(Locale.ROOT).replace('|', ' ');
    }

    // Like C's %s: ends at a NUL.
    private static void quote(StringBuilder text, byte[] bytes, int offset, int length) {
        for (int i = offset; i < offset + length && bytes[i] != 0; i++) {
            text.append(bytes[i] == '\r' || bytes[i] == '\n' ? ' ' : (char) (bytes[i] & 0xff));
        }
    }
}

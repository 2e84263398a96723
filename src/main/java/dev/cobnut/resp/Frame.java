package dev.cobnut.resp;

import dev.cobnut.resp.OptionGrammar.Meaning;
import dev.cobnut.resp.OptionGrammar.Option;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One request of a client as those see it who decide what becomes of it: its command, its arguments, its keys.
///
/// The request is whole, or has only begun when it is too long to be held. Of one that has begun, only the
/// arguments read whole so far are known, as [#argumentsDone] says; asking for another is refused, and so is
/// whatever needs the whole request.
///
/// Nothing is parsed twice: the scanner remembers where the first arguments stand, and one cursor walks to the
/// others. Walking back begins anew, so ask for arguments in their order. Only [#argument], [#arguments] and [#copy]
/// allocate.
///
/// One for each event loop, for that loop's own thread, and reused: what it says holds until the next [#begin], and
/// only while the bytes stay where they are and the scanner is not reset. Positions are those of the array.
public final class Frame {
    /// `$`, CR and LF around the digits of a length.
    private static final int HEADER_SIGNS = 3;

    private static final int LINE_END = 2;

    private final RequestCursor cursor = new RequestCursor();
    private final KeyFinder keys = new KeyFinder();
    private final OptionWalk options = new OptionWalk();

    private byte[] bytes = new byte[0];
    private int from;
    private int to;
    private RequestScanner scanner = new RequestScanner();
    private int argumentCount;
    private int argumentsDone;

    /// Arguments whose place the scanner has remembered.
    private int remembered;

    /// What argument 0 names.
    private @Nullable Command named;

    /// The same, or what argument 1 names where that has subcommands.
    private @Nullable Command command;

    /// Whether the cursor stands in this request, not in an earlier one.
    private boolean walking;

    /// Takes a request up and looks up its command.
    ///
    /// @param table the commands that there are
    /// @param scanner has read `frame[from .. to)`, and nothing else since it was reset
    public void begin(CommandTable table, RequestScanner scanner, byte[] frame, int from, int to) {
        this.bytes = frame;
        this.from = from;
        this.to = to;
        this.scanner = scanner;
        argumentCount = scanner.argumentCount();
        argumentsDone = scanner.argumentsDone();
        remembered = Math.min(argumentsDone, RequestScanner.REMEMBERED_ARGUMENTS);
        walking = false;
        Command first = argumentsDone == 0 ? null : table.lookup(frame, from + scanner.offset(0), scanner.length(0));
        named = first;
        command = first != null && argumentsDone > 1 && first.isContainer()
                ? first.subcommand(frame, from + scanner.offset(1), scanner.length(1))
                : first;
    }

    // ---- the command ------------------------------------------------------------------------------------------------

    /// The command, or the subcommand where there is one; the container itself while its subcommand has not been read.
    /// Null when nothing of that name is known, see [ErrorText#unknown].
    public @Nullable Command commandIfKnown() {
        return command;
    }

    /// The same, where it has been made sure that it is known.
    ///
    /// @throws IllegalStateException when it is not
    public Command command() {
        Command known = command;
        if (known == null) {
            throw new IllegalStateException("a request of " + argumentCount + " arguments for no known command");
        }
        return known;
    }

    /// The command that argument 0 names, whatever argument 1 is; null when it is unknown.
    @Nullable
    Command named() {
        return named;
    }

    // ---- as bytes ---------------------------------------------------------------------------------------------------

    /// The array that holds the request.
    public byte[] bytes() {
        return bytes;
    }

    /// Where the request begins.
    public int from() {
        return from;
    }

    /// Where the request ends, or what has come of it.
    public int to() {
        return to;
    }

    /// Its bytes, or those that have come.
    public int length() {
        return to - from;
    }

    /// False when the request has only begun.
    public boolean isWhole() {
        return argumentCount > 0 && argumentsDone == argumentCount;
    }

    /// The bytes of the request, or those that have come, in an array of their own.
    public byte[] copy() {
        return Arrays.copyOfRange(bytes, from, to);
    }

    /// Whether these bytes stand anywhere in the whole request.
    ///
    /// @param text one byte or more
    public boolean contains(byte[] text) {
        requireWhole();
        byte first = text[0];
        for (int at = from; at <= to - text.length; at++) {
            if (bytes[at] == first && isAt(at, text)) {
                return true;
            }
        }
        return false;
    }

    // ---- arguments --------------------------------------------------------------------------------------------------

    /// How many arguments the whole request has, the name of the command included.
    public int argumentCount() {
        return argumentCount;
    }

    /// How many of them have been read whole: all, unless the request has only begun.
    public int argumentsDone() {
        return argumentsDone;
    }

    /// Where the bytes of an argument begin.
    ///
    /// @param i from 0, the name of the command, to [#argumentsDone()] - 1
    public int offset(int i) {
        if (i >= 0 && i < remembered) {
            return from + scanner.offset(i);
        }
        seek(i);
        return cursor.offset();
    }

    /// How many bytes an argument has.
    ///
    /// @param i from 0, the name of the command, to [#argumentsDone()] - 1
    public int length(int i) {
        if (i >= 0 && i < remembered) {
            return scanner.length(i);
        }
        seek(i);
        return cursor.length();
    }

    /// Where an argument begins with the header of its length: `$3 CR LF GET CR LF`.
    ///
    /// @param i from 0, the name of the command, to [#argumentsDone()] - 1
    public int argumentStart(int i) {
        // The scanner accepts one spelling of a length only.
        int digits = 1;
        for (int rest = length(i); rest > 9; rest /= 10) {
            digits++;
        }
        return offset(i) - HEADER_SIGNS - digits;
    }

    /// Where an argument ends, its last CR LF included.
    ///
    /// @param i from 0, the name of the command, to [#argumentsDone()] - 1
    public int argumentEnd(int i) {
        return offset(i) + length(i) + LINE_END;
    }

    /// Whether Redis takes an argument for this word, see [RequestCursor#is]; false when there is no such argument.
    ///
    /// @param upperWord letters and digits, in upper case
    public boolean is(int i, String upperWord) {
        return isDone(i) && RequestCursor.is(bytes, offset(i), length(i), upperWord);
    }

    /// An argument as a decimal integer, see [RequestCursor#integer]. `Long.MIN_VALUE` when it is not one, or when
    /// there
    /// is no such argument.
    public long integer(int i) {
        return isDone(i) ? RequestCursor.integer(bytes, offset(i), length(i)) : Long.MIN_VALUE;
    }

    /// Whether an argument begins with these bytes; false when there is no such argument.
    public boolean startsWith(int i, byte[] prefix) {
        return isDone(i) && length(i) >= prefix.length && isAt(offset(i), prefix);
    }

    /// An argument in an array of its own.
    ///
    /// @param i from 0, the name of the command, to [#argumentsDone()] - 1
    public byte[] argument(int i) {
        int first = offset(i);
        return Arrays.copyOfRange(bytes, first, first + length(i));
    }

    /// All arguments of a whole request, each in an array of its own, the name of the command first.
    public byte[][] arguments() {
        requireWhole();
        byte[][] arguments = new byte[argumentCount][];
        for (int i = 0; i < argumentCount; i++) {
            arguments[i] = argument(i);
        }
        return arguments;
    }

    /// Whether a whole request is a write that leaves the same data, and gives the same answer, when it is executed twice in
    /// a row; see [Twice].
    public boolean isSameTwice() {
        return command().twice().isSame(this);
    }

    /// Whether a whole request has the option BLOCK, as XREAD can. The group, the consumer and a stream may be
    /// called so.
    public boolean blocks() {
        Command known = command();
        return known.keys().contains(KeySpec.Searched.STREAMS)
                ? has(OptionGrammar.STREAMS, 1, Meaning.BLOCK)
                : has(OptionGrammar.BLOCK, known.firstKey() + 1, Meaning.BLOCK);
    }

    /// The numbers of the connections that a whole CLIENT TRACKING names by REDIRECT; `Long.MIN_VALUE` for what is
    /// none. Redis takes one at most.
    public long[] redirects() {
        requireWhole();
        long[] numbers = new long[0];
        begin(OptionGrammar.TRACKING, 3);
        for (Option option = options.next(); option != null; option = options.next()) {
            if (option.meaning() == Meaning.CLIENT && cursor.next()) {
                numbers = Arrays.copyOf(numbers, numbers.length + 1);
                numbers[numbers.length - 1] = cursor.integer();
            }
        }
        return numbers;
    }

    private boolean has(OptionGrammar grammar, int from, Meaning meaning) {
        requireWhole();
        begin(grammar, from);
        for (Option option = options.next(); option != null; option = options.next()) {
            if (option.meaning() == meaning) {
                return true;
            }
        }
        return false;
    }

    private void begin(OptionGrammar grammar, int firstOption) {
        walking = true;
        cursor.begin(bytes, from, to);
        options.begin(cursor, grammar, firstOption);
    }

    // ---- keys -------------------------------------------------------------------------------------------------------

    /// Finds the keys of a whole request; [#keys] then has them.
    ///
    /// @return null, or the text of the error reply: the arguments do not say which of them are keys
    public @Nullable String findKeys() {
        requireWhole();
        walking = true;
        cursor.begin(bytes, from, to);
        return keys.find(cursor, command());
    }

    /// What the last [#findKeys] found. Holds until the next one, of whatever request.
    public KeyFinder keys() {
        return keys;
    }

    private void seek(int i) {
        if (!isDone(i)) {
            throw new IndexOutOfBoundsException(
                    "argument " + i + " of " + argumentCount + ", of which " + argumentsDone + " have been read");
        }
        if (!walking || cursor.index() > i) {
            walking = true;
            cursor.begin(bytes, from, to);
        }
        cursor.seek(i);
    }

    private boolean isDone(int i) {
        return i >= 0 && i < argumentsDone;
    }

    private boolean isAt(int at, byte[] text) {
        return Arrays.equals(bytes, at, at + text.length, text, 0, text.length);
    }

    private void requireWhole() {
        if (!isWhole()) {
            throw new IllegalStateException(
                    "a request that is not whole: " + argumentsDone + " of " + argumentCount + " arguments");
        }
    }
}

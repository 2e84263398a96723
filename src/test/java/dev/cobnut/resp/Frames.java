package dev.cobnut.resp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.cobnut.testing.Requests;
import java.util.ArrayList;
import java.util.List;

/// Requests in a readable form, and what the command table says of them; a character is one byte.
final class Frames {
    private Frames() {}

    /// What `line` means with its words as arguments; `""` is the empty argument.
    static String[] words(String line) {
        String[] words = line.split(" ", -1);
        for (int i = 0; i < words.length; i++) {
            words[i] = words[i].equals("\"\"") ? "" : words[i];
        }
        return words;
    }

    /// The command or subcommand that these arguments name.
    static Command command(String... arguments) {
        byte[] name = arguments[0].getBytes(ISO_8859_1);
        Command command = CommandTable.builtIn().lookup(name, 0, name.length);
        if (command == null) {
            throw new AssertionError("unknown: " + arguments[0]);
        }
        if (command.isContainer() && arguments.length > 1) {
            byte[] second = arguments[1].getBytes(ISO_8859_1);
            Command subcommand = command.subcommand(second, 0, second.length);
            if (subcommand == null) {
                throw new AssertionError("unknown: " + arguments[0] + " " + arguments[1]);
            }
            return subcommand;
        }
        return command;
    }

    /// A cursor before the first argument of the frame in `bytes[from .. to)`.
    static RequestCursor cursor(byte[] bytes, int from, int to) {
        RequestCursor cursor = new RequestCursor();
        cursor.begin(bytes, from, to);
        return cursor;
    }

    /// A request as it is taken up for the program's own table.
    static Frame begin(byte[] request) {
        RequestScanner scanner = new RequestScanner();
        scanner.feed(request, 0, request.length);
        Frame frame = new Frame();
        frame.begin(CommandTable.builtIn(), scanner, request, 0, request.length);
        return frame;
    }

    /// The keys that the finder sees, or one element with its error.
    static List<String> keys(String... arguments) {
        byte[] frame = Requests.frame(arguments);
        KeyFinder finder = new KeyFinder();
        String error = finder.find(cursor(frame, 0, frame.length), command(arguments));
        if (error != null) {
            return List.of(error);
        }
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < finder.count(); i++) {
            keys.add(new String(frame, finder.offset(i), finder.length(i), ISO_8859_1));
        }
        return keys;
    }
}

package dev.cobnut.differential;

import dev.cobnut.resp.Command;
import dev.cobnut.resp.CommandTable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One request, and how alike its replies must be. A character is one byte.
record Step(List<String> arguments, Likeness likeness) {
    Step {
        arguments = List.copyOf(arguments);
    }

    static Step of(String... arguments) {
        return new Step(List.of(arguments), Likeness.EXACT);
    }

    /// Null when nobody knows it.
    @Nullable
    Command command() {
        byte[] name = arguments.getFirst().getBytes(StandardCharsets.ISO_8859_1);
        Command command = CommandTable.builtIn().lookup(name, 0, name.length);
        if (command != null && command.isContainer() && arguments.size() > 1) {
            byte[] second = arguments.get(1).getBytes(StandardCharsets.ISO_8859_1);
            return command.subcommand(second, 0, second.length);
        }
        return command;
    }

    /// The command's name as in the command table, or empty when it is not known or its number of arguments is wrong.
    String name() {
        Command command = command();
        return command == null || !command.arityFits(arguments.size()) ? "" : command.name();
    }

    /// In lower case; empty when there is none.
    String argument(int index) {
        return index < arguments.size() ? arguments.get(index).toLowerCase(Locale.ROOT) : "";
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (String argument : arguments) {
            text.append(text.isEmpty() ? "" : " ").append(escaped(argument));
        }
        return text.toString();
    }

    /// In printable ASCII, cut at 300 characters.
    static String escaped(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (out.length() > 300) {
                out.append("...");
                break;
            }
            switch (c) {
                case '\r' -> out.append("\\r");
                case '\n' -> out.append("\\n");
                case '"' -> out.append("\\\"");
                default -> out.append(c >= ' ' && c < 0x7f ? c : String.format("\\x%02x", (int) c));
            }
        }
        return out.append('"').toString();
    }
}

package dev.cobnut.resp;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Every command that a pool knows, by name. The rows are in `commands.txt` beside this class, whose head explains
/// the columns. Immutable; any thread may look up.
///
/// ```
///   frame.begin(table, scanner, bytes, from, to)   looks up argument 0, and argument 1 of a container
///   frame.commandIfKnown()                         null: ErrorText.unknown
///   command.arityFits(argc)                        or ErrorText.wrongArity
///   command.policy(oneShard)
/// ```
public final class CommandTable {
    private static final String RESOURCE = "commands.txt";
    private static final CommandTable BUILT_IN = load();

    private final Map<String, Command> byName;
    private final NameIndex index;

    private CommandTable(Map<String, Command> byName) {
        this.byName = Collections.unmodifiableMap(byName);
        this.index = new NameIndex(byName);
    }

    /// The table that comes with the program.
    public static CommandTable builtIn() {
        return BUILT_IN;
    }

    /// This table and further commands, whose names it does not know.
    public CommandTable with(List<Command> declared) {
        if (declared.isEmpty()) {
            return this;
        }
        Map<String, Command> commands = new LinkedHashMap<>(byName);
        declared.forEach(command -> commands.put(command.name(), command));
        return new CommandTable(commands);
    }

    /// The command of this name, without regard to ASCII case; null when it is unknown. Neither allocates nor reads
    /// more than the longest known name.
    public @Nullable Command lookup(byte[] bytes, int offset, int length) {
        return index.get(bytes, offset, length);
    }

    /// The command or `container|subcommand` of this name in lower case; null when it is unknown. For people and
    /// tests; requests are looked up by their bytes.
    public @Nullable Command named(String name) {
        int bar = name.indexOf('|');
        if (bar < 0) {
            return byName.get(name);
        }
        Command container = byName.get(name.substring(0, bar));
        byte[] rest = name.substring(bar + 1).getBytes(StandardCharsets.UTF_8);
        return container == null ? null : container.subcommand(rest, 0, rest.length);
    }

    /// All commands in the order of the table, without the subcommands.
    public Collection<Command> commands() {
        return byName.values();
    }

    private static CommandTable load() {
        try (InputStream in = CommandTable.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE + " is missing from the class path: build again");
            }
            return parse(new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))
                            .lines()
                            .toList())
                    .complete();
        } catch (IOException e) {
            throw new UncheckedIOException(RESOURCE, e);
        }
    }

    /// This table, if it is one that the program can work with: whatever the proxy answers itself has a row.
    ///
    /// @throws IllegalStateException naming what is missing
    CommandTable complete() {
        for (LocalCommand local : LocalCommand.values()) {
            Command command = named(local.command());
            if (command == null || command.local() == null) {
                throw new IllegalStateException(
                        RESOURCE + ": no row " + local.command() + " with the policy local, which LocalCommand has");
            }
        }
        return this;
    }

    /// Reads the lines of a table.
    ///
    /// @throws IllegalArgumentException naming the line that is wrong
    static CommandTable parse(List<String> lines) {
        Map<String, CommandRow> rows = new LinkedHashMap<>();
        Map<String, Map<String, Command>> subcommands = new LinkedHashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            try {
                CommandRow row = CommandRow.parse(line);
                if (rows.putIfAbsent(row.name(), row) != null) {
                    throw new IllegalArgumentException(row.name() + " is listed twice");
                }
                int bar = row.name().indexOf('|');
                if (bar >= 0) {
                    subcommands
                            .computeIfAbsent(row.name().substring(0, bar), _ -> new LinkedHashMap<>())
                            .put(row.name().substring(bar + 1), row.command(Map.of()));
                }
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(RESOURCE + ":" + (i + 1) + ": " + e.getMessage(), e);
            }
        }
        Map<String, Command> commands = new LinkedHashMap<>();
        for (CommandRow row : rows.values()) {
            if (row.name().indexOf('|') < 0) {
                commands.put(row.name(), row.command(subcommands.getOrDefault(row.name(), Map.of())));
            }
        }
        for (String container : subcommands.keySet()) {
            if (!commands.containsKey(container)) {
                throw new IllegalArgumentException(RESOURCE + ": " + container + " has subcommands but no row");
            }
        }
        return new CommandTable(commands);
    }
}

package dev.cobnut.proxy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.resp.Command;
import dev.cobnut.resp.CommandTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Every row of the command table, in every [Situation], takes the way that `routes.txt` says. The file was written and
/// is read by people; after a change that is meant, `-Ddocs.write=true` writes it anew, as it does documents.
class RouteTest {
    private static final Path FILE = Path.of("src/test/resources/dev/cobnut/proxy/routing/routes.txt");
    private static final String HOW = "./mvnw -q -B test -Dtest=RouteTest -Ddocs.write=true";

    @Test
    void everyCommandTakesTheWayThatTheFileSays() throws IOException {
        List<String> file = Files.readAllLines(FILE);
        List<String> head =
                file.stream().takeWhile(line -> line.startsWith("#")).toList();
        List<String> actual = Stream.concat(head.stream().limit(Math.max(0, head.size() - 1)), table().stream())
                .toList();
        if (Boolean.getBoolean("docs.write")) {
            Files.write(FILE, actual);
            return;
        }
        List<String> differences = new ArrayList<>();
        for (String line : actual) {
            if (!file.contains(line)) {
                differences.add("is:        " + line);
            }
        }
        for (String line : file) {
            if (!actual.contains(line)) {
                differences.add("should be: " + line);
            }
        }
        assertThat(differences)
                .as("lines that differ from %s; to write it anew: %s", FILE, HOW)
                .isEmpty();
        assertThat(actual).as("the order").isEqualTo(file);
    }

    @Test
    void aContainerWithoutItsSubcommandIsRefused() {
        try (TestPool pool = new TestPool(3).allow("all")) {
            for (Command command : CommandTable.builtIn().commands()) {
                if (command.isContainer() && !command.arityFits(1)) {
                    String name = command.name();
                    assertThat(Checks.refusal(pool.frame(name), pool.front(), Asker.PLAIN))
                            .isEqualTo("ERR wrong number of arguments for '" + name + "' command");
                    assertThat(Checks.refusal(pool.frame(name, "NOSUCH"), pool.front(), Asker.PLAIN))
                            .startsWith("ERR unknown subcommand 'NOSUCH'. Try ");
                }
            }
        }
    }

    @Test
    void choosingChangesNothing() {
        Routing routing = new Routing();
        for (Situation situation : Situation.ALL) {
            try (TestPool pool = situation.pool()) {
                for (Command command : Samples.rows()) {
                    String first = situation.way(routing, pool, command);
                    assertThat(situation.way(routing, pool, command))
                            .as("%s: %s", situation, command)
                            .isEqualTo(first);
                }
            }
        }
    }

    /// The heading, and one line for each command.
    private static List<String> table() {
        List<Command> rows = Samples.rows();
        List<List<String>> columns = new ArrayList<>();
        List<String> names = new ArrayList<>(List.of("# command"));
        rows.forEach(row -> names.add(row.name()));
        columns.add(names);
        Routing routing = new Routing();
        for (Situation situation : Situation.ALL) {
            List<String> column = new ArrayList<>(List.of(situation.column()));
            try (TestPool pool = situation.pool()) {
                rows.forEach(row -> column.add(situation.way(routing, pool, row)));
            }
            columns.add(column);
        }
        List<String> lines = new ArrayList<>();
        for (int line = 0; line <= rows.size(); line++) {
            StringBuilder text = new StringBuilder();
            for (List<String> column : columns) {
                int width = column.stream().mapToInt(String::length).max().orElseThrow();
                text.append(String.format("%-" + (width + 1) + "s", column.get(line)));
            }
            lines.add(text.toString().stripTrailing());
        }
        return lines;
    }
}

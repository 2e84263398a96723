package dev.cobnut.proxy.routing;

import dev.cobnut.resp.Command;
import dev.cobnut.testing.DocSection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// What becomes of each command in a few situations, for people. [Routing] itself says it.
class RoutesDocTest {
    /// More are not named.
    private static final int NAMED_MAX = 12;

    private static final List<Situation> COLUMNS = List.of(
            Situation.ONE,
            Situation.ONE_MULTI,
            Situation.THREE,
            Situation.APART,
            Situation.THREE_MULTI,
            Situation.THREE_THERE);

    @Test
    void theTableOfWaysSaysWhatRoutingDoes() {
        Map<List<String>, List<Command>> groups = new LinkedHashMap<>();
        Routing routing = new Routing();
        List<TestPool> pools = COLUMNS.stream().map(Situation::pool).toList();
        for (Command command : Samples.rows()) {
            List<String> ways = new ArrayList<>();
            for (int i = 0; i < pools.size(); i++) {
                ways.add(shown(COLUMNS.get(i).way(routing, pools.get(i), command)));
            }
            groups.computeIfAbsent(ways, _ -> new ArrayList<>()).add(command);
        }
        pools.forEach(TestPool::close);
        StringBuilder text = new StringBuilder();
        text.append("| commands | one shard | inside MULTI | several shards | keys on several of them")
                .append(" | inside MULTI, before a key | inside MULTI, after a key |\n");
        text.append("| --- | --- | --- | --- | --- | --- | --- |\n");
        groups.entrySet().stream()
                .sorted(Comparator.comparingInt(group -> -group.getValue().size()))
                .forEach(group -> text.append("| ")
                        .append(names(group.getValue()))
                        .append(" | ")
                        .append(String.join(" | ", group.getKey()))
                        .append(" |\n"));
        DocSection.check("docs/compatibility.md", "ways", text.toString());
    }

    /// A way as `routes.txt` has it, in words. Shard 1 is that of the keys, and of the transaction.
    private static String shown(String way) {
        return switch (way) {
            case "lane", "lane:1" -> "shared";
            case "lane:0" -> "shared, any shard";
            case "own", "own:1", "each" -> "own";
            case "own:0" -> "own, any shard";
            case "own?", "own?:1" -> "own if free";
            case "own!" -> "own, at once";
            case "keep" -> "own, kept";
            case "each:012" -> "own, each shard";
            case "each:1" -> "own, its shard";
            case "split:12" -> "split";
            case "every" -> "every shard";
            case "here" -> "the proxy";
            case "alone" -> "the proxy, alone";
            case "bind:1" -> "begins there";
            case "ERR" -> "refused";
            case "CROSSSLOT" -> "`CROSSSLOT`";
            case "-" -> "";
            default -> throw new AssertionError("a way without words: " + way);
        };
    }

    /// All of a few; of many those with the shortest names, which are the best known.
    private static String names(List<Command> commands) {
        List<String> names = commands.stream()
                .map(command -> command.name().toUpperCase(Locale.ROOT).replace('|', ' '))
                .sorted(Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder()))
                .toList();
        if (names.size() <= NAMED_MAX) {
            return names.stream().sorted().collect(Collectors.joining(", "));
        }
        String few = names.stream().limit(NAMED_MAX / 2).sorted().collect(Collectors.joining(", "));
        return few + " and " + (names.size() - NAMED_MAX / 2) + " more";
    }
}

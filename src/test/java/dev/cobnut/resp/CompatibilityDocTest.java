package dev.cobnut.resp;

import dev.cobnut.testing.DocSection;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CompatibilityDocTest {
    private static final String LATER = " is not supported yet: ";
    private static final String NEVER = " is not supported: ";

    @Test
    void commandSectionSaysWhatTheTableSays() {
        StringBuilder text = new StringBuilder();
        text.append("| what a pool does | commands |\n| --- | --- |\n");
        row(text, "Sends it to the shard of its keys, which must all be on one shard", Policy.FORWARD, false);
        row(text, "The same, for commands of modules", Policy.FORWARD, true);
        row(text, "Sends it to any shard, since all give the same answer", Policy.FORWARD_ANY, false);
        row(text, "The same, for commands of modules", Policy.FORWARD_ANY, true);
        row(text, "Splits it by shard and puts the values into the order of the keys", Policy.SPLIT_MGET, false);
        row(text, "Splits it by shard, OK when every part is OK", Policy.SPLIT_MSET, false);
        row(text, "Splits it by shard and adds the numbers up", Policy.SPLIT_SUM, false);
        row(text, "Sends it to every shard and adds the numbers up", Policy.ALL_SUM, false);
        row(text, "Answers it itself (INFO after asking every shard)", Policy.LOCAL, false);
        text.append("\nNot served yet; the reply is `ERR NAME is not supported yet: REASON`:\n\n");
        reasons(text, LATER);
        text.append("\nRefused for good; the reply is `ERR NAME is not supported: REASON`:\n\n");
        reasons(text, NEVER);
        DocSection.check("docs/compatibility.md", "commands", text.toString());
    }

    private static void row(StringBuilder text, String what, Policy policy, boolean ofModules) {
        List<String> names = names(command -> command.policy() == policy && isOfModule(command) == ofModules);
        text.append("| ").append(what).append(" | ").append(joined(names)).append(" |\n");
    }

    private static void reasons(StringBuilder text, String phrase) {
        Map<String, List<String>> byReason = new TreeMap<>();
        for (Command command : all()) {
            int at = command.refusal().indexOf(phrase);
            if (at >= 0) {
                byReason.computeIfAbsent(command.refusal().substring(at + phrase.length()), _ -> new ArrayList<>())
                        .add(shown(command));
            }
        }
        text.append("| reason | commands |\n| --- | --- |\n");
        byReason.forEach((reason, names) -> text.append("| ")
                .append(reason)
                .append(" | ")
                .append(joined(names))
                .append(" |\n"));
    }

    private static List<String> names(Predicate<Command> wanted) {
        return all().stream().filter(wanted).map(CompatibilityDocTest::shown).toList();
    }

    private static List<Command> all() {
        List<Command> all = new ArrayList<>();
        for (Command command : CommandTable.builtIn().commands()) {
            all.add(command);
            all.addAll(command.subcommands());
        }
        return all;
    }

    private static boolean isOfModule(Command command) {
        return command.name().indexOf('.') >= 0;
    }

    private static String shown(Command command) {
        return command.name().toUpperCase(Locale.ROOT).replace('|', ' ');
    }

    private static String joined(List<String> names) {
        return names.stream().sorted().collect(Collectors.joining(", "));
    }
}

package dev.cobnut.resp;

import dev.cobnut.testing.DocSection;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CompatibilityDocTest {
    @Test
    void commandSectionSaysWhatTheTableSays() {
        StringBuilder text = new StringBuilder();
        text.append("On a pool of one shard:\n\n");
        policies(text, true);
        text.append("\nOn a pool of several shards:\n\n");
        policies(text, false);
        text.append("\nRefused there; the reply is `ERR NAME is not supported ...: REASON`:\n\n");
        reasons(text);
        text.append("\nDangerous: refused on every pool with Redis' own `NOPERM` unless its `allow` opens them:\n\n");
        text.append(joined(names(Command::dangerous))).append('\n');
        text.append("\nWhat else a pool goes by:\n\n");
        facts(text);
        DocSection.check("docs/compatibility.md", "commands", text.toString());
    }

    private static void policies(StringBuilder text, boolean oneShard) {
        text.append("| the pool | commands |\n| --- | --- |\n");
        for (Policy policy : Policy.values()) {
            List<String> names = names(command -> command.policy(oneShard) == policy && !command.isContainer());
            if (!names.isEmpty() && (oneShard || policy != Policy.REFUSED)) {
                text.append("| ").append(policy.sentence()).append(" | ");
                text.append(joined(names)).append(" |\n");
            }
        }
    }

    private static void facts(StringBuilder text) {
        text.append("| | commands |\n| --- | --- |\n");
        for (CommandFlag flag : EnumSet.range(CommandFlag.CHANGES_OTHERS, CommandFlag.IDENTITY)) {
            text.append("| ").append(flag.help()).append(" | ");
            text.append(joined(names(command -> command.is(flag)))).append(" |\n");
        }
    }

    private static void reasons(StringBuilder text) {
        Map<String, List<String>> byReason = new TreeMap<>();
        for (Command command : all()) {
            int at = command.refusal().indexOf(": ");
            if (at >= 0) {
                byReason.computeIfAbsent(command.refusal().substring(at + 2), _ -> new ArrayList<>())
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

    private static String shown(Command command) {
        return command.name().toUpperCase(Locale.ROOT).replace('|', ' ');
    }

    private static String joined(List<String> names) {
        return names.stream().sorted().collect(Collectors.joining(", "));
    }
}

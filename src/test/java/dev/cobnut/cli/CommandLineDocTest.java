package dev.cobnut.cli;

import static java.util.Objects.requireNonNull;

import dev.cobnut.testing.DocSection;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

class CommandLineDocTest {

    @ParameterizedTest
    @CsvSource({
        "proxy, docs/operating/proxy.md",
        "up, docs/operating/stack.md",
        "status, docs/operating/proxy.md",
        "agent, docs/operating/agent.md",
        "doctor, docs/operating/doctor.md",
        "import, docs/operating/importing.md",
        "plan, docs/operating/stack-file.md",
        "render, docs/operating/rendering.md"
    })
    void tableOfOptionsSaysWhatTheCommandTakes(String command, String file) {
        Map<String, CommandLine> commands = Main.commandLine().getSubcommands();
        CommandSpec spec = requireNonNull(commands.get(command), command).getCommandSpec();
        StringBuilder text = new StringBuilder("| option | what it does |\n| --- | --- |\n");
        for (PositionalParamSpec parameter : spec.positionalParameters()) {
            row(text, parameter.paramLabel(), "", parameter.description());
        }
        for (OptionSpec option : spec.options()) {
            String label = option.arity().max() == 0 ? "" : " " + option.paramLabel();
            row(text, String.join(", ", option.names()), label, option.description());
        }
        DocSection.check(file, command + " options", text.toString());
    }

    private static void row(StringBuilder text, String names, String label, String[] description) {
        text.append("| `")
                .append(names)
                .append(label)
                .append("` | ")
                .append(String.join(" ", description))
                .append(" |\n");
    }
}

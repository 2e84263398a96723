package dev.cobnut.cli;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.blueprint.PlanReport;
import dev.cobnut.blueprint.StackFile;
import dev.cobnut.blueprint.Survival;
import dev.cobnut.config.ConfigException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `cobnut plan`: what follows from a stack.yml, before anything is done.
@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        exitCodeOnInvalidInput = 1,
        description = "Shows what a stack.yml puts where, and what the death of each host costs. Does nothing.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {" 0:the file is good", " 1:it is not; every problem is told with its line"})
@SuppressWarnings("NullAway.Init") // picocli sets the fields before anything else
final class PlanCommand implements Callable<Integer> {
    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            defaultValue = "stack.yml",
            description = "the description of the stack (default: ${DEFAULT-VALUE})")
    private Path file;

    @Option(names = "--check", description = "only say what is wrong with the file")
    private boolean check;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Blueprint blueprint;
        try {
            blueprint = StackFile.read(file);
        } catch (ConfigException e) {
            spec.commandLine().getErr().println(e.getMessage());
            return 1;
        }
        if (!check) {
            lines(blueprint).forEach(out::println);
        }
        return 0;
    }

    static List<String> lines(Blueprint blueprint) {
        PlanReport report = new PlanReport(blueprint);
        List<String> lines = new ArrayList<>();
        lines.add(report.summary());
        lines.addAll(Table.aligned(report.rows()));
        lines.add("");
        lines.addAll(new Survival(blueprint).lines());
        if (!report.warnings().isEmpty()) {
            lines.add("");
            report.warnings().forEach(warning -> lines.add("warning: " + warning));
        }
        return lines;
    }
}

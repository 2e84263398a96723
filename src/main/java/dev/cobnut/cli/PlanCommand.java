package dev.cobnut.cli;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.blueprint.PlanReport;
import dev.cobnut.blueprint.Survival;
import dev.cobnut.config.BadValue;
import dev.cobnut.config.ConfigException;
import dev.cobnut.config.Json;
import dev.cobnut.doctor.Facts;
import dev.cobnut.doctor.LiveReport;
import dev.cobnut.render.RenderableStack;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `cobnut plan`: what follows from a stack.yml, before anything is done; with `--live`, how what runs differs from it.
@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        exitCodeOnInvalidInput = 1,
        sortOptions = false,
        description = {
            "Shows what a stack.yml puts where, and what the death of each host costs. Does nothing.",
            "With --live it asks every server, Sentinel and proxy of the file, and shows what is otherwise."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            " 0:the file is good; with --live: what runs is as it says",
            " 1:it is not good, every problem is told with its line; or the command line is wrong",
            " 2:with --live: what runs differs",
            " 3:with --live: nothing differs of what could be seen, and something could not"
        })
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

    @Option(names = "--live", description = "compare with what runs; logins are those below passwords:")
    private boolean live;

    @Option(
            names = "--output",
            paramLabel = "FORM",
            defaultValue = "text",
            description = "text or json (default: ${DEFAULT-VALUE})")
    private String output;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        if (!output.equals("text") && !output.equals("json")) {
            throw new ParameterException(spec.commandLine(), "--output " + output + " (expected: text or json)");
        }
        if (check && live) {
            throw new ParameterException(spec.commandLine(), "--check and --live (expected: one of both)");
        }
        PrintWriter out = spec.commandLine().getOut();
        Blueprint blueprint;
        try {
            blueprint = RenderableStack.read(file);
        } catch (ConfigException e) {
            spec.commandLine().getErr().println(e.getMessage());
            return 1;
        }
        if (check) {
            return 0;
        }
        LiveReport found = null;
        if (live) {
            try {
                found = look(file, blueprint);
            } catch (BadValue e) {
                spec.commandLine().getErr().println("cobnut plan: passwords: " + e.getMessage());
                return LiveReport.BLIND;
            }
        }
        if (output.equals("json")) {
            StringBuilder json = new StringBuilder();
            Json.value(json, fields(blueprint, found));
            out.println(json);
        } else {
            (found == null ? lines(blueprint) : lines(blueprint, found)).forEach(out::println);
        }
        return found == null ? 0 : found.exitCode();
    }

    private static LiveReport look(Path file, Blueprint blueprint) throws BadValue, InterruptedException {
        Facts.Collector facts = new Facts.Collector();
        LiveStack stack = new LiveStack(facts);
        stack.add(file, blueprint);
        stack.look(
                SecretPlace.login(blueprint.secrets().sentinel()),
                SecretPlace.login(blueprint.secrets().redis()));
        return new LiveReport(facts.facts());
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

    private static List<String> lines(Blueprint blueprint, LiveReport found) {
        List<String> lines = new ArrayList<>();
        lines.add(new PlanReport(blueprint).summary());
        lines.addAll(Table.aligned(found.table()));
        lines.addAll(found.lines());
        return lines;
    }

    private static Map<String, @Nullable Object> fields(Blueprint blueprint, @Nullable LiveReport found) {
        PlanReport report = new PlanReport(blueprint);
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("stack", blueprint.name());
        fields.put("services", report.services());
        fields.put("survival", new Survival(blueprint).lines());
        fields.put("warnings", report.warnings());
        if (found != null) {
            fields.putAll(found.fields());
        }
        return fields;
    }
}

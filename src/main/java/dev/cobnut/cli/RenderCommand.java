package dev.cobnut.cli;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.config.BadValue;
import dev.cobnut.config.ConfigException;
import dev.cobnut.render.Passwords;
import dev.cobnut.render.RenderableStack;
import dev.cobnut.render.Rendered;
import dev.cobnut.render.Rendering;
import dev.cobnut.render.SecretLookup;
import dev.cobnut.render.Target;
import dev.cobnut.render.Writer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `cobnut render`: every file of every host, from a stack.yml.
@Command(
        name = "render",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        exitCodeOnInvalidInput = 1,
        description = {
            "Writes every file of every host of a stack.yml below a folder: DIR/HOST/etc/…, and what belongs to no host below"
                    + " DIR/shared. Files that somebody has changed are left alone, and their difference is shown.",
            "Servers and Sentinels that run keep their own files: where one answers, the commands that bring it to what the"
                    + " file says are shown; where none does, those since the last rendering are added to .commands"
                    + " files beside the files."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            " 0:everything is written, or was there",
            " 1:the file or an option is bad, or something could not be written",
            " 4:a file was changed by hand, and is as it was; all others are written"
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields before anything else
final class RenderCommand implements Callable<Integer> {
    private static final int CHANGED_BY_HAND = 4;

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            defaultValue = "stack.yml",
            description = "the description of the stack (default: ${DEFAULT-VALUE})")
    private Path file;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "DIR",
            required = true,
            description = "the folder of all that is rendered; it is made if it is not there")
    private Path folder;

    @Option(names = "--host", paramLabel = "HOST", description = "only what belongs to this host (default: all)")
    private @Nullable String host;

    @Option(
            names = "--only",
            paramLabel = "KIND",
            split = ",",
            description = "only these kinds of files: ${COMPLETION-CANDIDATES} (default: all)")
    private @Nullable List<Rendering.Kind> only;

    @Option(names = "--force", description = "write files that were changed by hand, too")
    private boolean force;

    @Option(names = "--offline", description = "do not ask servers and Sentinels that may run already")
    private boolean offline;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        try {
            Blueprint blueprint = RenderableStack.read(file);
            if (host != null
                    && blueprint.hosts().stream().noneMatch(each -> each.name().equals(host))) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--host " + BadValue.quote(host) + " is no host of " + file + " (expected one of: "
                                + String.join(
                                        ", ",
                                        blueprint.hosts().stream()
                                                .map(Blueprint.Host::name)
                                                .toList()) + ")");
            }
            Set<Rendering.Kind> kinds = only == null ? EnumSet.allOf(Rendering.Kind.class) : EnumSet.copyOf(only);
            boolean servers = kinds.contains(Rendering.Kind.REDIS) || kinds.contains(Rendering.Kind.SENTINEL);
            // Whoever renders for a shop only need not know what servers ask for.
            Passwords passwords = servers ? Passwords.read(blueprint.secrets(), file) : Passwords.NONE;
            List<Rendered> files =
                    new ArrayList<>(Rendering.of(blueprint, Target.SYSTEM, passwords, SecretLookup.HERE, kinds));
            files.removeIf(each -> host != null && !host.equals(each.host()));
            List<Writer.Outcome> outcomes = Writer.write(folder, files, this::isMissed, force);
            Running running = servers && !offline ? Running.ask(blueprint, host, passwords) : Running.NOBODY;
            RenderReport report = new RenderReport(blueprint, folder, outcomes, running);
            report.appendCommands();
            report.lines(file, host, only == null).forEach(out::println);
            boolean left = outcomes.stream().anyMatch(each -> each.fate() == Writer.Fate.LEFT);
            return left ? CHANGED_BY_HAND : 0;
        } catch (ConfigException | IOException e) {
            err.println(e.getMessage());
            return 1;
        }
    }

    /// Whether a file of an earlier rendering had to be in this one, too.
    private boolean isMissed(String path) {
        return only == null && (host == null || path.startsWith(host + "/"));
    }
}

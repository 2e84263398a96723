package dev.cobnut.cli;

import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/// The program. The only place that ends the process: commands return what it exits with.
@Command(
        name = "cobnut",
        description = "Sharded, Sentinel-managed Redis behind one program.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        exitCodeOnInvalidInput = 1,
        subcommands = {
            UpCommand.class,
            StatusCommand.class,
            FailoverCommand.class,
            InitCommand.class,
            PlanCommand.class,
            RenderCommand.class,
            ImportCommand.class,
            DoctorCommand.class,
            ProxyCommand.class,
            VipCommand.class,
            AgentCommand.class
        })
public final class Main implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything else
    private CommandSpec spec;

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /// Runs one command.
    ///
    /// @param out gets what people read
    /// @param err gets what went wrong
    /// @return what the process would exit with
    public static int run(PrintWriter out, PrintWriter err, String... arguments) {
        return commandLine().setOut(out).setErr(err).execute(arguments);
    }

    /// The command line with all its commands, as tests use it.
    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((refusal, _) -> refuse(refusal));
    }

    /// Whoever does not know the options is shown all; whoever only gave one a bad value is told which. A supervisor that starts it
    /// again and again would fill a log with them.
    private static int refuse(ParameterException refusal) {
        CommandLine command = refusal.getCommandLine();
        PrintWriter err = command.getErr();
        err.println(refusal.getMessage());
        if (refusal instanceof UnmatchedArgumentException || refusal instanceof MissingParameterException) {
            if (!UnmatchedArgumentException.printSuggestions(refusal, err)) {
                command.usage(err);
            }
        } else {
            err.println("(all options: " + command.getCommandSpec().qualifiedName() + " --help)");
        }
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    @Override
    public void run() {
        throw new MissingParameterException(spec.commandLine(), List.of(), "no command (expected one of those below)");
    }
}

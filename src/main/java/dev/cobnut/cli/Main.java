package dev.cobnut.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

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
        return new CommandLine(new Main()).setCaseInsensitiveEnumValuesAllowed(true);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "no command (expected one of those below)");
    }
}

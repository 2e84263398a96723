package dev.cobnut.cli;

import dev.cobnut.config.BadValue;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `cobnut vip status`: whether an address is carried here, and why.
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        exitCodeOnInvalidInput = 1,
        description = "Shows whether addresses are carried here, why, and what the checks say.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields before anything else
final class VipStatusCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--vip",
            paramLabel = "HOST:PORT",
            defaultValue = VipCommand.STATS,
            description = "page of the cobnut vip that is asked (default: ${DEFAULT-VALUE})")
    private String vip;

    /// Asks once and prints.
    ///
    /// @return 1 when nothing answers, or with something else
    @Override
    public Integer call() {
        VipCommand.refuseOptionsBefore(spec);
        try {
            VipPage.ask(vip).picture().forEach(spec.commandLine().getOut()::println);
            return 0;
        } catch (IOException | BadValue e) {
            spec.commandLine().getErr().println("cobnut vip status: " + e.getMessage());
            return 1;
        }
    }
}

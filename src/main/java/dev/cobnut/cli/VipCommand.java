package dev.cobnut.cli;

import dev.cobnut.blueprint.Defaults;
import dev.cobnut.config.ConfigException;
import dev.cobnut.config.HostPort;
import dev.cobnut.daemon.Daemon;
import dev.cobnut.vip.MissingHere;
import dev.cobnut.vip.VipProcess;
import dev.cobnut.vip.VipSettings;
import dev.cobnut.vip.file.VipFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `cobnut vip`: moves an address between the machines of proxies, by VRRP. Runs in the foreground until SIGTERM or SIGINT, gives
/// the address away then, and exits with 0.
@Command(
        name = "vip",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        exitCodeOnInvalidInput = 1,
        sortOptions = false,
        description =
                "Carry a virtual IP while this machine's proxy works, and give it away when not (VRRP, as keepalived).",
        subcommands = {VipDrain.Drain.class, VipDrain.Undrain.class, VipStatusCommand.class})
@SuppressWarnings("NullAway.Init") // picocli sets the fields before anything else
final class VipCommand implements Callable<Integer> {
    static final String DRAIN_FILE = "/run/cobnut-vip/drained";
    static final String PORT = "" + Defaults.SPEAKER_PORT;
    static final String STATS = "127.0.0.1:" + PORT;

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-c", "--conf-file"},
            paramLabel = "FILE",
            description = "a cobnut.yml with vip: in it, or a keepalived.conf")
    private @Nullable Path confFile;

    @Option(
            names = {"-t", "--test-conf"},
            description = "check the file, say what is wrong with it and what has no effect, and exit")
    private boolean testConf;

    @Option(
            names = {"-s", "--stats-port"},
            paramLabel = "PORT",
            defaultValue = PORT,
            description = "port of its page (default: ${DEFAULT-VALUE})")
    private int statsPort;

    @Option(
            names = {"-a", "--stats-addr"},
            paramLabel = "HOST",
            defaultValue = "127.0.0.1",
            description = "address of its page (default: ${DEFAULT-VALUE})")
    private String statsHost;

    @Option(
            names = "--drain-file",
            paramLabel = "FILE",
            defaultValue = DRAIN_FILE,
            description = "while FILE is there, no address is carried here (default: ${DEFAULT-VALUE})")
    private Path drainFile;

    @Option(
            names = {"-p", "--pid-file"},
            paramLabel = "FILE",
            description = "file for the pid while it runs (default: none)")
    private @Nullable Path pidFile;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "append the log to FILE, open it anew at SIGHUP (default: stderr)")
    private @Nullable Path output;

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        try {
            VipSettings settings = settings();
            if (testConf) {
                settings.notes().forEach(err::println);
                MissingHere.of(settings, System.getenv("PATH")).forEach(err::println);
                err.println(confFile + " is good: " + count(settings));
                return 0;
            }
            LogFile.takeStderr(output, "-o");
            return serve(settings);
        } catch (ConfigException e) {
            err.println(e.getMessage());
            return 1;
        } catch (NoSuchFileException e) {
            err.println("cobnut vip: cannot write " + e.getMessage() + ": no such folder");
            return 1;
        } catch (IOException e) {
            err.println("cobnut vip: " + e.getMessage());
            return 1;
        }
    }

    private VipSettings settings() throws ConfigException {
        if (confFile == null) {
            throw refusal("-c is missing (expected: a cobnut.yml with vip: in it, or a keepalived.conf)");
        }
        if (statsPort < 1 || statsPort > HostPort.PORT_MAX) {
            throw refusal("--stats-port " + statsPort + " (expected: 1 to " + HostPort.PORT_MAX + ")");
        }
        return VipFile.read(confFile);
    }

    private static String count(VipSettings settings) {
        int count = settings.instances().size();
        return count == 1 ? "one virtual router" : count + " virtual routers";
    }

    private int serve(VipSettings settings) throws IOException {
        Logger log = LoggerFactory.getLogger(VipCommand.class);
        settings.notes().forEach(log::warn);
        VipProcess process = new VipProcess(new VipProcess.Options(settings, drainFile, statsHost, statsPort));
        StopRequest stop = StopRequest.onSignals(process::stop);
        try (PidFile pid = new PidFile(pidFile)) {
            pid.write();
            log.info("cobnut {} speaks for {}", Daemon.version(), count(settings));
            process.run();
        }
        return stop.wasAsked() ? 0 : 1;
    }

    /// Options of `cobnut vip` itself mean nothing to its commands.
    ///
    /// @param command one of these
    static void refuseOptionsBefore(CommandSpec command) {
        CommandLine parent = command.parent().commandLine();
        if (!parent.getParseResult().matchedOptions().isEmpty()) {
            String option = parent.getParseResult().matchedOptions().getFirst().longestName();
            throw new ParameterException(
                    command.commandLine(),
                    option + " before " + command.name()
                            + " (expected: options behind it; it is asked with --vip HOST:PORT)");
        }
    }

    private ParameterException refusal(String text) {
        return new ParameterException(spec.commandLine(), text);
    }
}

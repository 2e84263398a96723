package dev.cobnut.cli;

import dev.cobnut.agent.Agent;
import dev.cobnut.config.BadValue;
import dev.cobnut.config.ConfigException;
import dev.cobnut.config.HostPort;
import dev.cobnut.daemon.Daemon;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `cobnut agent`: takes the place of redis-twemproxy-agent beside nutcracker, with its flags. Runs in the foreground until
/// SIGTERM or SIGINT, and exits with 0 then.
@Command(
        name = "agent",
        versionProvider = Version.class,
        exitCodeOnInvalidInput = 1,
        sortOptions = false,
        description =
                "For those who keep nutcracker: follow Sentinels, keep the addresses in its file right, and restart it"
                        + " when they were not.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields before anything else
final class AgentCommand implements Callable<Integer> {
    private static final String HOST = "127.0.0.1";
    private static final int PORT = 26379;

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-h", "--host"},
            paramLabel = "HOST",
            description = "a Sentinel's host (default: " + HOST + ", unless --sentinel names others)")
    private @Nullable String host;

    @Option(
            names = {"-p", "--port"},
            paramLabel = "PORT",
            description = "its port (default: " + PORT + ")")
    private @Nullable Integer port;

    @Option(
            names = "--sentinel",
            paramLabel = "HOST:PORT",
            converter = HostPortConverter.class,
            description = "a Sentinel to follow; may be repeated, and better is")
    private List<NodeAddress.Tcp> sentinels = List.of();

    @Option(
            names = "--sentinel-user",
            paramLabel = "NAME",
            description = "the user of the Sentinels' ACL (default: default)")
    private @Nullable String sentinelUser;

    @Option(
            names = "--sentinel-password",
            paramLabel = "PLACE",
            description = "where the Sentinels' password is: env:NAME or file:/PATH (default: none)")
    private @Nullable String sentinelPassword;

    @Option(
            names = {"-f", "--config"},
            paramLabel = "FILE",
            defaultValue = "/etc/nutcracker/nutcracker.yml",
            description = "nutcracker's file (default: ${DEFAULT-VALUE})")
    private Path config;

    @Option(
            names = {"-c", "--command"},
            paramLabel = "COMMAND",
            description = "what restarts nutcracker, for sh -c; 30 s at most")
    private @Nullable String command;

    @Option(
            names = {"-l", "--log"},
            paramLabel = "FILE",
            description = "append the log to FILE, open it anew at SIGHUP (default: stderr)")
    private @Nullable Path log;

    @Option(
            names = "--nutcracker",
            paramLabel = "PATH",
            description =
                    "the program that checks what is written, with -t (default: the one on PATH, if there is one)")
    private @Nullable Path nutcracker;

    @Option(names = "--once", description = "bring the file up to date, restart nutcracker if it was not, and exit")
    private boolean once;

    @Option(names = "--dry-run", description = "show what would be changed, as a diff, change nothing, and exit")
    private boolean dryRun;

    @SuppressWarnings("UnusedVariable") // picocli looks whether it is set, and answers by itself
    @Option(names = "--help", usageHelp = true, description = "Show this help message and exit.")
    private boolean help;

    @SuppressWarnings("UnusedVariable") // as above
    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Print version information and exit.")
    private boolean version;

    @Override
    public Integer call() throws InterruptedException {
        Agent.Options options = options();
        PrintWriter err = spec.commandLine().getErr();
        try {
            LogFile.takeStderr(log, "-l");
        } catch (IOException e) {
            err.println("cannot write "
                    + (e instanceof NoSuchFileException ? e.getMessage() + ": no such folder" : e.getMessage()));
            return 1;
        }
        if (options.sentinels().size() == 1) {
            LoggerFactory.getLogger(AgentCommand.class)
                    .warn(
                            "one Sentinel only, {}: while it does not answer, no switch is heard of; name all, each with"
                                    + " --sentinel HOST:PORT",
                            options.sentinels().getFirst());
        }
        try (Agent agent = new Agent(options)) {
            return run(agent);
        } catch (ConfigException | IOException e) {
            // In the log, too, where the old agent's operators look.
            String message = String.valueOf(e.getMessage());
            if (log != null) {
                LoggerFactory.getLogger(AgentCommand.class).error(message);
            }
            err.println(message);
            return 1;
        }
    }

    private int run(Agent agent) throws ConfigException, IOException, InterruptedException {
        if (dryRun) {
            PrintWriter out = spec.commandLine().getOut();
            out.print(agent.dryRun());
            out.flush();
            return 0;
        }
        StopRequest _ = StopRequest.onSignals(agent::stop);
        if (once) {
            return agent.once() ? 0 : 1;
        }
        agent.run();
        LoggerFactory.getLogger(AgentCommand.class).info("stopped");
        return 0;
    }

    private Agent.Options options() {
        if (command == null && !dryRun) {
            throw refusal(
                    "-c is missing (expected: what restarts nutcracker, such as -c 'systemctl restart nutcracker')");
        }
        if (nutcracker != null && !(Files.isRegularFile(nutcracker) && Files.isExecutable(nutcracker))) {
            throw refusal("--nutcracker " + nutcracker + " (expected: a program)");
        }
        return new Agent.Options(
                config,
                command == null ? "" : command,
                allSentinels(),
                SecretPlace.login(spec, "--sentinel-user", sentinelUser, "--sentinel-password", sentinelPassword),
                nutcracker,
                Daemon::log);
    }

    private List<NodeAddress.Tcp> allSentinels() {
        List<NodeAddress.Tcp> all = new ArrayList<>();
        if (host != null || port != null || sentinels.isEmpty()) {
            try {
                all.add(HostPort.parse((host == null ? HOST : host) + ":" + (port == null ? PORT : port)));
            } catch (BadValue e) {
                throw refusal("-h and -p: " + e.getMessage());
            }
        }
        for (NodeAddress.Tcp sentinel : sentinels) {
            if (!all.contains(sentinel)) {
                all.add(sentinel);
            }
        }
        return all;
    }

    private ParameterException refusal(String text) {
        return new ParameterException(spec.commandLine(), text);
    }
}

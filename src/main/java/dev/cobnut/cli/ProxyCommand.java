package dev.cobnut.cli;

import dev.cobnut.admin.Orders;
import dev.cobnut.config.BadValue;
import dev.cobnut.config.Config;
import dev.cobnut.config.ConfigException;
import dev.cobnut.config.ConfigFile;
import dev.cobnut.config.HostPort;
import dev.cobnut.daemon.Daemon;
import dev.cobnut.daemon.StartException;
import dev.cobnut.net.Transport;
import dev.cobnut.stats.CounterTable;
import dev.cobnut.topology.Login;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `cobnut proxy`: takes nutcracker's place, with nutcracker's flags. Runs in the foreground until SIGTERM or SIGINT,
/// then finishes what is in flight and exits with 0; what keeps it from starting exits with 1.
@Command(
        name = "proxy",
        description = "Serve the pools of a nutcracker.yml or cobnut.yml.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        exitCodeOnInvalidInput = 1,
        sortOptions = false)
@SuppressWarnings("NullAway.Init") // picocli sets the fields before anything else
final class ProxyCommand implements Callable<Integer> {
    static final int LOOPS_MAX = 1024;

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-c", "--conf-file"},
            paramLabel = "FILE",
            defaultValue = "conf/nutcracker.yml",
            description = "configuration (default: ${DEFAULT-VALUE})")
    private Path confFile;

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
            description =
                    "where the Sentinels' password is: env:NAME or file:/PATH (default: as the configuration says)")
    private @Nullable String sentinelPassword;

    @Option(
            names = {"-t", "--test-conf"},
            description = "check the configuration, say all that is wrong with it, and exit")
    private boolean testConf;

    @Option(
            names = {"-D", "--describe-stats"},
            description = "print the counters of the statistics port and exit")
    private boolean describeStats;

    @Option(
            names = {"-s", "--stats-port"},
            paramLabel = "PORT",
            defaultValue = "22222",
            description = "statistics port (default: ${DEFAULT-VALUE})")
    private int statsPort;

    @Option(
            names = {"-a", "--stats-addr"},
            paramLabel = "HOST",
            defaultValue = "0.0.0.0",
            description = "statistics address (default: ${DEFAULT-VALUE}, all)")
    private String statsHost;

    @Option(
            names = "--admin-token",
            paramLabel = "PLACE",
            description = "where the token is that orders at the statistics port have to bring: env:NAME or file:/PATH"
                    + " (default: no orders)")
    private @Nullable String adminTokenPlace;

    @Option(
            names = {"-p", "--pid-file"},
            paramLabel = "FILE",
            description = "file for the pid while serving (default: none)")
    private @Nullable Path pidFile;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "append the log to FILE, open it anew at SIGHUP (default: stderr)")
    private @Nullable Path output;

    @Option(
            names = {"-v", "--verbose"},
            paramLabel = "LEVEL",
            defaultValue = "5",
            description = "0 to 11: errors up to 3, warnings 4, information 5, details from 7 (default: 5)")
    private int verbosity;

    @Option(names = "--loops", paramLabel = "N", description = "event loops (default: one for each processor)")
    private @Nullable Integer loops;

    @Option(
            names = "--transport",
            paramLabel = "NAME",
            defaultValue = "auto",
            description = "auto, epoll, io_uring or nio (default: ${DEFAULT-VALUE})")
    private String transport;

    @Option(
            names = {"-i", "--stats-interval"},
            paramLabel = "MS",
            description = "accepted for nutcracker's sake: statistics are always current")
    private @Nullable Integer statsInterval;

    @Option(
            names = {"-m", "--mbuf-size"},
            paramLabel = "N",
            description = "accepted for nutcracker's sake: buffers find their size themselves")
    private @Nullable Integer mbufSize;

    @Option(
            names = {"-d", "--daemonize"},
            description = "accepted for nutcracker's sake: stays in the foreground")
    private boolean daemonize;

    @Override
    public Integer call() throws InterruptedException {
        checkOptions();
        Login sentinelLogin =
                SecretPlace.login(spec, "--sentinel-user", sentinelUser, "--sentinel-password", sentinelPassword);
        String adminToken = adminToken();
        Transport.Choice chosen = transport();
        if (describeStats) {
            spec.commandLine().getOut().print(CounterTable.describe());
            return 0;
        }
        PrintWriter err = spec.commandLine().getErr();
        sayWhatHasNoMeaning(err);
        Config config;
        try {
            config = ConfigFile.read(confFile, !sentinels.isEmpty());
            config = sentinelLogin == null ? config : config.withSentinelLogin(sentinelLogin);
        } catch (ConfigException e) {
            err.println(e.getMessage());
            return 1;
        }
        if (testConf) {
            err.println(confFile + " syntax is ok");
            return 0;
        }
        LogLevel.set(verbosity);
        try {
            LogFile.takeStderr(output, "-o");
            surviveSignals();
            return serve(config, chosen, adminToken);
        } catch (StartException e) {
            err.println(BadValue.oneLine(String.valueOf(e.getMessage())));
        } catch (IOException e) {
            err.println("cannot write "
                    + (e instanceof NoSuchFileException ? e.getMessage() + ": no such folder" : e.getMessage()));
        }
        return 1;
    }

    /// Takes the signals that mean something to nutcracker, and that would end or freeze a JVM.
    private void surviveSignals() {
        Logger log = LoggerFactory.getLogger(ProxyCommand.class);
        for (String name : List.of("TTIN", "TTOU")) {
            Signals.on(name, () -> log.info("SIG{}: the log level stays; start with another -v to change it", name));
        }
        Signals.on("USR1", () -> log.info("SIGUSR1 has no meaning here"));
    }

    /// Until somebody asks to stop, or the daemon ends by itself. Whoever asks interrupts this thread: it waits either
    /// for a Sentinel at the start, which may take for ever, or for the end.
    private int serve(Config config, Transport.Choice chosen, @Nullable String adminToken)
            throws StartException, IOException, InterruptedException {
        StopRequest stop = StopRequest.onSignals(Thread.currentThread()::interrupt);
        int loopCount = loops == null ? Runtime.getRuntime().availableProcessors() : loops;
        Daemon.Options options = new Daemon.Options(
                config, allSentinels(config), loopCount, chosen, statsHost, statsPort, adminToken, Daemon::log);
        try (PidFile pid = new PidFile(pidFile)) {
            Daemon daemon = Daemon.start(options);
            try {
                pid.write();
                Logger log = LoggerFactory.getLogger(ProxyCommand.class);
                StartReport.lines(config, daemon.topology()).forEach(log::info);
                log.info("cobnut {} serves; statistics on {}:{}", Daemon.version(), statsHost, statsPort);
                daemon.awaitStop();
            } finally {
                Thread.interrupted(); // or else the drain would not wait
                LoggerFactory.getLogger(ProxyCommand.class).info("stopping: what is in flight is answered first");
                daemon.stop();
            }
        } catch (StartException | IOException | InterruptedException e) {
            if (!stop.wasAsked()) {
                throw e;
            }
        }
        return stop.wasAsked() ? 0 : 1;
    }

    private List<NodeAddress.Tcp> allSentinels(Config config) {
        List<NodeAddress.Tcp> all = new ArrayList<>(config.sentinels());
        for (NodeAddress.Tcp sentinel : sentinels) {
            if (!all.contains(sentinel)) {
                all.add(sentinel);
            }
        }
        return all;
    }

    private void checkOptions() {
        if (statsPort < 1 || statsPort > HostPort.PORT_MAX) {
            throw refusal("--stats-port " + statsPort + " (expected: 1 to " + HostPort.PORT_MAX + ")");
        }
        if (loops != null && (loops < 1 || loops > LOOPS_MAX)) {
            throw refusal("--loops " + loops + " (expected: 1 to " + LOOPS_MAX + ")");
        }
    }

    private @Nullable String adminToken() {
        if (adminTokenPlace == null) {
            return null;
        }
        String token = SecretPlace.read(spec, "--admin-token", adminTokenPlace);
        if (token.length() < Orders.TOKEN_CHARS_MIN || !token.matches("[\\x21-\\x7e]+")) {
            throw refusal("--admin-token " + adminTokenPlace + ": it has " + token.length() + " characters (expected: "
                    + Orders.TOKEN_CHARS_MIN + " or more, printable, without blanks)");
        }
        return token;
    }

    private Transport.Choice transport() {
        Transport.Choice choice = Transport.Choice.named(transport);
        if (choice == null) {
            throw refusal("--transport " + transport + " (expected: " + Transport.Choice.names() + ")");
        }
        return choice;
    }

    private ParameterException refusal(String text) {
        return new ParameterException(spec.commandLine(), text);
    }

    private void sayWhatHasNoMeaning(PrintWriter err) {
        if (statsInterval != null) {
            err.println("-i has no meaning here: statistics are always current");
        }
        if (mbufSize != null) {
            err.println("-m has no meaning here: buffers find their size themselves");
        }
        if (daemonize) {
            err.println("-d has no meaning here: this process stays in the foreground; let systemd or nohup keep it");
        }
    }
}

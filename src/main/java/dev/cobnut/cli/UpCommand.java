package dev.cobnut.cli;

import static java.util.Objects.requireNonNull;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.blueprint.StackFile;
import dev.cobnut.config.BadValue;
import dev.cobnut.config.ConfigException;
import dev.cobnut.config.Problem;
import dev.cobnut.config.Secret;
import dev.cobnut.render.Passwords;
import dev.cobnut.render.RenderableStack;
import dev.cobnut.stack.Stack;
import dev.cobnut.stack.StackException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `cobnut up`: runs the reference stack, or that of a stack.yml, in the foreground until Ctrl-C.
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        exitCodeOnInvalidInput = 1,
        description = {
            "Runs the reference stack on this machine: nine redis-servers and three Sentinels on 127.0.0.11 to"
                    + " 127.0.0.13, and the proxy on 127.0.0.1:6379 to 6381; or with -f the stack of a file, each of its hosts"
                    + " on an address of the loopback network. Ctrl-C stops everything and keeps the data."
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields before anything else
final class UpCommand implements Callable<Integer> {
    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "the description of another stack, such as stack.yml")
    private @Nullable Path file;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            defaultValue = "cobnut-data",
            description = "data, configurations and logs (default: ${DEFAULT-VALUE} in the current directory)")
    private Path directory;

    @Option(
            names = "--port-offset",
            paramLabel = "N",
            defaultValue = "0",
            description = "added to every port, also to those of the statistics")
    private int portOffset;

    @Option(
            names = "--redis-server",
            paramLabel = "PATH",
            description = "the redis-server or valkey-server to run (default: the one on PATH, else one brought along)")
    private @Nullable Path redisServer;

    @Option(
            names = "--reference-settings",
            description =
                    "not with -f: Sentinel as the reference stack was published: quorum 1, down after 200 ms, failover timeout"
                            + " 1000 ms. Real Sentinels then depose healthy masters after a failover and lose writes"
                            + " (default: 2, 2000 ms, 10000 ms)")
    private boolean referenceSettings;

    @Option(names = "--loops", paramLabel = "N", description = "event loops of each proxy (default: one per processor)")
    private @Nullable Integer loops;

    @Spec
    private CommandSpec spec;

    /// Runs until the process is told to end.
    ///
    /// @return 1 when the stack cannot be started, or its file is not right
    @Override
    public Integer call() throws InterruptedException {
        if (loops != null && (loops < 1 || loops > ProxyCommand.LOOPS_MAX)) {
            throw new ParameterException(
                    spec.commandLine(), "--loops " + loops + " (expected: 1 to " + ProxyCommand.LOOPS_MAX + ")");
        }
        if (file != null && referenceSettings) {
            throw new ParameterException(
                    spec.commandLine(), "--reference-settings with -f (expected: sentinels: in " + file + ")");
        }
        Stack.Options options;
        try {
            options = options();
        } catch (ConfigException e) {
            spec.commandLine().getErr().println(e.getMessage());
            return 1;
        }
        return run(options);
    }

    private Stack.Options options() throws ConfigException {
        int loopCount = loops == null ? Runtime.getRuntime().availableProcessors() : loops;
        if (file == null) {
            Blueprint reference = StackFile.reference();
            return new Stack.Options(
                    referenceSettings ? asPublished(reference) : reference,
                    Passwords.NONE,
                    null,
                    directory,
                    portOffset,
                    redisServer,
                    loopCount);
        }
        Blueprint blueprint = RenderableStack.read(file);
        Passwords passwords = Passwords.read(blueprint.secrets(), file);
        return new Stack.Options(
                blueprint, passwords, token(blueprint.secrets(), file), directory, portOffset, redisServer, loopCount);
    }

    private static @Nullable String token(Blueprint.Secrets secrets, Path file) throws ConfigException {
        try {
            return secrets.admin() == null ? null : Secret.read(secrets.admin());
        } catch (BadValue e) {
            throw new ConfigException(List.of(new Problem(file, 0, "passwords: admin " + e.getMessage())));
        }
    }

    private static Blueprint asPublished(Blueprint reference) {
        Blueprint.Sentinels sound = requireNonNull(reference.sentinels());
        return reference.with(new Blueprint.Sentinels(sound.hosts(), sound.port(), 1, 200, 1000, sound.line()));
    }

    private int run(Stack.Options options) throws InterruptedException {
        LogLevel.set(3); // what happens is told in lines of the stack's own
        OutputQueue.takeStdout();
        OutputQueue.takeStderr(new FileOutputStream(FileDescriptor.err));
        Stack stack = new Stack(options, spec.commandLine().getOut()::println);
        StopRequest request = StopRequest.onSignals(Thread.currentThread()::interrupt);
        try {
            stack.start();
            new CountDownLatch(1).await(); // until a signal interrupts this thread
        } catch (StackException e) {
            if (!request.wasAsked()) {
                spec.commandLine().getErr().println("cobnut up: " + e.getMessage());
                return 1;
            }
        } catch (InterruptedException e) {
            if (!request.wasAsked()) {
                throw e;
            }
        } finally {
            Thread.interrupted(); // the stop needs its waits
            stack.stop();
            if (request.wasAsked()) {
                spec.commandLine().getOut().println("Stopped; data stays in " + directory.toAbsolutePath());
            }
        }
        return 0;
    }
}

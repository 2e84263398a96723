package dev.cobnut.cli;

import dev.cobnut.stack.Stack;
import dev.cobnut.stack.StackException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `cobnut up`: runs the reference stack in the foreground until Ctrl-C.
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        exitCodeOnInvalidInput = 1,
        description = {
            "Runs the reference stack on this machine: nine redis-servers and three Sentinels on 127.0.0.11 to"
                    + " 127.0.0.13, and the proxy on 127.0.0.1:6379 to 6381. Ctrl-C stops everything and keeps the data."
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields before anything else
final class UpCommand implements Callable<Integer> {
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
            description = "Sentinel as the reference stack was published: quorum 1, down after 200 ms, failover timeout"
                    + " 1000 ms. Real Sentinels then depose healthy masters after a failover and lose writes"
                    + " (default: 2, 2000 ms, 10000 ms)")
    private boolean referenceSettings;

    @Option(names = "--loops", paramLabel = "N", description = "event loops of the proxy (default: one per processor)")
    private @Nullable Integer loops;

    @Spec
    private CommandSpec spec;

    /// Runs until the process is told to end.
    ///
    /// @return 1 when the stack cannot be started
    @Override
    public Integer call() throws InterruptedException {
        if (loops != null && (loops < 1 || loops > ProxyCommand.LOOPS_MAX)) {
            throw new ParameterException(
                    spec.commandLine(), "--loops " + loops + " (expected: 1 to " + ProxyCommand.LOOPS_MAX + ")");
        }
        int loopCount = loops == null ? Runtime.getRuntime().availableProcessors() : loops;
        LogLevel.set(3); // what happens is told in lines of the stack's own
        OutputQueue.takeStdout();
        OutputQueue.takeStderr(new FileOutputStream(FileDescriptor.err));
        Stack stack = new Stack(
                new Stack.Options(directory, portOffset, referenceSettings, redisServer, loopCount),
                spec.commandLine().getOut()::println);
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

package dev.cobnut.cli;

import dev.cobnut.config.BadValue;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// An operator's wish about the addresses of this machine: a file, while which is there none is carried. Whether the running
/// `cobnut vip` has seen it is asked at its page.
@SuppressWarnings("NullAway.Init") // picocli sets the fields before anything else
abstract sealed class VipDrain implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long LOOK_MILLIS = 50;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--drain-file",
            paramLabel = "FILE",
            defaultValue = VipCommand.DRAIN_FILE,
            description = "as cobnut vip was started with (default: ${DEFAULT-VALUE})")
    private Path drainFile;

    @Option(
            names = "--vip",
            paramLabel = "HOST:PORT",
            defaultValue = VipCommand.STATS,
            description = "page of the cobnut vip that is to see it (default: ${DEFAULT-VALUE})")
    private String vip;

    /// `cobnut vip drain`: before a deployment.
    @Command(
            name = "drain",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class,
            exitCodeOnInvalidInput = 1,
            description =
                    "Gives the addresses away, and keeps them away until cobnut vip undrain, over restarts as well.")
    static final class Drain extends VipDrain {
        @Override
        void wish(Path file) throws IOException {
            if (file.getParent() != null) {
                Files.createDirectories(file.getParent());
            }
            Files.writeString(file, "drained at " + Instant.now() + "\n");
        }

        @Override
        boolean isDone(VipPage page) {
            return page.isDrained() && page.carried().isEmpty();
        }

        @Override
        boolean isSettled(VipPage page) {
            return page.hasOtherMasters();
        }

        @Override
        String done(VipPage page) {
            String alone = page.hasOtherMasters() ? "" : "\nno other master is heard: nobody carries the addresses now";
            return "drained: no address is carried here until cobnut vip undrain" + alone;
        }
    }

    /// `cobnut vip undrain`: after it.
    @Command(
            name = "undrain",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class,
            exitCodeOnInvalidInput = 1,
            description = "Lets this machine carry the addresses again. It does not take them back from another.")
    static final class Undrain extends VipDrain {
        @Override
        void wish(Path file) throws IOException {
            Files.deleteIfExists(file);
        }

        @Override
        boolean isDone(VipPage page) {
            return !page.isDrained();
        }

        @Override
        boolean isSettled(VipPage page) {
            return page.isWell();
        }

        @Override
        String done(VipPage page) {
            List<String> states = page.states();
            return "not drained any more: " + String.join(", ", states);
        }
    }

    /// Says it.
    abstract void wish(Path file) throws IOException;

    /// Whether it has come true.
    abstract boolean isDone(VipPage page);

    /// Whether what has come true has had its effect.
    abstract boolean isSettled(VipPage page);

    /// What to print then.
    abstract String done(VipPage page);

    /// Says the wish, and waits until it has come true.
    ///
    /// @return 1 when it cannot be said, or nobody heeds it within 10 s
    @Override
    public Integer call() throws InterruptedException {
        VipCommand.refuseOptionsBefore(spec);
        try {
            if (Files.isDirectory(drainFile)) {
                throw new IOException("it is a folder");
            }
            wish(drainFile);
        } catch (IOException e) {
            String reason = switch (e) {
                case AccessDeniedException _ -> "permission denied";
                case FileSystemException failed when failed.getReason() != null -> failed.getReason();
                default -> String.valueOf(e.getMessage());
            };
            return failed("cannot change " + drainFile + ": " + reason
                    + " (expected: --drain-file as cobnut vip has it, and a user who may write there)");
        }
        try {
            VipPage page = await(this::isDone);
            if (isDone(page)) {
                page = await(each -> !isDone(each) || isSettled(each));
                spec.commandLine().getOut().println(done(page));
                return 0;
            }
            return failed(
                    "after " + PATIENCE.toSeconds() + " s nothing has changed: " + String.join(", ", page.states())
                            + " (expected: a cobnut vip with --drain-file " + drainFile + ")");
        } catch (IOException | BadValue e) {
            return failed(
                    drainFile + (drainFile.toFile().exists() ? " is there" : " is gone") + ", but " + e.getMessage());
        }
    }

    private VipPage await(Predicate<VipPage> done) throws IOException, BadValue, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        VipPage page = VipPage.ask(vip);
        while (!done.test(page) && System.nanoTime() < deadline) {
            Thread.sleep(LOOK_MILLIS);
            page = VipPage.ask(vip);
        }
        return page;
    }

    private int failed(String why) {
        spec.commandLine().getErr().println("cobnut vip " + spec.name() + ": " + why);
        return 1;
    }
}

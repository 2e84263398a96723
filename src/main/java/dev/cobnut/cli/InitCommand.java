package dev.cobnut.cli;

import dev.cobnut.blueprint.StackFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `cobnut init`: a first stack.yml, with comments.
@Command(
        name = "init",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        exitCodeOnInvalidInput = 1,
        description =
                "Writes a stack.yml with comments, to be changed and then shown to `cobnut plan`. Never overwrites one.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields before anything else
final class InitCommand implements Callable<Integer> {
    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            defaultValue = "stack.yml",
            description = "where to (default: ${DEFAULT-VALUE})")
    private Path file;

    @Option(names = "--reference", description = "the reference stack: three hosts, three caches, one proxy")
    private boolean reference;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        String source = reference ? "stack-reference.yml" : "stack.yml";
        try (InputStream text = StackFile.class.getResourceAsStream(source)) {
            if (text == null) {
                throw new IllegalStateException(source + " is missing in this program");
            }
            Files.copy(text, file);
        } catch (FileAlreadyExistsException _) {
            err.println(
                    "cobnut init: " + file + " is there already (expected: a name that is free; -f FILE gives one)");
            return 1;
        } catch (NoSuchFileException _) {
            err.println("cobnut init: " + file + ": there is no such folder (expected: one that is there)");
            return 1;
        } catch (IOException e) {
            err.println("cobnut init: " + file + " cannot be written: " + e);
            return 1;
        }
        spec.commandLine().getOut().println("wrote " + file + "; change it, then: cobnut plan -f " + file);
        return 0;
    }
}

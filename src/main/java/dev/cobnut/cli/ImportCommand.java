package dev.cobnut.cli;

import dev.cobnut.adopt.Adoption;
import dev.cobnut.config.BadValue;
import dev.cobnut.doctor.Facts;
import dev.cobnut.doctor.FilesReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `cobnut import`: the stack.yml of a stack that exists.
@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        exitCodeOnInvalidInput = 1,
        sortOptions = false,
        description = {
            "Reads the files of a stack that exists, and writes its stack.yml: to stdout, or where -o says. Every key stays where"
                    + " it was. A note goes to stderr for every line that has no place; no password is copied.",
            "What each file is, its text says. A file says on which host it lies by an address in it, or by its folder:"
                    + " red1/etc/redis/obj.conf."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            " 0:all files were read, and the stack.yml is good",
            " 1:nothing could be read, or not all, or something in the stack.yml has to be decided first"
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields before anything else
final class ImportCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "FILE",
            arity = "1..*",
            description =
                    "files, or folders with all that is below: nutcracker.yml, cobnut.yml, sentinel.conf, redis.conf,"
                            + " keepalived.conf, vip.yml, env.php, local.xml, and tables of ports in .md")
    private List<Path> files = List.of();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "where the stack.yml goes; never over one that is there (default: stdout)")
    private @Nullable Path output;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            defaultValue = "imported",
            description = "what to call the stack (default: ${DEFAULT-VALUE})")
    private String name;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        if (!name.matches("[A-Za-z0-9_.-]{1,64}")) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--name " + BadValue.quote(name) + " (expected: letters, digits, _ . and -, at most 64)");
        }
        Facts.Collector collector = new Facts.Collector();
        FilesReader reader = new FilesReader(collector);
        files.forEach(reader::read);
        Facts facts = collector.facts();
        Adoption adoption = Adoption.of(facts, name, output == null ? Path.of("stack.yml") : output);
        boolean isWhole = facts.missed().isEmpty() && adoption.problems().isEmpty();
        if (adoption.text().isEmpty()) {
            isWhole = false;
        } else if (!write(adoption.text(), err)) {
            return 1;
        }
        if (!adoption.folder().isEmpty() && !adoption.notes().isEmpty()) {
            err.println(BadValue.oneLine("below " + adoption.folder() + ":"));
        }
        adoption.notes().forEach(line -> err.println(BadValue.oneLine(line)));
        facts.missed().forEach(miss -> err.println(BadValue.oneLine("not read: " + miss.at() + ": " + miss.why())));
        adoption.problems().forEach(problem -> err.println("to decide: " + problem));
        if (adoption.text().isEmpty()) {
            err.println("cobnut import: no stack.yml: there is no server in these files (expected: a nutcracker.yml,"
                    + " cobnut.yml, sentinel.conf or redis.conf)");
        } else {
            err.println(summary(facts, adoption));
        }
        err.flush();
        return isWhole ? 0 : 1;
    }

    private String summary(Facts facts, Adoption adoption) {
        return facts.looked().size() + " files read, " + facts.missed().size() + " not, " + adoption.noteCount()
                + " notes"
                + (adoption.problems().isEmpty()
                        ? ""
                        : ", " + adoption.problems().size() + " to decide")
                + (output == null ? "" : "; wrote " + output);
    }

    private boolean write(String text, PrintWriter err) {
        if (output == null) {
            PrintWriter out = spec.commandLine().getOut();
            out.print(text);
            out.flush();
            return true;
        }
        try {
            Files.writeString(
                    output, text, StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            return true;
        } catch (FileAlreadyExistsException _) {
            err.println("cobnut import: " + output + " is there already (expected: a name that is free)");
        } catch (NoSuchFileException _) {
            err.println("cobnut import: " + output + ": there is no such folder (expected: one that is there)");
        } catch (IOException e) {
            err.println("cobnut import: " + output + " cannot be written: " + e);
        }
        return false;
    }
}

package dev.cobnut.testing;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// Command lines of JVMs that tests start: like the one that runs the test, but with the log settings of the program
/// instead of those of tests.
public final class ChildJvm {
    private ChildJvm() {}

    /// Runs the main class of that name.
    public static List<String> command(String mainClass, String... arguments) {
        return command(List.of(), mainClass, arguments);
    }

    /// The same with further options for the JVM.
    public static List<String> command(List<String> jvmOptions, String mainClass, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dlogback.configurationFile=logback.xml"));
        command.addAll(jvmOptions);
        // A child may run elsewhere.
        String classes = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
        command.addAll(List.of("-cp", classes, mainClass));
        command.addAll(List.of(arguments));
        return command;
    }
}

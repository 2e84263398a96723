package dev.cobnut.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs a copy of the launcher with JDKs and a build that are scripts.
class LauncherIT {
    @TempDir
    private Path home;

    private Path launcher = Path.of("cobnut");

    @BeforeEach
    void copyLauncher() throws IOException {
        launcher = program("cobnut", Files.readString(Path.of("cobnut")));
    }

    @Test
    void runsTheProgramWithTheArgumentsAsGiven() throws Exception {
        Result result = run(jdk("jdk-25", "25.0.3"), "up", "--dir", "a b");

        assertThat(result.code).isZero();
        assertThat(result.lines)
                .contains("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow")
                .containsSubsequence("dev.cobnut.cli.Main", "up", "--dir", "a b");
    }

    @Test
    void worksThroughASymbolicLink() throws Exception {
        Path link = Files.createSymbolicLink(
                Files.createDirectory(home.resolve("bin")).resolve("cobnut"), launcher);
        launcher = link;

        Result result = run(jdk("jdk-25", "25"), "status");

        assertThat(result.lines).contains(home + "/target/cobnut.jar:" + home + "/target/lib/*");
    }

    @Test
    void saysWhichJavaItFoundWhenNoneIsRecent() throws Exception {
        Files.writeString(launcher, Files.readString(launcher).replace("needed=25", "needed=99"));
        Path old = jdk("jdk-17", "17.0.15");

        Result result = run(old, "up");

        assertThat(result.code).isEqualTo(69);
        assertThat(result.lines)
                .containsExactly("cobnut: cobnut needs JDK 99, found 17 at " + old + "; install it or set JAVA25_HOME");
    }

    @Test
    void knowsJava8ByItsOldNumber() throws Exception {
        Files.writeString(launcher, Files.readString(launcher).replace("needed=25", "needed=99"));

        assertThat(run(jdk("jdk-8", "1.8.0_402"), "up").lines.getFirst()).contains("found 8 at ");
    }

    @Test
    void buildsOnFirstUseAndAfterChangesOnly() throws Exception {
        Path source = source();
        program("mvnw", "#!/bin/sh\nmkdir -p target/lib && echo \"$JAVA_HOME\" >target/cobnut.jar\n");
        Path jdk = jdk("jdk-25", "25.0.3");

        assertThat(run(jdk, "up").lines.getFirst()).startsWith("cobnut: building with " + jdk);
        assertThat(home.resolve("target/cobnut.jar")).hasContent(jdk.toString());
        assertThat(run(jdk, "up").lines).noneMatch(line -> line.contains("building"));
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(10)));
        assertThat(run(jdk, "up").lines.getFirst()).contains("building");
    }

    @Test
    void namesTheLogOfABuildThatFails() throws Exception {
        source();
        program("mvnw", "#!/bin/sh\necho no network\nexit 1\n");

        Result result = run(jdk("jdk-25", "25.0.3"), "up");

        assertThat(result.code).isEqualTo(70);
        assertThat(result.lines)
                .contains(
                        "no network",
                        "cobnut: the build failed; all of its output is in " + home + "/target/build.log");
    }

    private Path source() throws IOException {
        Files.writeString(home.resolve("pom.xml"), "<project/>");
        return Files.writeString(
                Files.createDirectories(home.resolve("src/main")).resolve("A.java"), "");
    }

    private Path jdk(String name, String version) throws IOException {
        Files.createDirectories(home.resolve(name).resolve("bin"));
        Files.writeString(
                home.resolve(name).resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        program(name + "/bin/java", "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
        return home.resolve(name);
    }

    private Path program(String name, String text) throws IOException {
        Path file = Files.writeString(home.resolve(name), text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Result run(Path javaHome, String... arguments) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(launcher.toString()).redirectErrorStream(true);
        builder.command().addAll(List.of(arguments));
        builder.environment().putAll(Map.of("JAVA_HOME", javaHome.toString()));
        Process process = builder.start();
        List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        return new Result(process.waitFor(), lines);
    }

    private record Result(int code, List<String> lines) {}
}

package dev.cobnut.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WriterTest {
    @TempDir
    private Path root;

    private static Rendered file(String path, String text) {
        return new Rendered("red1", path, text, Rendered.Keeper.COBNUT, false);
    }

    private static Rendered secret(String path, String text) {
        return new Rendered("red1", path, text, Rendered.Keeper.SERVER, true);
    }

    private Path folder() {
        return root.resolve("out");
    }

    private List<String> write(boolean force, Rendered... files) throws IOException {
        return Writer.write(folder(), List.of(files), _ -> true, force).stream()
                .map(each -> each.path() + " " + each.fate())
                .toList();
    }

    private String permissions(String path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder().resolve(path)));
    }

    @Test
    void writesOnceAndThenNothing() throws IOException {
        assertThat(write(false, file("/etc/a", "one\n"), secret("/etc/redis/b", "two\n")))
                .containsExactly("red1/etc/a WRITTEN", "red1/etc/redis/b WRITTEN");
        assertThat(folder().resolve("red1/etc/a")).hasContent("one\n");
        assertThat(permissions("red1/etc/a")).isEqualTo("rw-r--r--");
        assertThat(permissions("red1/etc/redis/b")).isEqualTo("rw-------");
        assertThat(folder().resolve("MANIFEST")).content().contains(Manifest.sum("one\n") + "  red1/etc/a\n");
        Object before = Files.getLastModifiedTime(folder().resolve("red1/etc/a"));
        Object manifest = Files.readAttributes(folder().resolve("MANIFEST"), "unix:ino");

        assertThat(write(false, file("/etc/a", "one\n"), secret("/etc/redis/b", "two\n")))
                .containsExactly("red1/etc/a UNCHANGED", "red1/etc/redis/b UNCHANGED");
        assertThat(Files.getLastModifiedTime(folder().resolve("red1/etc/a"))).isEqualTo(before);
        assertThat(Files.readAttributes(folder().resolve("MANIFEST"), "unix:ino"))
                .isEqualTo(manifest);
        try (Stream<Path> all = Files.walk(root)) {
            assertThat(all).noneMatch(each -> each.toString().endsWith(".tmp"));
        }
    }

    @Test
    void whatNobodyChangedIsWrittenAnew() throws IOException {
        write(false, file("/etc/a", "one\n"));
        List<Writer.Outcome> outcomes = Writer.write(folder(), List.of(file("/etc/a", "two\n")), _ -> true, false);

        assertThat(outcomes).singleElement().satisfies(each -> {
            assertThat(each.fate()).isEqualTo(Writer.Fate.WRITTEN);
            assertThat(each.before()).isEqualTo("one\n");
        });
        assertThat(folder().resolve("red1/etc/a")).hasContent("two\n");
    }

    @Test
    void whatSomebodyChangedIsLeftWithItsDifference() throws IOException {
        write(false, file("/etc/a", "one\ntwo\n"));
        Files.writeString(folder().resolve("red1/etc/a"), "one\nmine\n");
        List<Writer.Outcome> outcomes =
                Writer.write(folder(), List.of(file("/etc/a", "one\ntwo\nthree\n")), _ -> true, false);

        assertThat(outcomes.getFirst().fate()).isEqualTo(Writer.Fate.LEFT);
        assertThat(outcomes.getFirst().diff())
                .containsExactly(
                        "--- red1/etc/a (as it is)",
                        "+++ red1/etc/a (as rendered)",
                        "@@ -1,2 +1,3 @@",
                        " one",
                        "-mine",
                        "+two",
                        "+three");
        assertThat(folder().resolve("red1/etc/a")).hasContent("one\nmine\n");
        assertThat(write(false, file("/etc/a", "one\ntwo\nthree\n"))).containsExactly("red1/etc/a LEFT");
        assertThat(write(true, file("/etc/a", "one\ntwo\nthree\n"))).containsExactly("red1/etc/a FORCED");
        assertThat(write(false, file("/etc/a", "one\n"))).containsExactly("red1/etc/a WRITTEN");
    }

    @Test
    void whatWasNeverRenderedIsSomebodys() throws IOException {
        Files.createDirectories(folder().resolve("red1/etc"));
        Files.writeString(folder().resolve("red1/etc/a"), "mine\n");

        assertThat(write(false, file("/etc/a", "one\n"))).containsExactly("red1/etc/a LEFT");
        assertThat(folder().resolve("red1/etc/a")).hasContent("mine\n");
        // Unless it is the same.
        assertThat(write(false, file("/etc/a", "mine\n"))).containsExactly("red1/etc/a UNCHANGED");
        assertThat(write(false, file("/etc/a", "one\n"))).containsExactly("red1/etc/a WRITTEN");
    }

    @Test
    void passwordsAreNotInADifference() throws IOException {
        write(false, secret("/b", "requirepass old-word\nport 1\n"));
        Files.writeString(folder().resolve("red1/b"), "requirepass old-word\nport 2\nsentinel auth-pass g my-word\n");
        String diff = String.join(
                "\n",
                Writer.write(folder(), List.of(secret("/b", "requirepass new-word\nport 1\n")), _ -> true, false)
                        .getFirst()
                        .diff());

        assertThat(diff).contains("-requirepass …", "+requirepass …", "-port 2", "-sentinel auth-pass …");
        assertThat(diff).doesNotContain("-word");
        assertThat(Writer.masked("+    'password' => 'word',")).isEqualTo("+    'password …");
        assertThat(Writer.masked(" user app on >word ~*")).isEqualTo(" user app …");
    }

    @Test
    void aSecretThatWasOpenedIsClosedAgain() throws IOException {
        write(false, secret("/b", "x\n"));
        Files.setPosixFilePermissions(folder().resolve("red1/b"), PosixFilePermissions.fromString("rw-r--r--"));
        write(false, secret("/b", "x\n"));

        assertThat(permissions("red1/b")).isEqualTo("rw-------");
    }

    @Test
    void whatIsNotRenderedAnyMoreIsNamedAndLeft() throws IOException {
        write(false, file("/etc/a", "one\n"), file("/etc/b", "two\n"));

        assertThat(write(false, file("/etc/a", "one\n")))
                .containsExactly("red1/etc/a UNCHANGED", "red1/etc/b OBSOLETE");
        assertThat(folder().resolve("red1/etc/b")).exists();
        assertThat(Writer.write(folder(), List.of(file("/etc/a", "one\n")), path -> path.startsWith("web"), false))
                .hasSize(1);
        Files.delete(folder().resolve("red1/etc/b"));
        assertThat(write(false, file("/etc/a", "one\n"))).containsExactly("red1/etc/a UNCHANGED");
    }

    @Test
    void nothingIsWrittenThroughALink() throws IOException {
        Path elsewhere = Files.createDirectories(root.resolve("elsewhere"));
        Files.createDirectories(folder().resolve("red1"));
        Files.createSymbolicLink(folder().resolve("red1/etc"), elsewhere);

        assertThatThrownBy(() -> write(true, file("/a", "x\n"), file("/etc/a", "x\n")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("red1/etc is a symbolic link (expected: a folder");
        assertThat(elsewhere).isEmptyDirectory();
        assertThat(folder().resolve("red1/a")).doesNotExist();
    }

    @Test
    void aLinkInPlaceOfAFileIsLeftAndItsTargetIsNeverTouched() throws IOException {
        Path target = Files.writeString(root.resolve("target"), "theirs\n");
        Files.createDirectories(folder().resolve("red1"));
        Files.createSymbolicLink(folder().resolve("red1/a"), target);

        assertThat(write(false, file("/a", "x\n"))).containsExactly("red1/a LEFT");
        assertThat(write(true, file("/a", "x\n"))).containsExactly("red1/a FORCED");
        assertThat(target).hasContent("theirs\n");
        assertThat(folder().resolve("red1/a")).hasContent("x\n").isRegularFile();
    }

    @Test
    void pathsStayInside() {
        assertThatThrownBy(() -> write(false, file("/../../a", "x\n")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("would be written outside of");
        assertThat(root.resolve("a")).doesNotExist();
    }

    @Test
    void aFileWhereAFolderHasToBeIsSaidBeforeAnythingIsWritten() throws IOException {
        Files.createDirectories(folder());
        Files.writeString(folder().resolve("red1"), "");

        assertThatThrownBy(() ->
                        write(true, new Rendered(null, "a", "x\n", Rendered.Keeper.COBNUT, false), file("/a", "x")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("red1 is a file (expected: a folder");
        assertThat(folder().resolve("a")).doesNotExist();
    }

    @Test
    void whereNoFolderCanBeIsSaid() throws IOException {
        Files.writeString(folder(), "");
        assertThatThrownBy(() -> write(true, file("/a", "x")))
                .isInstanceOf(IOException.class)
                .hasMessage(folder() + " is there, and is no folder (expected: a folder, or a free name)");

        Files.delete(folder());
        Files.createSymbolicLink(folder(), root.resolve("nowhere"));
        assertThatThrownBy(() -> write(true, file("/a", "x")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is there, and is no folder");
    }

    @Test
    void aManifestReadsWhatItWrites() {
        Manifest manifest = Manifest.EMPTY.with(Map.of("b c/d", Manifest.sum("x"), "a", Manifest.sum("y")));

        assertThat(Manifest.parse(manifest.text())).isEqualTo(manifest);
        assertThat(manifest.text().lines().skip(1))
                .containsExactly(Manifest.sum("y") + "  a", Manifest.sum("x") + "  b c/d");
        assertThat(Manifest.parse("nonsense\n" + "z".repeat(64) + "  a\n").sums())
                .isEmpty();
    }

    @Test
    void aDifferenceHasHunksAsDiffHasThem() {
        String before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n";
        assertThat(UnifiedDiff.of("a", before, "b", "1\nx\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n"))
                .containsExactly(
                        "--- a",
                        "+++ b",
                        "@@ -1,5 +1,5 @@",
                        " 1",
                        "-2",
                        "+x",
                        " 3",
                        " 4",
                        " 5",
                        "@@ -10,3 +10,4 @@",
                        " 10",
                        " 11",
                        " 12",
                        "+13");
        assertThat(UnifiedDiff.of("a", "", "b", "x"))
                .containsExactly("--- a", "+++ b", "@@ -0,0 +1,2 @@", "+x", "+\\ No newline at end of file");
        assertThat(UnifiedDiff.of("a", before, "b", before)).isEmpty();
    }
}

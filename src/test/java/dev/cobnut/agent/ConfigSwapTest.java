package dev.cobnut.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigSwapTest {
    @TempDir
    private Path folder;

    private Path file;
    private final List<String> warnings = new ArrayList<>();

    @BeforeEach
    void writeFile() throws IOException {
        file = Files.writeString(folder.resolve("nutcracker.yml"), "old");
    }

    private ConfigSwap swap(Path of) {
        return new ConfigSwap(of, warnings::add);
    }

    private List<String> names() throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(each -> each.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void theFileIsReplacedAndARestartIsOwedUntilItWasDone() throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        ConfigSwap swap = swap(file);
        String stamp = swap.stamp();

        assertThat(swap.owesRestart()).isFalse();
        assertThat(swap.replace("old", "new", (fresh, present) -> {
                    assertThat(fresh).hasContent("new").hasParent(folder.toRealPath());
                    assertThat(present).hasContent("old");
                    return true;
                }))
                .isTrue();

        assertThat(file).hasContent("new");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r-----");
        assertThat(swap.stamp()).isNotEqualTo(stamp);
        assertThat(swap(file).owesRestart()).as("for an agent started anew").isTrue();
        swap.onRestarted();
        assertThat(swap.owesRestart()).isFalse();
        assertThat(names()).containsExactly("nutcracker.yml");
        assertThat(warnings).isEmpty();
    }

    @Test
    void whatTheCheckRefusesChangesNothing() throws IOException {
        assertThatThrownBy(() -> swap(file).replace("old", "new", (_, _) -> {
                    throw new IOException("no");
                }))
                .hasMessage("no");

        assertThat(file).hasContent("old");
        assertThat(names()).containsExactly("nutcracker.yml");
    }

    @Test
    void whatSomebodyElseHasWrittenMeanwhileIsNotOverwritten() throws IOException {
        assertThat(swap(file).replace("old", "new", (_, _) -> {
                    Files.writeString(file, "theirs");
                    return true;
                }))
                .isFalse();

        assertThat(file).hasContent("theirs");
        assertThat(names()).containsExactly("nutcracker.yml");
    }

    @Test
    void whatIsTooOldAlreadyIsNotPutInPlace() throws IOException {
        assertThat(swap(file).replace("old", "new", (_, _) -> false)).isFalse();

        assertThat(file).hasContent("old");
        assertThat(names()).containsExactly("nutcracker.yml");
    }

    @Test
    void aSymbolicLinkStaysAndItsTargetIsReplaced() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link.yml"), Path.of("nutcracker.yml"));

        assertThat(swap(link).replace("old", "new", (_, _) -> true)).isTrue();

        assertThat(link).isSymbolicLink().hasContent("new");
        assertThat(file).isRegularFile().hasContent("new");
        assertThat(names()).contains(".nutcracker.yml.cobnut-restart");
    }

    @Test
    void whatAKilledAgentLeftIsNotInTheWay() throws IOException {
        Files.writeString(folder.resolve(".nutcracker.yml.cobnut-new"), "half");

        assertThat(swap(file).replace("old", "new", (_, _) -> true)).isTrue();

        assertThat(file).hasContent("new");
    }

    @Test
    void aFileThatCannotBeReadIsToldOf() throws IOException {
        assertThatThrownBy(() -> swap(folder.resolve("none")).read()).hasMessageContaining("no such file");
        assertThatThrownBy(() -> swap(folder).read()).hasMessageContaining("not a regular file");
        Files.write(file, new byte[] {'a', (byte) 0xff});
        assertThatThrownBy(() -> swap(file).read()).hasMessageContaining("not UTF-8");
        Files.write(file, new byte[(1 << 20) + 1]);
        assertThatThrownBy(() -> swap(file).read()).hasMessageContaining("too long");
    }
}

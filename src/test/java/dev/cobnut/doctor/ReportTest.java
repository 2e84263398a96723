package dev.cobnut.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class ReportTest {
    @TempDir
    private Path folder;

    private Diagnosis diagnosis(Scene scene) {
        return Diagnosis.of(scene.facts(), Set.of());
    }

    private Scene fenced() {
        return new Scene(folder)
                .server(Scene.ONE, "master", "config:min-replicas-to-write=1000000000", "config:timeout=5");
    }

    @Test
    void worstComesFirstAndEachLineHasItsCure() {
        assertThat(Report.of(diagnosis(fenced()), Report.Form.TEXT).lines())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .isEqualTo(
                                        "E R08 10.0.0.1:6379: min-replicas-to-write 1000000000: all writes are refused"
                                                + " (expected: no mark when no switch is under way)"),
                        line -> assertThat(line).startsWith("      cure: A Cobnut that follows"),
                        line -> assertThat(line).startsWith("W R15 10.0.0.1:6379: timeout 5"),
                        line -> assertThat(line).startsWith("      cure: "),
                        line -> assertThat(line).isEqualTo("looked at: 10.0.0.1:6379"),
                        line -> assertThat(line)
                                .isEqualTo("1 error, 1 warning, 0 notes; each code is explained by: cobnut doctor"
                                        + " --explain R08"));
    }

    @Test
    void nagiosHasItsWordAndItsNumbersOnTheFirstLine() {
        assertThat(Report.of(diagnosis(fenced()), Report.Form.NAGIOS).lines().findFirst())
                .contains("COBNUT CRITICAL - 1 error, 1 warning, 0 notes | errors=1 warnings=1 notes=0");
    }

    @Test
    void jsonCanBeRead() {
        Scene scene = fenced().missed(Facts.Target.FILE, "a\"b\n");
        Object read =
                new Load(LoadSettings.builder().build()).loadFromString(Report.of(diagnosis(scene), Report.Form.JSON));

        assertThat(read)
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .containsEntry("exit", 2)
                .containsEntry("missed", List.of(Map.of("where", "a\"b\n", "why", "Connection refused")))
                .containsEntry("looked", List.of("10.0.0.1:6379"));
    }

    @Test
    void theWorstFindingIsTheExitCode() {
        Scene well = new Scene(folder).server(Scene.ONE, "master");
        assertThat(diagnosis(well).exitCode()).isEqualTo(Diagnosis.WELL);
        assertThat(diagnosis(well.missed(Facts.Target.FILE, "x")).exitCode()).isEqualTo(Diagnosis.BLIND);
        assertThat(diagnosis(well.server(Scene.TWO, "master", "config:timeout=5"))
                        .exitCode())
                .isEqualTo(Diagnosis.WARNINGS);
        assertThat(diagnosis(new Scene(folder)).exitCode()).isEqualTo(Diagnosis.BLIND);
    }

    @Test
    void onlyTheRuleThatIsAskedForLooks() {
        assertThat(Diagnosis.of(fenced().facts(), Set.of("R15")).findings())
                .singleElement()
                .satisfies(finding -> assertThat(finding.rule().code()).isEqualTo("R15"));
    }
}

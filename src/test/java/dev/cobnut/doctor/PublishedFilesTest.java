package dev.cobnut.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The files of the reference stack as they were published, with their twelve mistakes.
class PublishedFilesTest {
    private static final Path FILES = Path.of("src/test/resources/dev/cobnut/doctor/published");
    private static String report = "";
    private static Diagnosis diagnosis = Diagnosis.of(new Facts.Collector().facts(), Set.of());

    @BeforeAll
    static void look() {
        Facts.Collector facts = new Facts.Collector();
        new FilesReader(facts).read(FILES);
        diagnosis = Diagnosis.of(facts.facts(), Set.of());
        report = Report.of(diagnosis, Report.Form.TEXT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "processes as shards | E N01 F/nutcracker.yml:7: a pool without a name lists 3 servers of cluster_obj",
                "one name for three servers | E N03 F/nutcracker.yml:8: a pool without a name has several servers",
                "a name unknown to Sentinel | W N04 F/nutcracker.yml:7: server redis-shard1:12000 is called redis-obj",
                "a replica twice | W S05 F/sentinel.conf:7: cluster_obj has the replica redis-shard2:12000 twice",
                "a replica missing | W S07 F/sentinel.conf:5: cluster_obj does not have redis-shard3:12000",
                "another port of a cache | W N05 F/ports.md:7: cluster_sess has port 12001 here",
                "a port of the proxy | W N06 F/ports.md:6: cluster_fpc is at proxy port 6380 here",
                "quorum 1 | W S02 F/sentinel.conf:5: cluster_obj has quorum 1",
                "slaveof with a colon | E R01 F/redis-shard2/cluster_obj.conf:11: slaveof redis-shard1:12000",
                "down-after 200 | E S04 F/sentinel.conf:5: cluster_obj has down-after-milliseconds 200",
                "one database | W R02 F/redis-shard1/cluster_obj.conf:5: databases 1",
                "a pool without servers and name | E N07 F/nutcracker.yml:1: a pool has neither a name nor servers:",
                "names that are not resolved | E S08 F/sentinel.conf:5: cluster_obj is at the name redis-shard1"
            })
    void namesEachMistake(String mistake, String line) {
        assertThat(report).as(mistake).contains(line.replace("F/", FILES + "/"));
    }

    @Test
    void theLinesOfEachRuleAreFollowedByItsCure() {
        assertThat(report.lines().filter(line -> line.startsWith("      cure: ")))
                .containsExactlyElementsOf(diagnosis.findings().stream()
                        .map(finding -> "      cure: " + finding.rule().cure())
                        .distinct()
                        .toList());
        assertThat(diagnosis.exitCode()).isEqualTo(Diagnosis.ERRORS);
    }

    @Test
    void whatIsMeantIsNotReported() {
        assertThat(report)
                .doesNotContain("N05 " + FILES + "/ports.md:5")
                .doesNotContain("R18")
                .doesNotContain("N08");
    }
}

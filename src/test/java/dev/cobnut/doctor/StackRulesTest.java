package dev.cobnut.doctor;

import static dev.cobnut.doctor.Scene.ONE;
import static dev.cobnut.doctor.Scene.TWO;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.render.ProxyConf;
import dev.cobnut.render.Target;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is found when a stack.yml says what should be.
class StackRulesTest {
    @TempDir
    private Path folder;

    private static List<String> findings(Scene scene) {
        return Diagnosis.of(scene.facts(), Set.of()).findings().stream()
                .map(finding -> finding.rule().code() + " " + finding.found().at() + ": "
                        + finding.found().is())
                .toList();
    }

    private Drift drift(Scene scene) {
        Facts facts = scene.facts();
        return new Drift(facts, requireNonNull(facts.wanted()));
    }

    /// One line for each process: its changes.
    private List<String> changes(Scene scene) {
        return drift(scene).rows().stream()
                .map(row -> row.service().title() + " " + row.now() + " "
                        + row.changes().stream().map(Drift.Change::text).toList())
                .toList();
    }

    @Test
    void nothingDiffersWhereAllIsAsTheFileSays() {
        Scene well = StackCases.well(new Scene(folder));
        Scene quiet =
                new Scene(folder).stack(StackCases.STACK.replace("[two]};proxies", "[two], down_after: 5 s};proxies"));
        quiet.server(ONE, "master", "config:maxmemory=1gb", "config:appendonly=yes")
                .replica(TWO, ONE, "config:maxmemory=1gb", "config:appendonly=yes")
                .sentinel("10.0.0.2:26379", "shop", ONE, 1, 0)
                .proxy(
                        "10.0.0.2:22222",
                        "1",
                        List.of(new Proxy.View("shop", "shop", "1", "shop", ONE, "1", "open", "")),
                        Map.of("shop", "fnv1a_64 ketama"),
                        Set.of(),
                        false);

        assertThat(changes(quiet))
                .containsExactly(
                        "redis shop master []",
                        "redis shop replica []",
                        "sentinel running []",
                        "cobnut shop running []",
                        "cobnut statistics running []");
        assertThat(drift(quiet).placement()).containsExactly("unchanged, no key moves");
        assertThat(drift(well).strangers()).isEmpty();
        assertThat(new LiveReport(quiet.facts()).exitCode()).isEqualTo(LiveReport.SAME);
        assertThat(new LiveReport(well.facts()).exitCode()).isEqualTo(LiveReport.DIFFERS);
    }

    @Test
    void aDeadHostIsNamedOnceAndWhatFollowsFromItNotAtAll() {
        Scene scene = new Scene(folder)
                .stack(StackCases.STACK)
                .replica(TWO, ONE, "master_link_status=down", "config:appendonly=yes", "config:maxmemory=1gb")
                .missed(Facts.Target.SERVER, ONE)
                .missed(Facts.Target.SERVER, "10.0.0.1:6380")
                .missed(Facts.Target.SENTINEL, "10.0.0.1:26379");

        assertThat(findings(scene))
                .filteredOn(line -> line.contains("10.0.0.1") || line.contains(" one"))
                .singleElement()
                .isEqualTo("K07 one: nothing answers there (the host refuses connections: it lives, and they do not):"
                        + " redis shop 6379, 10.0.0.1:6380, 10.0.0.1:26379");
        assertThat(Report.of(Diagnosis.of(scene.facts(), Set.of()), Report.Form.TEXT))
                .contains("; not reached: host one (3 processes)\n");
    }

    @Test
    void aStackWithoutSentinelsIsNotComparedWithTheirs() {
        Scene scene = new Scene(folder)
                .stack(StackCases.STACK
                        .replace("sentinels: {hosts: [two]};", "")
                        .replace("listen: 7000", "listen: 7000, pool: {auto_eject_hosts: true}"));

        assertThat(findings(scene)).isEmpty();
    }

    @Test
    void whoAnswersAndRefusesIsNotDead() {
        Scene scene = new Scene(folder)
                .missed(Facts.Target.SERVER, ONE, "INFO: NOAUTH Authentication required.")
                .missed(Facts.Target.SENTINEL, "10.0.0.1:26379", "it says: NOAUTH Authentication required.");

        assertThat(findings(scene)).hasSize(2).allMatch(line -> line.startsWith("R20 10.0.0.1:"));
    }

    @Test
    void whatASwitchMarksForItsTimeIsNoFault() {
        Scene scene = new Scene(folder).stack(StackCases.STACK);
        scene.server(ONE, "master", "config:min-replicas-to-write=1000000000")
                .proxy("10.0.0.2:22222", "1", List.of(), Map.of(), Set.of(), true);

        assertThat(findings(scene)).noneMatch(line -> line.startsWith("R08") || line.contains("min-replicas"));
    }

    @Test
    void theKindIsThatOfTheFile() {
        Scene scene = new Scene(folder)
                .stack(StackCases.STACK.replace("kind: plain", "kind: session"))
                .server(ONE, "master", "config:appendonly=no");

        assertThat(findings(scene)).contains("R18 " + ONE + ": sessions without an append-only file");
    }

    @Test
    void memoryOfAnotherHostIsThatOfTheFile() {
        Scene scene = new Scene(folder).stack(StackCases.STACK).server(ONE, "master", "config:maxmemory=5gb");

        assertThat(findings(scene)).contains("K04 host one: its servers may have 5120 MiB, and it has 4096 MiB");
    }

    @Test
    void whatSentinelsHaveAlikeIsToldOnce() {
        Scene scene = new Scene(folder)
                .sentinel("10.0.0.1:26379", "shop", ONE, 1, 1)
                .sentinel("10.0.0.2:26379", "shop", ONE, 1, 1);

        assertThat(findings(scene))
                .contains("S02 10.0.0.1:26379, 10.0.0.2:26379: shop has quorum 1: one Sentinel's opinion is enough");
    }

    @Test
    void whatServersOfAGroupHaveAlikeIsToldOnce() {
        Scene scene = new Scene(folder)
                .sentinel("s1", "shop", ONE, 2, 2)
                .server(ONE, "master", "config:timeout=5")
                .replica(TWO, ONE, "config:timeout=5");

        assertThat(findings(scene))
                .contains("R15 10.0.0.1:6379, 10.0.0.2:6379: timeout 5: idle connections are closed");
    }

    @Test
    void whoFollowsTheNewMasterBeforeSentinelSaysSoIsNotAccused() {
        Scene scene = new Scene(folder)
                .sentinel("s1", "shop", ONE, 2, 2)
                .replica(TWO, "10.0.0.3:6379")
                .missed(Facts.Target.SERVER, ONE);

        assertThat(findings(scene)).noneMatch(line -> line.startsWith("R09"));
    }

    @Test
    void aServerOfTheFileThatSentinelForgotIsNamed() {
        Scene scene = new Scene(folder).stack(StackCases.STACK);
        scene.server(ONE, "master").replica(TWO, ONE);
        scene.sentinel(
                "10.0.0.2:26379",
                new Group(
                        "shop",
                        "10.0.0.2:26379",
                        Scene.node(ONE),
                        1,
                        2_000,
                        10_000,
                        1,
                        List.of(),
                        0,
                        null,
                        Set.of(),
                        true));

        assertThat(findings(scene)).contains("S07 10.0.0.2:26379: shop does not have 10.0.0.2:6379 at 10.0.0.2:26379");
    }

    /// Two shards, and a proxy that places keys in these words.
    private Scene twoShards(String pool, String words) {
        String stack =
                "stack: shop;hosts:;  one: 10.0.0.1;  two: 10.0.0.2;caches:;  shop: {kind: session, hosts: [one, two],"
                        + " port: 6379, listen: 7000, shards: 2" + pool
                        + "};sentinels: {hosts: [two]};proxies: {hosts: [two]};";
        return new Scene(folder)
                .stack(stack)
                .proxy(
                        "10.0.0.2:22222",
                        "1",
                        List.of(
                                new Proxy.View("shop", "shop-1", "1", "shop-1", ONE, "1", "open", ""),
                                new Proxy.View("shop", "shop-2", "1", "shop-2", TWO, "1", "open", "")),
                        Map.of("shop", words),
                        Set.of(),
                        false);
    }

    @Test
    void aPoolHasTheHashTagOfTheFileThatIsRenderedForIt() {
        Scene fresh = twoShards("", "fnv1a_64 ketama {}");
        String rendered = ProxyConf.of(requireNonNull(fresh.facts().wanted()).blueprint(), "two", Target.SYSTEM)
                .text();

        assertThat(findings(fresh.file("cobnut.yml", rendered)))
                .noneMatch(line -> line.startsWith("P03") || line.startsWith("N09"));
        assertThat(drift(fresh).placement()).containsExactly("unchanged, no key moves");
        assertThat(changes(fresh)).contains("cobnut shop running []");
    }

    @Test
    void anEmptyHashTagIsNoneAndAnotherOneMovesKeys() {
        String none = ", pool: {hash_tag: \"\"}";

        assertThat(findings(twoShards(none, "fnv1a_64 ketama"))).noneMatch(line -> line.startsWith("P03"));
        assertThat(findings(twoShards(none, "fnv1a_64 ketama {}"))).anyMatch(line -> line.startsWith("P03"));
        assertThat(findings(twoShards("", "fnv1a_64 ketama"))).anyMatch(line -> line.startsWith("P03"));
    }

    @Test
    void whoKnowsNoMasterIsToldAsThatAndNotAsOneWithAnother() {
        for (String gate : List.of("open", "down")) {
            Scene scene = new Scene(folder)
                    .proxy("p1", "1", List.of(Scene.view("a", "", "0", gate)), Map.of(), Set.of(), false)
                    .proxy("p2", "1", "a", ONE, "open")
                    .proxy("p3", "1", "a", ONE, "open");

            assertThat(findings(scene))
                    .singleElement()
                    .asString()
                    .startsWith("P05 p1: pool main, shard a: ")
                    .endsWith(
                            gate.equals("open")
                                    ? "it knows no master: requests wait, or fail"
                                    : "requests fail: no master");
        }
    }

    private static List<String> speakers(Scene scene) {
        return Diagnosis.of(scene.facts(), Set.of("V08")).findings().stream()
                .map(finding -> finding.found().at() + " " + finding.found().is() + " -> "
                        + finding.found().should())
                .toList();
    }

    private Scene virtual() {
        return new Scene(folder).stack(StackCases.VIRTUAL);
    }

    @Test
    void aHostThatWouldNotTakeTheAddressIsToldWithItsReason() {
        String at = StackCases.SPEAKER;
        String begin = at + " two would not take 10.0.0.100: ";
        String end = " -> BACKUP, or MASTER on one of two";

        assertThat(speakers(virtual().speaker(at, false, "master", ""))).isEmpty();
        assertThat(speakers(virtual().speaker(at, true, "fault", "drained")))
                .containsExactly(begin + "it is drained" + end);
        assertThat(speakers(virtual().speaker(at, false, "fault", "ping :7000: no answer")))
                .containsExactly(begin + "shop is FAULT: ping :7000: no answer" + end);
        assertThat(speakers(virtual().speaker(at, false, "init", ""))).containsExactly(begin + "shop is INIT" + end);
        assertThat(speakers(virtual().speaker(at, false, "backup", "", "10.0.0.101/24")))
                .containsExactly(begin + "its cobnut vip speaks for other addresses" + end);
        assertThat(speakers(virtual().missed(Facts.Target.SPEAKER, at)))
                .containsExactly(begin + "cobnut vip does not run there, or shows its page to its own host only" + end);
        assertThat(speakers(virtual().missed(Facts.Target.SPEAKER, at, "no route to host")))
                .containsExactly(begin + "cobnut vip does not answer: no route to host" + end);
    }

    @Test
    void keepalivedIsNotAskedAndAFileThatNobodyWasAskedForAccusesNobody() {
        Scene keepalived = new Scene(folder)
                .stack(StackCases.VIRTUAL.replace("interface: eth0", "interface: eth0, speaker: keepalived"));

        assertThat(requireNonNull(keepalived.facts().wanted()).speakers()).isEmpty();
        assertThat(new Scene(folder).stack(StackCases.STACK).facts().wanted())
                .satisfies(
                        wanted -> assertThat(requireNonNull(wanted).speakers()).isEmpty());
        assertThat(requireNonNull(virtual().facts().wanted()).speakers())
                .containsExactly(Map.entry("two", Scene.node(StackCases.SPEAKER)));
        assertThat(speakers(virtual())).isEmpty();
    }

    @Test
    void aDeadHostIsToldWithoutItsSpeakerAndOneWhoseSpeakerAnswersIsNotDead() {
        Scene dead = virtual()
                .missed(Facts.Target.SERVER, TWO)
                .missed(Facts.Target.PROXY, "10.0.0.2:22222")
                .missed(Facts.Target.SPEAKER, StackCases.SPEAKER);
        Scene alive = virtual()
                .missed(Facts.Target.SERVER, TWO)
                .missed(Facts.Target.PROXY, "10.0.0.2:22222")
                .speaker(StackCases.SPEAKER, false, "backup", "");

        assertThat(findings(dead))
                .filteredOn(line -> line.matches("(K07|V08|F01) .*"))
                .singleElement()
                .asString()
                .startsWith("K07 two: ")
                .endsWith("redis shop 6379, cobnut statistics 22222, cobnut vip 22223");
        assertThat(findings(alive)).noneMatch(line -> line.startsWith("K07")).anyMatch(line -> line.startsWith("F01"));
    }

    @Test
    void thePlanHasALineForEachSpeaker() {
        String at = StackCases.SPEAKER;

        assertThat(last(virtual().speaker(at, false, "backup", ""))).isEqualTo("two cobnut vip 22223 - backup -");
        assertThat(last(virtual().speaker(at, true, "fault", "drained"))).isEqualTo("two cobnut vip 22223 - drained -");
        assertThat(last(virtual().speaker(at, false, "backup", "", "10.0.0.101/24")))
                .isEqualTo("two cobnut vip 22223 - other addresses + address 10.0.0.100/24");
        assertThat(last(virtual().missed(Facts.Target.SPEAKER, at)))
                .isEqualTo("two cobnut vip 22223 - (nothing) + start");
        assertThat(last(virtual().missed(Facts.Target.SPEAKER, at, "timed out")))
                .isEqualTo("two cobnut vip 22223 - no answer ? timed out");
    }

    private static String last(Scene scene) {
        return String.join(" ", new LiveReport(scene.facts()).table().getLast());
    }

    @Test
    void orderOfShardsMovesNoKeyAndAnotherHashDoes() {
        Ring one = new Ring("fnv1a_64 ketama", Map.of("a", 1, "b", 1));
        Ring other = new Ring("murmur ketama", Map.of("b", 1, "a", 1));

        assertThat(one.isAs(new Ring("fnv1a_64 ketama", Map.of("b", 1, "a", 1))))
                .isTrue();
        assertThat(one.isAs(new Ring("", Map.of("a", 1, "b", 1)))).isTrue();
        assertThat(one.isAs(other)).isFalse();
        assertThat(one.percentElsewhere(other)).isBetween(40, 60);
        assertThat(one.percentElsewhere(new Ring("no such", Map.of("a", 1)))).isEqualTo(100);
        assertThat(new Ring("x y", Map.of("a", 1)).isAs(new Ring("murmur ketama", Map.of("a", 1))))
                .isTrue();
    }
}

package dev.cobnut.doctor;

import static dev.cobnut.doctor.Scene.ONE;
import static dev.cobnut.doctor.Scene.TWO;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Each rule finds what is planted, and is silent where all is well. A rule without both fails.
class RuleTableTest {
    private static final String SHOP =
            "sentinel monitor shop 10.0.0.1 6379 2;sentinel known-replica shop 10.0.0.2 6379;";
    private static final String VRRP =
            "vrrp_script up {;  script \"%s\";  weight %d;};vrrp_instance vip {;  virtual_router_id 51;  priority %d;"
                    + "  virtual_ipaddress {;    %s;  };  track_script {;    up;  };};";

    private static final String SESSION =
            "<?php return ['session' => ['save' => 'redis', 'redis' => ['host' => '10.0.0.9']]]";

    @TempDir
    private Path folder;

    /// One rule with what it has to find, and what it must not.
    record Case(String code, UnaryOperator<Scene> planted, UnaryOperator<Scene> good) {}

    private static UnaryOperator<Scene> keepalived(String script, int weight, int priority, String address, int other) {
        return scene -> scene.file("a/keepalived.conf", VRRP.formatted(script, weight, priority, address))
                .file("b/keepalived.conf", VRRP.formatted(script, weight, other, "10.0.0.10"));
    }

    private static UnaryOperator<Scene> conf(String name, String lines) {
        return scene -> scene.sentinelConf(SHOP).file(name, "port 6379;" + lines);
    }

    private static UnaryOperator<Scene> sentinelConf(String lines) {
        return scene -> scene.sentinelConf(SHOP + lines);
    }

    private static UnaryOperator<Scene> env(String options) {
        return scene -> scene.pool("", "10.0.0.1:6379:1 shop").file("env.php", php("cache", options));
    }

    private static String php(String store, String options) {
        return "<?php return ['" + store + "' => ['frontend' => ['default' => ['backend_options' => ["
                + "'server' => '10.0.0.9', 'port' => '6379', " + options + "]]]]]" + "/**/";
    }

    private static UnaryOperator<Scene> living(String... master) {
        return scene -> scene.sentinel("s1", "shop", ONE, 2, 2)
                .server(ONE, "master", master)
                .replica(TWO, ONE);
    }

    private static final List<Case> CASES = Stream.concat(
                    StackCases.ALL.stream(),
                    Stream.of(
                            new Case(
                                    "S01",
                                    scene -> scene.sentinel("s1", "shop", ONE, 2, 1)
                                            .sentinel("s2", "shop", TWO, 2, 1),
                                    scene -> scene.sentinel("s1", "shop", ONE, 2, 1)
                                            .sentinel("s2", "shop", ONE, 2, 1)),
                            new Case("S02", sentinelConf("sentinel monitor one 10.0.0.3 6379 1"), sentinelConf("")),
                            new Case(
                                    "S03",
                                    scene -> scene.sentinel("s1", "shop", ONE, 3, 1),
                                    scene -> scene.sentinel("s1", "shop", ONE, 2, 1)),
                            new Case(
                                    "S04",
                                    sentinelConf("sentinel down-after-milliseconds shop 200"),
                                    sentinelConf("sentinel down-after-milliseconds shop 1500")),
                            new Case(
                                    "S05",
                                    sentinelConf("sentinel known-slave shop 10.0.0.2 6379"),
                                    sentinelConf("sentinel known-slave shop 10.0.0.3 6379")),
                            new Case(
                                    "S06",
                                    scene -> scene.sentinel(
                                            "s1", Scene.group("s1", "shop", ONE, 2, 2, 7_200_000, Set.of("master"))),
                                    scene -> scene.sentinel(
                                            "s1", Scene.group("s1", "shop", ONE, 2, 2, 60_000, Set.of("master")))),
                            new Case("S07", living("connected_slaves=2"), living("connected_slaves=1")),
                            new Case(
                                    "S08",
                                    sentinelConf("sentinel monitor named redis1 6379 2"),
                                    sentinelConf(
                                            "sentinel monitor named redis1 6379 2;sentinel resolve-hostnames yes")),
                            new Case(
                                    "S09",
                                    scene -> scene.sentinel("s1", "shop", ONE, 2, 0)
                                            .sentinel("s2", "shop", ONE, 2, 1),
                                    scene -> scene.sentinel("s1", "shop", ONE, 2, 1)
                                            .sentinel("s2", "shop", ONE, 2, 1)),
                            new Case(
                                    "S10",
                                    scene -> scene.sentinel("s1", "shop", ONE, 2, 1),
                                    scene -> scene.sentinel("s1", "shop", ONE, 2, 2)),
                            new Case(
                                    "S11",
                                    scene -> scene.sentinel("s1", "shop", ONE, 2, 1)
                                            .sentinel("s2", "shop", ONE, 3, 1),
                                    scene -> scene.sentinel("s1", "shop", ONE, 2, 1)
                                            .sentinel("s2", "shop", ONE, 2, 1)),
                            new Case(
                                    "S12",
                                    conf("redis.conf", "requirepass x"),
                                    scene -> scene.sentinelConf(SHOP + "sentinel auth-pass shop x")
                                            .file("redis.conf", "port 6379;requirepass x")),
                            new Case(
                                    "S13",
                                    scene -> scene.sentinel(
                                            "s1", Scene.group("s1", "shop", ONE, 2, 2, 0, Set.of("s_down", "master"))),
                                    scene -> scene.sentinel("s1", "shop", ONE, 2, 2)),
                            new Case(
                                    "S14",
                                    scene -> scene.missed(Facts.Target.SENTINEL, "s2"),
                                    scene -> scene.missed(Facts.Target.FILE, "redis.conf")),
                            new Case(
                                    "S15",
                                    sentinelConf("sentinel down-after-milliseconds shop 1500"),
                                    sentinelConf("sentinel down-after-milliseconds shop 2000")),
                            new Case("R01", conf("redis.conf", "slaveof h:6379"), conf("redis.conf", "slaveof h 6379")),
                            new Case("R02", conf("redis.conf", "databases 1"), conf("redis.conf", "databases 16")),
                            new Case(
                                    "R03",
                                    conf("redis.conf", "requirepass x"),
                                    conf("redis.conf", "requirepass x;masterauth x")),
                            new Case(
                                    "R04",
                                    living("connected_slaves=1", "config:save="),
                                    living("connected_slaves=1", "config:save=", "config:appendonly=yes")),
                            new Case(
                                    "R05",
                                    scene ->
                                            living().apply(scene).replica("10.0.0.2:6379", ONE, "db0=keys=7,expires=0"),
                                    scene -> living("db0=keys=7,expires=0")
                                            .apply(scene)
                                            .replica(TWO, ONE, "db0=keys=7,expires=0")),
                            new Case("R06", scene -> living().apply(scene).server(TWO, "master"), living()),
                            new Case(
                                    "R07",
                                    conf("sessions.conf", "appendonly yes"),
                                    conf("sessions.conf", "min-replicas-to-write 1")),
                            new Case(
                                    "R08",
                                    living("config:min-replicas-to-write=1000000001"),
                                    living("config:min-replicas-to-write=1")),
                            new Case(
                                    "R09",
                                    scene -> scene.sentinel("s1", "shop", ONE, 2, 2)
                                            .replica(TWO, "10.0.0.7:6379"),
                                    scene -> scene.sentinel("s1", "shop", ONE, 2, 2)
                                            .replica(TWO, ONE)),
                            new Case(
                                    "R10",
                                    scene -> scene.server(ONE, "master", "master_repl_offset=900000000")
                                            .replica(TWO, ONE),
                                    scene -> scene.server(ONE, "master", "master_repl_offset=900")
                                            .replica(TWO, ONE)),
                            new Case(
                                    "R11",
                                    scene -> scene.missed(Facts.Target.SERVER, TWO),
                                    scene -> scene.missed(Facts.Target.SENTINEL, "s2")),
                            new Case(
                                    "R12",
                                    scene -> scene.sentinel("s1", "shop", ONE, 2, 2)
                                            .replica(TWO, ONE, "config:replica-priority=0"),
                                    scene -> scene.sentinel("s1", "shop", ONE, 2, 2)
                                            .replica(TWO, ONE, "config:replica-priority=100")),
                            new Case("R13", conf("fpc.conf", "save 900 1"), conf("fpc.conf", "maxmemory 2gb")),
                            new Case(
                                    "R14",
                                    conf("sessions.conf", "maxmemory 1gb;maxmemory-policy allkeys-lru"),
                                    conf("sessions.conf", "maxmemory 1gb;maxmemory-policy volatile-lru")),
                            new Case(
                                    "R15",
                                    living("config:timeout=300"),
                                    living("config:timeout=0", "config:tcp-keepalive=60")),
                            new Case(
                                    "R16",
                                    conf("redis.conf", "protected-mode no"),
                                    conf("redis.conf", "protected-mode no;bind 127.0.0.1 ::1")),
                            new Case(
                                    "R17",
                                    conf("redis.conf", "rename-command CONFIG \"\""),
                                    conf("redis.conf", "rename-command DEBUG \"\"")),
                            new Case(
                                    "R18",
                                    conf("sessions.conf", "appendonly no"),
                                    conf("sessions.conf", "appendonly yes")),
                            new Case(
                                    "R19",
                                    conf("redis.conf", "replica-read-only no"),
                                    conf("redis.conf", "replica-read-only yes")),
                            new Case("R20", scene -> scene.mute(ONE, "NOPERM no"), living()),
                            new Case(
                                    "V01",
                                    scene -> scene.server(ONE, "master", "redis_version=8.0.1")
                                            .replica(TWO, ONE, "redis_version=7.0.15"),
                                    scene -> scene.server(ONE, "master", "redis_version=7.0.15")
                                            .replica(TWO, ONE, "redis_version=8.0.1")),
                            new Case(
                                    "V02",
                                    keepalived("check", -2, 150, "10.0.0.10", 100),
                                    keepalived("check", -60, 150, "10.0.0.10", 100)),
                            new Case(
                                    "V03",
                                    scene -> scene.file(
                                            "keepalived.conf",
                                            "global_defs {; vrrp_strict;};vrrp_instance v {; priority 1;}"),
                                    scene -> scene.file("keepalived.conf", "vrrp_instance v {; priority 1;}")),
                            new Case(
                                    "V04",
                                    keepalived("killall -0 nutcracker", 0, 150, "10.0.0.10", 100),
                                    keepalived("redis-cli -p 6379 ping", 0, 150, "10.0.0.10", 100)),
                            new Case(
                                    "V05",
                                    keepalived("check", 0, 150, "10.0.0.11", 100),
                                    keepalived("check", 0, 150, "10.0.0.10", 100)),
                            new Case(
                                    "K01",
                                    scene -> scene.server(ONE, "master").host(128, 1, "madvise"),
                                    scene -> scene.server(ONE, "master").host(4096, 1, "madvise")),
                            new Case(
                                    "K02",
                                    scene -> scene.host(4096, 0, "madvise"),
                                    scene -> scene.host(4096, 1, "madvise")),
                            new Case(
                                    "K03",
                                    scene -> scene.server(ONE, "master").host(4096, 1, "always"),
                                    scene -> scene.server(ONE, "master", "config:disable-thp=yes")
                                            .host(4096, 1, "always")),
                            new Case(
                                    "K04",
                                    scene -> scene.server(ONE, "master", "config:maxmemory=9gb")
                                            .host(4096, 1, "never"),
                                    scene -> scene.server(TWO, "master", "config:maxmemory=9gb")
                                            .host(4096, 1, "never")),
                            new Case("K05", living("config:maxclients=992"), living("config:maxclients=10000")),
                            new Case("K06", living(Server.CLOCK + "=-70"), living(Server.CLOCK + "=2")),
                            new Case(
                                    "N01",
                                    scene ->
                                            scene.sentinelConf(SHOP).pool("", "10.0.0.1:6379:1 a", "10.0.0.2:6379:1 b"),
                                    scene -> scene.sentinelConf(SHOP)
                                            .pool("", "10.0.0.1:6379:1 shop", "10.0.0.3:6379:1 b")),
                            new Case(
                                    "N02",
                                    scene -> scene.sentinelConf(SHOP)
                                            .pool("auto_eject_hosts: true;  ", "10.0.0.1:6379:1 shop"),
                                    scene -> scene.pool("auto_eject_hosts: true;  ", "10.0.0.1:6379:1 shop")),
                            new Case(
                                    "N03",
                                    scene -> scene.pool("", "10.0.0.1:6379:1 shop", "10.0.0.2:6379:1 shop"),
                                    scene -> scene.pool("", "10.0.0.1:6379:1 shop", "10.0.0.2:6379:1 shop")
                                            .proxy("p1", "1", "shop", ONE, "open")),
                            new Case(
                                    "N04",
                                    scene -> scene.sentinelConf(SHOP).pool("", "10.0.0.1:6379:1 redis-shop"),
                                    scene -> scene.sentinelConf(SHOP).pool("", "10.0.0.1:6379:1 shop")),
                            new Case(
                                    "N05",
                                    scene -> scene.sentinelConf(SHOP).pool("", "10.0.0.1:6380:1 shop"),
                                    scene -> scene.sentinelConf(SHOP).pool("", "10.0.0.1:6379:1 shop")),
                            new Case(
                                    "N06",
                                    scene -> scene.pool("", "10.0.0.1:6379:1")
                                            .file("p.md", "| c | proxy port |;| - | - |;| c | 6380 |"),
                                    scene -> scene.pool("", "10.0.0.1:6379:1")
                                            .file("p.md", "| c | proxy port |;| - | - |;| c | 6379 |")),
                            new Case(
                                    "N07",
                                    scene -> scene.file(
                                            "n.yml", "listen: 0.0.0.0:6379;redis: true;- 10.0.0.1:6379:1 shop"),
                                    scene -> scene.pool("", "10.0.0.1:6379:1 shop")),
                            new Case(
                                    "N08",
                                    scene -> scene.pool("hash: crc33;  ", "10.0.0.1:6379:1 shop"),
                                    scene -> scene.pool("hash: crc32;  ", "10.0.0.1:6379:1 shop")),
                            new Case(
                                    "N09",
                                    scene -> scene.pool("", "10.0.0.1:6379:1 a")
                                            .file(
                                                    "b.yml",
                                                    "main:;  listen: 0.0.0.0:6379;  redis: true;  servers:;  - 10.0.0.1:6379:2 a"),
                                    scene -> scene.pool("", "10.0.0.1:6379:1 a")
                                            .file(
                                                    "b.yml",
                                                    "main:;  listen: 0.0.0.0:6379;  redis: true;  servers:;  - 10.0.0.2:6379:1 a")),
                            new Case(
                                    "P01",
                                    scene -> scene.proxy("p1", "1", "a", ONE, "open")
                                            .proxy("p2", "1", "a", TWO, "open"),
                                    scene -> scene.proxy("p1", "1", "a", ONE, "open")
                                            .proxy("p2", "1", "a", ONE, "open")),
                            new Case(
                                    "P02",
                                    scene -> scene.proxy("p1", "1", "a", ONE, "open")
                                            .proxy("p2", "2", "a", ONE, "open"),
                                    scene -> scene.proxy("p1", "1", "a", ONE, "open")
                                            .proxy("p2", "1", "a", ONE, "open")),
                            new Case(
                                    "P03",
                                    scene -> scene.pool("", "10.0.0.1:6379:1 b").proxy("p1", "1", "a", ONE, "open"),
                                    scene -> scene.pool("", "10.0.0.1:6379:1 a").proxy("p1", "1", "a", ONE, "open")),
                            new Case(
                                    "P04",
                                    scene -> scene.host(4096, 1, "never", 77L),
                                    scene -> scene.host(4096, 1, "never")),
                            new Case(
                                    "P05",
                                    scene -> scene.proxy("p1", "1", "a", ONE, "held"),
                                    scene -> scene.proxy("p1", "1", "a", ONE, "open")),
                            new Case(
                                    "P06",
                                    scene -> scene.missed(Facts.Target.PROXY, "p1"),
                                    scene -> scene.missed(Facts.Target.SERVER, ONE)),
                            new Case(
                                    "M01",
                                    scene -> env("'database' => '2'")
                                            .apply(scene)
                                            .file("redis.conf", "port 6379;databases 2"),
                                    scene -> env("'database' => '1'")
                                            .apply(scene)
                                            .file("redis.conf", "port 6379;databases 2")),
                            new Case("M02", env("'sentinel_master' => 'shop'"), env("'sentinel_master' => ''")),
                            new Case("M03", env("'read_timeout' => '2.5'"), env("'read_timeout' => '12'")),
                            new Case(
                                    "M04",
                                    scene -> scene.pool("", "10.0.0.1:6379:1 a", "10.0.0.2:6379:1 b")
                                            .file("env.php", php("cache", "'use_lua' => '1'")),
                                    env("'use_lua' => '1'")),
                            new Case(
                                    "M05",
                                    scene -> scene.pool("", "10.0.0.1:7000:1 a")
                                            .file("env.php", php("cache", "'port' => 6380")),
                                    env("'database' => 0")),
                            new Case(
                                    "M06",
                                    scene -> env("'database' => 2").apply(scene).file("s.php", SESSION),
                                    scene -> env("'database' => 0").apply(scene).file("s.php", SESSION)),
                            new Case(
                                    "M07",
                                    scene -> scene.pool("", "10.0.0.1:6379:1 a", "10.0.0.2:6379:1 b")
                                            .file("env.php", php("cache", "'database' => 0")),
                                    env("'database' => 0"))))
            .toList();

    @TestFactory
    List<DynamicTest> eachRuleFindsWhatIsPlantedAndIsSilentOtherwise() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Case each : CASES) {
            tests.add(DynamicTest.dynamicTest(each.code(), () -> {
                Set<String> only = Set.of(each.code());
                Path planted = Files.createDirectories(folder.resolve(each.code() + "-planted"));
                Path good = Files.createDirectories(folder.resolve(each.code() + "-good"));

                assertThat(Diagnosis.of(each.planted().apply(new Scene(planted)).facts(), only)
                                .findings())
                        .as("planted")
                        .isNotEmpty();
                assertThat(Diagnosis.of(each.good().apply(new Scene(good)).facts(), only)
                                .findings())
                        .as("good")
                        .isEmpty();
            }));
        }
        return tests;
    }

    @Test
    void eachRuleHasItsCase() {
        assertThat(CASES.stream().map(Case::code))
                .containsExactlyInAnyOrderElementsOf(
                        RuleTable.ALL.stream().map(Rule::code).toList())
                .doesNotHaveDuplicates();
    }

    @Test
    void codesAreALetterAndTwoDigits() {
        assertThat(RuleTable.ALL).allMatch(rule -> rule.code().matches("[SRKVNPMF]\\d\\d"));
        assertThat(RuleTable.of("s04")).isSameAs(RuleTable.of("S04")).isNotNull();
        assertThat(RuleTable.of("S99")).isNull();
    }
}

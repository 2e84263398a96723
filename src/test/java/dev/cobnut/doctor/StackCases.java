package dev.cobnut.doctor;

import static dev.cobnut.doctor.Scene.ONE;
import static dev.cobnut.doctor.Scene.TWO;

import dev.cobnut.doctor.RuleTableTest.Case;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/// Cases of rules that need a stack.yml, or several hosts.
final class StackCases {
    /// Two servers of one group on two hosts, a Sentinel and a proxy at the second.
    static final String STACK = "stack: shop;hosts:;  one: {address: 10.0.0.1, memory: 4 GB};  two: 10.0.0.2;"
            + "caches:;  shop: {kind: plain, hosts: [one, two], port: 6379, listen: 7000, memory: 1 GB};"
            + "sentinels: {hosts: [two]};proxies: {hosts: [two]};";

    static final String VIRTUAL = STACK + "vip: {address: 10.0.0.100/24, interface: eth0};";
    private static final String SENTINEL = "10.0.0.2:26379";
    private static final String PROXY = "10.0.0.2:22222";
    static final String SPEAKER = "10.0.0.2:22223";
    private static final String[] SET = {
        "config:maxmemory=1073741824", "config:maxmemory-policy=noeviction", "config:appendonly=yes"
    };

    private StackCases() {}

    /// All as the file says.
    static Scene well(Scene scene) {
        return servers(scene.stack(STACK))
                .sentinel(SENTINEL, Scene.group(SENTINEL, "shop", ONE, 1, 0, 0, Set.of("master")))
                .proxy(PROXY, "1", List.of(view("shop")), Map.of(), Set.of(), false);
    }

    private static Scene servers(Scene scene) {
        return scene.server(ONE, "master", SET).replica(TWO, ONE, SET);
    }

    private static Proxy.View view(String pool) {
        return new Proxy.View(pool, "shop", "1", "shop", ONE, "1", "open", "");
    }

    private static Scene proxy(Scene scene, String at, String... addresses) {
        return scene.proxy(at, "1", List.of(view("shop")), Map.of(), Set.of(addresses), false);
    }

    private static UnaryOperator<Scene> behind(String epoch, boolean switching) {
        return scene -> scene.sentinel("s1", Scene.group("s1", "shop", ONE, 2, 2, 0, Set.of("master")))
                .proxy("p1", "1", List.of(Scene.view("a", ONE, epoch, "open")), Map.of(), Set.of(), switching);
    }

    static final List<Case> ALL = List.of(
            new Case(
                    "F01",
                    scene -> scene.stack(STACK)
                            .server(ONE, "master", SET)
                            .missed(Facts.Target.SERVER, TWO)
                            .sentinel(SENTINEL, "shop", ONE, 1, 0),
                    StackCases::well),
            new Case("F02", scene -> well(scene).replica("10.0.0.3:6379", ONE, SET), StackCases::well),
            new Case(
                    "F03",
                    scene -> scene.stack(STACK)
                            .server(ONE, "master", SET)
                            .replica("10.0.0.2:6380", ONE, SET)
                            .missed(Facts.Target.SERVER, TWO)
                            .sentinel(
                                    SENTINEL,
                                    new Group(
                                            "shop",
                                            SENTINEL,
                                            Scene.node(ONE),
                                            1,
                                            2_000,
                                            10_000,
                                            1,
                                            List.of(new Replica(Scene.node("10.0.0.2:6380"), SENTINEL, Set.of(), 0)),
                                            0,
                                            null,
                                            Set.of(),
                                            true)),
                    StackCases::well),
            new Case(
                    "F04",
                    scene -> servers(scene.stack(STACK))
                            .sentinel(SENTINEL, Scene.group(SENTINEL, "redis-shop", ONE, 1, 0, 0, Set.of("master"))),
                    StackCases::well),
            new Case(
                    "F05",
                    scene -> servers(scene.stack(STACK + ";")).sentinel(SENTINEL, "shop", ONE, 1, 0),
                    scene -> servers(scene.stack(STACK.replace("[two]};proxies", "[two], down_after: 5 s};proxies")))
                            .sentinel(SENTINEL, "shop", ONE, 1, 0)),
            new Case(
                    "F06",
                    scene -> scene.stack(STACK).server(ONE, "master", SET[0], SET[1], SET[2], "config:databases=1"),
                    scene -> scene.stack(STACK)
                            .server(ONE, "master", SET[0], SET[1], SET[2], "config:min-replicas-to-write=1000000000")),
            new Case(
                    "F07",
                    scene -> scene.stack(STACK).server(ONE, "master", SET).replica(TWO, "10.0.0.9:6379", SET),
                    StackCases::well),
            new Case(
                    "F08",
                    scene -> scene.stack(STACK).proxy(PROXY, "1", List.of(view("other")), Map.of(), Set.of(), false),
                    StackCases::well),
            new Case(
                    "K07",
                    scene -> scene.missed(Facts.Target.SERVER, TWO).missed(Facts.Target.SENTINEL, SENTINEL),
                    scene -> scene.server("10.0.0.2:6380", "master")
                            .missed(Facts.Target.SERVER, TWO)
                            .missed(Facts.Target.SENTINEL, SENTINEL)),
            new Case(
                    "K08",
                    scene ->
                            scene.server(ONE, "master", "config:maxclients=992").openFiles(1_024),
                    scene -> scene.server(ONE, "master").openFiles(65_536)),
            new Case("P07", behind("0", false), behind("1", false)),
            new Case(
                    "V06",
                    scene -> proxy(scene.stack(VIRTUAL), PROXY, "10.0.0.2"),
                    scene -> proxy(scene.stack(VIRTUAL), PROXY, "10.0.0.2", "10.0.0.100")),
            new Case(
                    "V07",
                    scene -> proxy(proxy(scene.stack(VIRTUAL), PROXY, "10.0.0.100"), "10.0.0.1:22222", "10.0.0.100"),
                    scene -> proxy(proxy(scene.stack(VIRTUAL), PROXY, "10.0.0.100"), "10.0.0.1:22222", "10.0.0.1")),
            new Case(
                    "V08",
                    scene -> scene.stack(VIRTUAL).speaker(SPEAKER, false, "fault", "ping 127.0.0.1:7000: no answer"),
                    scene -> scene.stack(VIRTUAL).speaker(SPEAKER, false, "backup", "")),
            new Case(
                    "R21",
                    scene -> scene.file("redis.conf", "port 6379;replicaof 10.0.0.1 6379"),
                    scene -> scene.file("redis.conf", "port 6379;replicaof 10.0.0.1 6379;requirepass x;masterauth x")),
            new Case(
                    "R22",
                    scene -> scene.file("fpc.conf", "port 6379;appendonly yes"),
                    scene -> scene.file("sessions.conf", "port 6379;appendonly yes")));
}

package dev.cobnut.blueprint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cobnut.config.BadValue;
import dev.cobnut.config.Problems;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RehearsalTest {
    private static Blueprint parse(String text) throws Exception {
        return StackFile.parse(text, new Problems(Path.of("stack.yml")));
    }

    private static List<String> places(Blueprint blueprint) {
        return blueprint.processes().stream()
                .map(process -> process.title() + " " + blueprint.address(process))
                .toList();
    }

    @Test
    void theReferenceStackIsWhereItAlwaysWas() throws Exception {
        assertThat(places(Rehearsal.of(StackFile.reference(), 0, true).blueprint()))
                .containsExactly(
                        "redis cluster_obj 127.0.0.11:12000",
                        "redis cluster_obj 127.0.0.12:12000",
                        "redis cluster_obj 127.0.0.13:12000",
                        "redis cluster_fpc 127.0.0.12:12001",
                        "redis cluster_fpc 127.0.0.13:12001",
                        "redis cluster_fpc 127.0.0.11:12001",
                        "redis cluster_sess 127.0.0.13:12002",
                        "redis cluster_sess 127.0.0.11:12002",
                        "redis cluster_sess 127.0.0.12:12002",
                        "sentinel 127.0.0.11:26379",
                        "sentinel 127.0.0.12:26379",
                        "sentinel 127.0.0.13:26379",
                        "cobnut cluster_obj 127.0.0.1:6379",
                        "cobnut cluster_fpc 127.0.0.1:6380",
                        "cobnut cluster_sess 127.0.0.1:6381",
                        "cobnut statistics 127.0.0.1:22222");
    }

    @Test
    void hostsThatShareAnAddressHavePortsTenApart() throws Exception {
        Rehearsal shared = Rehearsal.of(StackFile.reference(), 100, false);

        assertThat(places(shared.blueprint()))
                .contains(
                        "redis cluster_obj 127.0.0.1:12100",
                        "redis cluster_obj 127.0.0.1:12110",
                        "redis cluster_obj 127.0.0.1:12120",
                        "sentinel 127.0.0.1:26479",
                        "sentinel 127.0.0.1:26499",
                        "cobnut cluster_obj 127.0.0.1:6479")
                .doesNotHaveDuplicates();
        assertThat(shared.notes()).singleElement().asString().contains("no addresses of this machine");
    }

    @Test
    void refusesAnOffsetThatLeavesThePorts() {
        assertThatThrownBy(() -> Rehearsal.of(StackFile.reference(), 40_000, true))
                .isInstanceOf(BadValue.class)
                .hasMessage("\"40000\" (moves a port below 1024 or above 65535; expected: -5355 to 39156)");
        assertThatThrownBy(() -> Rehearsal.of(StackFile.reference(), -5356, true))
                .isInstanceOf(BadValue.class);
    }

    @Test
    void whatSharesAPortOnlyWhereHostsShareAnAddressIsToldThen() throws Exception {
        Blueprint blueprint = parse("""
                stack: s
                hosts: {a: 10.0.0.1, b: 10.0.0.2}
                caches:
                  o: {kind: plain, hosts: [a], port: 12010, listen: 6379}
                  p: {kind: plain, hosts: [b], port: 12000, listen: 6380}
                """);

        assertThat(Rehearsal.of(blueprint, 0, true).blueprint().hosts()).hasSize(2);
        assertThatThrownBy(() -> Rehearsal.of(blueprint, 0, false))
                .hasMessageContaining("redis p on b and redis o on a would both listen at 127.0.0.1:12010");
    }

    @Test
    void theFirstHostThatHasOnlyAProxyIsThisMachineAndTheRestHaveTheirOwn() throws Exception {
        Blueprint blueprint = parse("""
                stack: s
                hosts: {red1: 10.0.0.11, web1: 10.0.0.21, web2: 10.0.0.22, red2: red.example}
                caches:
                  o:
                    kind: plain
                    hosts: [red1, red2]
                    port: 12000
                    listen: 10.0.0.21:6379
                    pool: {listen_reads: "0.0.0.0:6390", timeout: 400}
                proxies: {hosts: [red1, web1, web2]}
                vip: {address: 10.0.0.100/24, interface: eth0, hosts: [web2, web1]}
                clients:
                  shop: {kind: magento2, cache: o}
                  other: {kind: generic, proxy: 10.0.0.21}
                """);
        Rehearsal rehearsal = Rehearsal.of(blueprint, 1, true);
        Blueprint here = rehearsal.blueprint();

        assertThat(rehearsal.notes())
                .containsExactly(
                        "hosts: red1 is 127.0.0.11, web1 is 127.0.0.1, web2 is 127.0.0.12, red2 is 127.0.0.13",
                        "virtual address 10.0.0.100: left out; each proxy is reached at the address of its host");
        assertThat(here.virtualIp()).isNull();
        assertThat(here.caches().getFirst().bind()).isNull();
        assertThat(here.caches().getFirst().pool())
                .containsExactly(
                        new Blueprint.Setting("listen_reads", "0.0.0.0:6391"), new Blueprint.Setting("timeout", "400"));
        assertThat(here.clients()).extracting(Blueprint.Client::proxy).containsExactly("127.0.0.12", "127.0.0.1");
        assertThat(places(here)).contains("cobnut o 127.0.0.12:6380", "redis o 127.0.0.13:12001");
    }

    @Test
    void anotherMasterIsAnotherFirstServer() {
        Blueprint reference = StackFile.reference();
        Blueprint changed = reference.withMasters(Map.of(
                "cluster_obj", new Blueprint.Place("redis-shard3", 12000),
                "cluster_fpc", new Blueprint.Place("gone", 12001)));

        assertThat(changed.redises("cluster_obj"))
                .extracting(Blueprint.Redis::host, Blueprint.Redis::isFirstMaster)
                .hasToString("[(\"redis-shard3\", true), (\"redis-shard1\", false), (\"redis-shard2\", false)]");
        assertThat(changed.redises("cluster_fpc")).isEqualTo(reference.redises("cluster_fpc"));
    }

    @Test
    void severalServersOfAGroupOnOneHostAreToldApartByTheirPorts() throws Exception {
        Blueprint blueprint = parse("""
                stack: s
                hosts: {a: 10.0.0.1, b: 10.0.0.2}
                caches:
                  o: {kind: plain, listen: 6379, shards: [{servers: [a:7001, a:7002, b:7001]}]}
                """);

        assertThat(blueprint.redises()).extracting(Blueprint.Redis::instance).containsExactly("o-7001", "o-7002", "o");
    }
}

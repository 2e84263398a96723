package dev.cobnut.blueprint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.config.ConfigException;
import dev.cobnut.config.Problems;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class SurvivalTest {
    private static final String HOSTS =
            "stack: s\npasswords: {redis: env:PASSWORD}\nhosts: {a: 10.0.0.1, b: 10.0.0.2, c: 10.0.0.3}\n";

    private static Blueprint read(String text) throws ConfigException {
        return StackFile.parse(HOSTS + text, new Problems(Path.of("stack.yml")));
    }

    private static List<String> lines(String text) throws ConfigException {
        return new Survival(read(text)).lines();
    }

    private static String cache(String kind, String hosts) {
        return "caches:\n  o: {kind: " + kind + ", hosts: [" + hosts + "], port: 12000, listen: 6379, memory: 1 GB}\n";
    }

    @Test
    void aMasterFailsOverAndAReplicaIsMissed() throws ConfigException {
        assertThat(lines(cache("session", "a, b, c") + "sentinels: {hosts: [a, b, c]}\n"))
                .containsExactly(
                        "a dies: o fails over to b or c; Sentinels go on",
                        "b dies: o keeps its master; Sentinels go on",
                        "c dies: o keeps its master; Sentinels go on");
    }

    @Test
    void withoutSentinelsNobodyIsMadeMaster() throws ConfigException {
        assertThat(lines(cache("cache", "a, b")))
                .containsExactly(
                        "a dies: o is down until it is back: nobody can lead a failover", "b dies: o keeps its master");
    }

    @Test
    void oneSentinelDiesWithItsHost() throws ConfigException {
        assertThat(lines(cache("cache", "a, b") + "sentinels: {hosts: [a]}\n"))
                .containsExactly(
                        "a dies: o is down until it is back: nobody can lead a failover; 0 Sentinels are left, 1 are needed"
                                + " for a failover",
                        "b dies: o keeps its master");
    }

    @Test
    void whereTooFewReplicasAreLeftNoWritesAreTaken() throws ConfigException {
        assertThat(lines(cache("session", "a, b").replace("port:", "min_replicas: 1, port:")
                        + "sentinels: {hosts: [a, b, c]}\nproxies: {hosts: [c]}\n"))
                .containsExactly(
                        "a dies: o fails over to b, and takes no writes: it has 0 replicas, and needs 1; Sentinels go on",
                        "b dies: o keeps its master, and takes no writes: it has 0 replicas, and needs 1; Sentinels go on",
                        "c dies: Sentinels go on; there is no other proxy: clients reach nothing");
    }

    @Test
    void clientsOfADeadProxyFindItsAddressElsewhereIfItMoves() throws ConfigException {
        String proxies = "proxies: {hosts: [b, c]}\n";
        String vip = "vip: {address: 10.0.0.9/24, interface: eth0, hosts: [%s]}\n";
        assertThat(lines(cache("cache", "a") + proxies))
                .contains("b dies: clients of its proxy have to go to another one");
        assertThat(lines(cache("cache", "a") + proxies + vip.formatted("b, c")))
                .contains("b dies: clients of its proxy find 10.0.0.9 at c");
        assertThat(lines(cache("cache", "a") + proxies + vip.formatted("b")))
                .contains(
                        "b dies: clients of its proxy reach nothing at 10.0.0.9: no other host carries it",
                        "c dies: clients of its proxy have to go to another one");
    }

    @Test
    void sessionsOfMagentoNeedAUserCalledDefault() throws ConfigException {
        String stack = """
                caches:
                  o: {kind: session, hosts: [a, b], port: 12000, listen: 6379, memory: 1 GB, users: ["%s >env:ONE", "two >env:TWO"]}
                sentinels: {hosts: [a, b, c]}
                proxies: {hosts: [a, b]}
                clients: {shop: {kind: %s, session: o}}
                """;
        assertThat(new PlanReport(read(stack.formatted("one", "magento2"))).warnings())
                .containsExactly(
                        "client shop: sessions of Magento 2 know no user names, and no user of cache o is called default:"
                                + " it could not log in");
        assertThat(new PlanReport(read(stack.formatted("default", "magento2"))).warnings())
                .isEmpty();
        assertThat(new PlanReport(read(stack.formatted("one", "generic"))).warnings())
                .isEmpty();
    }

    @Test
    void warningsSayWhatIsDoubtful() throws ConfigException {
        Blueprint blueprint = read("""
                caches:
                  o: {kind: session, hosts: [a], port: 12000, listen: 6379, persistence: none, eviction: allkeys-lru}
                  p: {kind: plain, hosts: [a, b], port: 12001, listen: 6380, memory: 6 GB, persistence: none, min_replicas: 1}
                sentinels: {hosts: [a, b, c], quorum: 1, down_after: 200 ms}
                proxies: {hosts: [a]}
                """);
        assertThat(new PlanReport(blueprint).warnings())
                .extracting(line -> line.substring(0, Math.min(line.length(), 34)))
                .containsExactly(
                        "quorum 1: one Sentinel with a bad ",
                        "down_after 200 ms: after a switch ",
                        "cache o: no replica: when its host",
                        "cache o: sessions that are not sav",
                        "cache o: no memory: it grows until",
                        "cache o: allkeys-lru throws sessio",
                        "cache p: not saved: a master that ",
                        "cache p: min_replicas 1 with 1 rep",
                        "one proxy only: when a dies, clien");
    }

    @Test
    void aStackWithoutPasswordsIsOpenToAll() throws ConfigException {
        Blueprint open = StackFile.parse(
                HOSTS.replace("passwords: {redis: env:PASSWORD}\n", "")
                        + cache("cache", "a, b, c")
                        + "sentinels: {hosts: [a, b, c]}\n",
                new Problems(Path.of("stack.yml")));

        assertThat(new PlanReport(open).warnings()).anyMatch(line -> line.startsWith("no password of the servers"));
        assertThat(new PlanReport(read(cache("cache", "a, b, c"))).warnings())
                .noneMatch(line -> line.startsWith("no password"));
    }

    @Test
    void memoryOfAHostIsAddedUpWithWhatASaveNeeds() throws ConfigException {
        String text = """
                caches:
                  o: {kind: session, hosts: [a, b, c], port: 1, listen: 2, memory: 6 GB}
                sentinels: {hosts: [a, b, c]}
                proxies: {hosts: [a, b]}
                """;
        assertThat(new PlanReport(read(text)).warnings()).isEmpty();
        Blueprint tight = StackFile.parse(
                HOSTS.replace("a: 10.0.0.1", "a: {address: 10.0.0.1, memory: 8 GB}") + text,
                new Problems(Path.of("stack.yml")));
        assertThat(new PlanReport(tight).warnings())
                .containsExactly(
                        "host a has 8.0 GB, and its servers may hold 6.0 GB, and up to 6.0 GB more while one saves");
    }
}

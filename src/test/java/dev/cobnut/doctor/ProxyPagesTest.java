package dev.cobnut.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProxyPagesTest {
    private static final Map<String, Object> TOPOLOGY = Map.of(
            "pools",
            List.of(Map.of(
                    "name",
                    "main",
                    "shards",
                    List.of(Map.of(
                            "name",
                            "a",
                            "weight",
                            2,
                            "master",
                            "10.0.0.1:6379",
                            "nodes",
                            List.of(Map.of("address", "10.0.0.1:6379"), Map.of("address", "/socket")))))),
            "sentinels",
            List.of(Map.of("address", "10.0.0.1:26379", "state", "up")));

    @Test
    void pagesBecomeAProxyAndSayWhomElseToAsk() {
        Facts.Collector facts = new Facts.Collector();
        ProxyPages.read(
                "p1:22222",
                Map.of(
                        "/topology",
                        TOPOLOGY,
                        "/stats",
                        Map.of("version", "0.1.0"),
                        "/pools",
                        Map.of("pools", List.of(Map.of("name", "main", "hash", "murmur", "distribution", "modula"))),
                        "/host",
                        Map.of("name", "web1", "addresses", List.of("10.0.0.9")),
                        "/switch",
                        Map.of("outcome", "running")),
                facts);

        assertThat(facts.facts().proxies())
                .containsExactly(new Proxy(
                        "p1:22222",
                        "0.1.0",
                        List.of(new Proxy.View("main", "a", "2", "", "10.0.0.1:6379", "", "", "")),
                        Map.of("main", "murmur modula"),
                        Set.of("10.0.0.9"),
                        true));
        assertThat(ProxyPages.nodes(TOPOLOGY)).containsExactly(Scene.node("10.0.0.1:6379"));
        assertThat(ProxyPages.sentinels(TOPOLOGY)).containsExactly(Scene.node("10.0.0.1:26379"));
    }

    @Test
    void pagesOfSomethingElseAreAProxyWithoutShards() {
        Facts.Collector facts = new Facts.Collector();
        ProxyPages.read("p1:22222", Map.of("/topology", Map.of("pools", 7)), facts);

        assertThat(facts.facts().proxies())
                .containsExactly(new Proxy("p1:22222", "", List.of(), Map.of(), Set.of(), false));
    }
}

package dev.cobnut.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SpeakerPageTest {
    private static Facts read(Map<?, ?> page) {
        Facts.Collector facts = new Facts.Collector();
        SpeakerPage.read("10.0.0.2:22223", page, facts);
        return facts.facts();
    }

    @Test
    void aPageSaysWhetherEachVirtualRouterWouldTakeItsAddress() {
        Facts facts = read(Map.of(
                "drained",
                true,
                "instances",
                List.of(
                        Map.of(
                                "name",
                                "shop",
                                "state",
                                "fault",
                                "why",
                                "drained",
                                "addresses",
                                List.of("10.0.0.100/24")),
                        Map.of("name", "six", "state", "backup", "addresses", List.of("fd00:0::64/64")))));

        Speaker speaker = facts.speakers().getFirst();
        assertThat(speaker)
                .isEqualTo(new Speaker(
                        "10.0.0.2:22223",
                        true,
                        List.of(
                                new Speaker.Instance("shop", "fault", "drained", Set.of("10.0.0.100/24")),
                                new Speaker.Instance("six", "backup", "", Set.of("fd00:0::64/64")))));
        assertThat(speaker.of("10.0.0.100")).isSameAs(speaker.instances().getFirst());
        assertThat(speaker.of("fd00::64")).isSameAs(speaker.instances().getLast());
        assertThat(speaker.of("10.0.0.1")).isNull();
        assertThat(facts.looked()).containsExactly("cobnut vip 10.0.0.2:22223");
    }

    @Test
    void aPageOfSomethingElseIsASpeakerForNothing() {
        Speaker nothing = new Speaker("10.0.0.2:22223", false, List.of());

        assertThat(read(Map.of()).speakers()).containsExactly(nothing);
        assertThat(read(Map.of("instances", 7, "drained", "yes")).speakers()).containsExactly(nothing);
        assertThat(read(Map.of("instances", List.of(Map.of("state", List.of(), "addresses", "x"), 7)))
                        .speakers())
                .containsExactly(
                        new Speaker("10.0.0.2:22223", false, List.of(new Speaker.Instance("", "[]", "", Set.of()))));
    }
}

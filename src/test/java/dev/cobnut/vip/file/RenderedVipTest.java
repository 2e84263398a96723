package dev.cobnut.vip.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.blueprint.StackFile;
import dev.cobnut.config.Problems;
import dev.cobnut.render.Passwords;
import dev.cobnut.render.Rendered;
import dev.cobnut.render.Rendering;
import dev.cobnut.render.Target;
import dev.cobnut.vip.VipSettings;
import dev.cobnut.vip.VipSettings.Check;
import dev.cobnut.vip.vrrp.RouterSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is rendered is read as it was meant, whichever program it is for.
class RenderedVipTest {
    private static Map<String, VipSettings> read(String stack, String speaker) throws Exception {
        String text = Files.readString(
                stack.equals("shop")
                        ? Path.of("src/test/resources/dev/cobnut/render/shop.yml")
                        : Path.of("examples", "stack-" + stack + ".yml"));
        if (!text.contains("\nvip:")) {
            text += "\nvip: {address: 10.0.0.100/24, interface: eth0, router_id: 61}\n";
        }
        text = text.replace("router_id: 61", "router_id: 61, speaker: " + speaker);
        Map<String, VipSettings> read = new TreeMap<>();
        for (Rendered file : Rendering.of(
                StackFile.parse(text, new Problems(Path.of("stack.yml"))),
                Target.SYSTEM,
                new Passwords(null, null),
                _ -> null,
                EnumSet.of(Rendering.Kind.VIP, Rendering.Kind.KEEPALIVED))) {
            if (!file.path().endsWith("check-cobnut")) {
                read.put(String.valueOf(file.host()), VipFile.parse(Path.of("a.conf"), file.text()));
            }
        }
        return read;
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop", "reference", "one-host", "two-shards"})
    void bothSpeakersAreToldTheSame(String stack) throws Exception {
        Map<String, VipSettings> own = read(stack, "cobnut");
        Map<String, VipSettings> theirs = read(stack, "keepalived");
        assertThat(own).isNotEmpty();
        assertThat(own.keySet()).isEqualTo(theirs.keySet());
        for (Map.Entry<String, VipSettings> each : own.entrySet()) {
            RouterSettings ours = router(each.getValue());
            RouterSettings other = router(theirs.getOrDefault(each.getKey(), each.getValue()));
            assertThat(ours)
                    .isEqualTo(new RouterSettings(
                            other.name(),
                            other.networkInterface(),
                            other.id(),
                            3,
                            other.addresses(),
                            other.priority(),
                            other.interval(),
                            false,
                            other.preemptDelay(),
                            other.source(),
                            other.peers(),
                            null,
                            false,
                            RouterSettings.Announcing.DEFAULT,
                            true));
            // keepalived knows whole seconds only.
            assertThat(other.announcing().refresh()).isEqualTo(Duration.ofSeconds(1));
            assertThat(other.preempt()).isFalse();
            assertThat(other.version()).isEqualTo(2);
        }
        assertThat(own.values())
                .allSatisfy(settings -> assertThat(settings.notes()).isEmpty());
        assertThat(theirs.values())
                .allSatisfy(settings -> assertThat(settings.notes())
                        .hasSize(2)
                        .satisfiesExactly(
                                note -> assertThat(note).contains("script_user has no effect"),
                                note -> assertThat(note).contains("enable_script_security has no effect")));
    }

    @ParameterizedTest
    @ValueSource(strings = "shop")
    void thePoolsAndTheirReadinessAreLookedAt(String stack) throws Exception {
        for (VipSettings settings : read(stack, "cobnut").values()) {
            assertThat(settings.instances().getFirst().checks())
                    .extracting(Check::name)
                    .containsExactly(
                            "ping 127.0.0.1:6379",
                            "ping 127.0.0.1:6380",
                            "ping 127.0.0.1:6381",
                            "get http://127.0.0.1:22222/readyz");
        }
        for (VipSettings settings : read(stack, "keepalived").values()) {
            assertThat(settings.instances().getFirst().checks())
                    .extracting(Check::probe)
                    .isEqualTo(List.of(
                            new VipSettings.Probe.Command(List.of("/bin/bash", "/etc/keepalived/check-cobnut"))));
        }
    }

    private static RouterSettings router(VipSettings settings) {
        return settings.instances().getFirst().router();
    }
}

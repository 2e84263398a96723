package dev.cobnut.render;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a host has to start again when its files are newer.
class RestartsTest {
    private static final Path SHOP = Path.of("src/test/resources/dev/cobnut/render/shop.yml");
    private static final String PROXY = "/etc/cobnut/cobnut.yml";
    private static final String UNITS = "/etc/systemd/system/";
    private static final String DRAINED = "/opt/cobnut/cobnut vip drain && systemctl restart ";
    private static final String BACK = " && sleep 3 && until /opt/cobnut/cobnut vip undrain; do sleep 1; done"
            + " && until /opt/cobnut/cobnut vip status | grep -qE \"^cobnut +(master|backup)\"; do sleep 1; done";

    @TempDir
    private Path directory;

    private Blueprint shop(String from, String to) throws IOException, ConfigException {
        String text = Files.readString(SHOP);
        assertThat(text).contains(from);
        return RenderableStack.read(Files.writeString(directory.resolve("stack.yml"), text.replace(from, to)));
    }

    @Test
    void theAddressIsElsewhereWhileItsProxyOrItsSpeakerStartsAgain() throws Exception {
        Blueprint blueprint = RenderableStack.read(SHOP);

        assertThat(Restarts.command(blueprint, "web1", Set.of(PROXY))).isEqualTo(DRAINED + "cobnut" + BACK);
        assertThat(Restarts.command(blueprint, "web1", Set.of(UNITS + "cobnut.service")))
                .isEqualTo(DRAINED + "cobnut" + BACK);
        assertThat(Restarts.command(blueprint, "web1", Set.of("/etc/cobnut/vip.yml")))
                .isEqualTo(DRAINED + "cobnut-vip" + BACK);
        assertThat(Restarts.command(blueprint, "web1", Set.of(PROXY, UNITS + "cobnut-vip.service")))
                .isEqualTo(DRAINED + "cobnut cobnut-vip" + BACK);
    }

    @Test
    void withoutOurSpeakerNothingIsDrained() throws Exception {
        Blueprint none = shop("vip: {", "# vip: {");
        Blueprint keepalived = shop("router_id: 61}", "router_id: 61, speaker: keepalived}");

        assertThat(Restarts.command(none, "web1", Set.of(PROXY))).isEqualTo("systemctl restart cobnut");
        assertThat(Restarts.command(keepalived, "web1", Set.of(PROXY))).isEqualTo("systemctl restart cobnut");
        assertThat(Restarts.command(keepalived, "web1", Set.of(PROXY, "/etc/keepalived/keepalived.conf")))
                .isEqualTo("systemctl restart cobnut && systemctl reload keepalived");
    }

    @Test
    void whatServersAndSentinelsKeepNeedsNothing() throws Exception {
        assertThat(Restarts.command(
                        RenderableStack.read(SHOP),
                        "red1",
                        Set.of(
                                "/etc/redis/redis-obj.conf",
                                "/etc/redis/sentinel.conf",
                                UNITS + "redis@.service",
                                UNITS + "redis-sentinel.service")))
                .isNull();
    }
}

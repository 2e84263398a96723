package dev.cobnut.render;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.blueprint.StackFile;
import dev.cobnut.config.EnumWord;
import dev.cobnut.stats.PoolCounter;
import dev.cobnut.stats.ServerCounter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// All that is not compared in [StackConfTest], with files that were read by people: `golden/rendering/`. `-Ddocs.write=true`
/// writes them anew.
class RenderingTest {
    private static final Path RESOURCES = Path.of("src/test/resources/dev/cobnut/render");
    private static final Set<Rendering.Kind> KINDS =
            EnumSet.complementOf(EnumSet.of(Rendering.Kind.REDIS, Rendering.Kind.SENTINEL, Rendering.Kind.COBNUT));
    private static final Passwords PASSWORDS = new Passwords("top secret", "quo\"te");

    @TempDir
    private Path folder;

    private static Blueprint blueprint(String stack) throws Exception {
        return StackFile.read(
                stack.equals("shop") ? RESOURCES.resolve("shop.yml") : Path.of("examples/stack-" + stack + ".yml"));
    }

    private Blueprint blueprintOf(String text) throws Exception {
        return StackFile.read(Files.writeString(folder.resolve("stack.yml"), text));
    }

    private static Map<String, Rendered> render(Blueprint blueprint, Set<Rendering.Kind> kinds) {
        SecretLookup known = place -> place.equals("file:/etc/cobnut/redis-password") ? "it's <top> \\secret" : null;
        Map<String, Rendered> files = new TreeMap<>();
        for (Rendered file : Rendering.of(blueprint, Target.SYSTEM, PASSWORDS, known, kinds)) {
            assertThat(files.put(Writer.path(file), file)).as(file.path()).isNull();
        }
        return files;
    }

    private static String text(Map<String, Rendered> files, String path) {
        Rendered file = files.get(path);
        assertThat(file).as(path).isNotNull();
        return file == null ? "" : file.text();
    }

    private static Map<String, String> texts(Map<String, Rendered> files) {
        Map<String, String> texts = new TreeMap<>();
        files.forEach((path, file) -> texts.put(path, file.text()));
        return texts;
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "shop"})
    void isWhatPeopleHaveRead(String stack) throws Exception {
        Map<String, String> rendered = texts(render(blueprint(stack), KINDS));
        // The others are like these.
        rendered.keySet().removeIf(path -> path.matches("(redis-shard[23]|red[23])/.*"));
        compare(rendered, RESOURCES.resolve("golden/rendering").resolve(stack));
    }

    @Test
    void whoKeepsKeepalivedHasItsFile() throws Exception {
        Blueprint blueprint = blueprintOf(Files.readString(RESOURCES.resolve("shop.yml"))
                .replace("router_id: 61", "router_id: 61, speaker: keepalived"));
        compare(
                texts(render(blueprint, EnumSet.of(Rendering.Kind.VIP, Rendering.Kind.KEEPALIVED))),
                RESOURCES.resolve("golden/keepalived"));
        assertThat(Rendering.units(blueprint, "web2")).containsExactly("cobnut", "keepalived");
        Map<String, Rendered> all = render(blueprint, KINDS);
        assertThat(all.keySet()).noneMatch(path -> path.contains("vip"));
        assertThat(text(all, "shared/firewall")).contains(" vrrp ").doesNotContain("22223");
    }

    private static void compare(Map<String, String> rendered, Path golden) throws IOException {
        if (Boolean.getBoolean("docs.write")) {
            for (Map.Entry<String, String> file : rendered.entrySet()) {
                Files.createDirectories(golden.resolve(file.getKey()).resolveSibling(""));
                Files.writeString(golden.resolve(file.getKey()), file.getValue());
            }
        }
        assertThat(rendered).isEqualTo(tree(golden));
    }

    private static Map<String, String> tree(Path root) throws IOException {
        Map<String, String> texts = new TreeMap<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                texts.put(root.relativize(file).toString(), Files.readString(file));
            }
        }
        return texts;
    }

    @Test
    void unitsStartWhatWasRendered() throws Exception {
        Blueprint blueprint = blueprint("shop");
        Map<String, Rendered> files = render(blueprint, EnumSet.allOf(Rendering.Kind.class));
        for (Blueprint.Redis redis : blueprint.redises()) {
            String unit = text(files, redis.host() + "/etc/systemd/system/redis@.service")
                    .replace("%i", redis.group());
            assertThat(unit).contains(" " + Target.SYSTEM.configuration(redis) + " ");
            assertThat(files).containsKey(redis.host() + Target.SYSTEM.configuration(redis));
            assertThat(unit.replaceFirst("(?s).*StateDirectory=(\\S+) (\\S+)\n.*", "/var/lib/$2"))
                    .isEqualTo(Target.SYSTEM.data(redis));
        }
        assertThat(text(files, "red1/etc/systemd/system/redis-sentinel.service"))
                .contains(" " + Target.SYSTEM.configuration(new Blueprint.Sentinel("red1", 26379)) + " ");
        assertThat(text(files, "web1/etc/systemd/system/cobnut.service"))
                .contains(" -c " + Target.SYSTEM.proxy("web1") + " ");
        assertThat(Rendering.units(blueprint, "red1"))
                .containsExactly("redis@obj", "redis@fpc", "redis@sess-1", "redis@sess-2", "redis-sentinel");
        assertThat(Rendering.units(blueprint, "web2")).containsExactly("cobnut", "cobnut-vip");
    }

    /// systemd-tmpfiles does not: whoever owns the folder could lead it elsewhere.
    @Test
    void noLineOfTmpfilesGoesThroughAFolderThatAnotherGivesAway() throws Exception {
        Map<String, Rendered> files = render(blueprint("shop"), EnumSet.of(Rendering.Kind.TUNING));
        for (String host : List.of("red1", "web1")) {
            List<String[]> lines = text(files, host + "/etc/tmpfiles.d/cobnut.conf")
                    .lines()
                    .filter(line -> line.matches("[a-zA-Z]+ .*"))
                    .map(line -> line.split(" "))
                    .toList();
            for (String[] folder : lines) {
                assertThat(lines)
                        .as(host)
                        .noneMatch(line -> line[1].startsWith(folder[1] + "/") && !folder[3].equals("root"));
            }
            assertThat(lines).hasSizeGreaterThan(1);
        }
    }

    @Test
    void twoServersOfAGroupOnAHostHaveUnitsOfTheirOwn() throws Exception {
        Blueprint blueprint = blueprintOf("""
                stack: s
                hosts: {a: 10.0.0.1, b: 10.0.0.2}
                caches: {obj: {kind: cache, listen: 1, memory: 1 MB, shards: [{name: s1, servers: [a:7001, b:7001, b:7002]}]}}
                sentinels: {hosts: [a]}
                """);
        String group = blueprint.redises().getFirst().group();

        assertThat(Rendering.units(blueprint, "b"))
                .containsExactly("redis@" + group + "-7001", "redis@" + group + "-7002");
        assertThat(render(blueprint, EnumSet.allOf(Rendering.Kind.class)))
                .containsKeys(
                        "b/etc/redis/redis-" + group + "-7002.conf",
                        "b/etc/systemd/system/redis@" + group + "-7001.service.d/pause.conf",
                        "b/etc/systemd/system/redis@" + group + "-7002.service.d/pause.conf");
    }

    @Test
    void onlyWhatComesBackEmptyAndCanBeReplacedWaits() throws Exception {
        assertThat(render(blueprint("shop"), KINDS).keySet().stream().filter(path -> path.endsWith("pause.conf")))
                .hasSize(6)
                .allMatch(path -> path.contains("@obj.") || path.contains("@fpc."));
        assertThat(render(blueprint("one-host"), KINDS).keySet()).noneMatch(path -> path.endsWith("pause.conf"));
    }

    @Test
    void monitorsKnowAllCounters() {
        assertThat(MonitoringFiles.POOL)
                .isEqualTo(Arrays.stream(PoolCounter.values())
                        .map(PoolCounter::label)
                        .toList());
        assertThat(MonitoringFiles.SHARD)
                .isEqualTo(Arrays.stream(ServerCounter.values())
                        .map(ServerCounter::label)
                        .toList());
    }

    @Test
    void whatHoldsAPasswordIsSecret() throws Exception {
        for (Rendered file :
                render(blueprint("shop"), EnumSet.allOf(Rendering.Kind.class)).values()) {
            boolean holds = List.of("top secret", "secret", "quo\\\"te").stream()
                    .anyMatch(password ->
                            file.text().contains(password) && !file.text().contains("secrets.env"));
            assertThat(file.secret())
                    .as(file.path())
                    .isEqualTo(holds || file.text().contains("#9f86d0"));
        }
    }

    @ParameterizedTest
    @EnumSource(Blueprint.Speaker.class)
    void addressesThatAreNamesNeedNoUnicast(Blueprint.Speaker speaker) throws Exception {
        Map<String, Rendered> files = render(blueprintOf("""
                stack: s
                hosts: {a: proxy-a.example, b: 10.0.0.2}
                caches: {c: {kind: cache, hosts: [b], port: 1, listen: "10.0.0.9:80"}}
                proxies: {hosts: [a, b]}
                vip: {address: 10.0.0.9/24, interface: eth0, speaker: %s}
                """.formatted(EnumWord.of(speaker))), KINDS);
        switch (speaker) {
            case COBNUT ->
                assertThat(text(files, "a/etc/cobnut/vip.yml"))
                        .contains("By multicast", "- get http://127.0.0.1:22222/readyz")
                        .doesNotContain("source:", "peers:", "ping");
            case KEEPALIVED -> {
                assertThat(text(files, "a/etc/keepalived/keepalived.conf"))
                        .contains("By multicast")
                        .doesNotContain("unicast_");
                assertThat(text(files, "a/etc/keepalived/check-cobnut")).contains("/dev/tcp/127.0.0.1/22222");
            }
        }
        assertThat(text(files, "a/etc/sysctl.d/60-cobnut.conf")).contains("ip_nonlocal_bind = 1");
        assertThat(text(files, "a/etc/systemd/system/cobnut.service")).contains("CAP_NET_BIND_SERVICE");
        assertThat(text(files, "shared/hosts")).contains("# a is known by a name already: proxy-a.example");
    }
}

package dev.cobnut.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.doctor.Diagnosis;
import dev.cobnut.doctor.Facts;
import dev.cobnut.doctor.FilesReader;
import dev.cobnut.doctor.Severity;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RenderCommandTest {
    private static final String REFERENCE = "examples/stack-reference.yml";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path root;

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }

    private int render(String file, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "render", "--offline", "-f", file, "-o", root.resolve("out").toString()));
        arguments.addAll(List.of(more));
        return run(arguments.toArray(String[]::new));
    }

    private Path written(String path) {
        return root.resolve("out").resolve(path);
    }

    /// One of the examples, with passwords that can be found here.
    private String withPasswords(Path file) throws IOException {
        Path password = Files.writeString(root.resolve("password"), "a-long-password\n");
        String text = Files.readString(file).replaceAll("(file:/etc/cobnut/[a-z-]+|env:[A-Z_]+)", "file:" + password);
        return Files.writeString(root.resolve("stack.yml"), text).toString();
    }

    @Test
    void writesATreeForEachHostAndSaysHowToGoOn() {
        assertThat(render(REFERENCE)).isZero();

        assertThat(out.toString().lines().map(line -> line.replace(root.toString(), "")))
                .anyMatch(line ->
                        line.matches("/out/redis-shard1/etc/redis/redis-cluster_obj.conf +written +for the first.*"))
                .anyMatch(line -> line.matches("/out/redis-proxy/etc/cobnut/cobnut.yml +written"))
                .anyMatch(line -> line.matches("vip.yml +skipped +no vip in the stack"))
                .contains(
                        "copy:   rsync -rtO --exclude=/etc/redis /out/redis-shard1/ redis-shard1:/",
                        "check:  cobnut doctor --files /out; when it runs: cobnut doctor -f " + REFERENCE);
        assertThat(written("MANIFEST")).content().contains("  redis-shard3/etc/redis/sentinel.conf\n");
        assertThat(err).asString().isEmpty();
    }

    @Test
    void aSecondTimeNothingIsWritten() {
        render(REFERENCE);
        assertThat(render(REFERENCE)).isZero();

        assertThat(out.toString().lines())
                .noneMatch(line -> line.contains(" written"))
                .anyMatch(line -> line.matches("[0-9]+ files unchanged"));
    }

    @Test
    void whatWasChangedByHandIsLeftAndSaid() throws IOException {
        render(REFERENCE);
        Files.writeString(written("redis-proxy/etc/cobnut/cobnut.yml"), "# mine\n");
        assertThat(render(REFERENCE)).isEqualTo(4);

        assertThat(out.toString().lines())
                .anyMatch(line -> line.matches(".*cobnut.yml +left alone +changed by hand.*"))
                .contains("-# mine", "+sentinels:");
        assertThat(written("redis-proxy/etc/cobnut/cobnut.yml")).hasContent("# mine\n");
        assertThat(render(REFERENCE, "--force")).isZero();
        assertThat(out.toString().lines()).anyMatch(line -> line.matches(".*cobnut.yml +overwritten +it was.*"));
    }

    @Test
    void onlyWhatWasAskedFor() throws IOException {
        assertThat(render(REFERENCE, "--host", "redis-shard2", "--only", "redis,sentinel"))
                .isZero();

        try (Stream<Path> files = Files.walk(written(""))) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(each -> written("").relativize(each).toString()))
                    .containsExactlyInAnyOrder(
                            "MANIFEST",
                            "redis-shard2/etc/redis/redis-cluster_obj.conf",
                            "redis-shard2/etc/redis/redis-cluster_fpc.conf",
                            "redis-shard2/etc/redis/redis-cluster_sess.conf",
                            "redis-shard2/etc/redis/sentinel.conf");
        }
        assertThat(render(REFERENCE, "--only", "firewall")).isZero();
        assertThat(out.toString()).doesNotContain("not rendered");
    }

    @Test
    void anotherRenderingAddsCommandsForWhatRuns() throws IOException {
        String text = Files.readString(Path.of(REFERENCE));
        Path file = Files.writeString(root.resolve("stack.yml"), text);
        render(file.toString());
        Files.writeString(file, text.replace("memory: 1 GB", "memory: 2 GB"));
        assertThat(render(file.toString())).isZero();

        Path commands = written("redis-shard1/etc/redis/redis-cluster_sess.commands");
        assertThat(commands).hasContent("""
                        redis-cli -h 10.0.0.11 -p 12002 CONFIG SET maxmemory 2gb
                        redis-cli -h 10.0.0.11 -p 12002 CONFIG REWRITE
                        """);
        assertThat(out.toString().lines()).anyMatch(line -> line.matches(".*redis-cluster_sess.commands +added to .*"));
        assertThat(render(file.toString())).isZero();
        assertThat(Files.readAllLines(commands)).hasSize(2);
    }

    @Test
    void aProxyThatMayRunIsStartedAgainForANewerFile() throws IOException {
        String text = Files.readString(Path.of(REFERENCE));
        Path file = Files.writeString(root.resolve("stack.yml"), text);
        render(file.toString());
        assertThat(out.toString()).doesNotContain("restart: ");
        Files.writeString(file, text.replace("memory: 1 GB", "memory: 2 GB"));
        render(file.toString());
        assertThat(out.toString()).doesNotContain("restart: ");
        Files.writeString(file, text.replace("listen: 6381", "listen: 6391"));
        assertThat(render(file.toString())).isZero();

        assertThat(out.toString().lines().filter(line -> line.startsWith("restart: ")))
                .containsExactly("restart: ssh redis-proxy 'systemctl restart cobnut'  # one host after the other");
        Files.writeString(written("redis-proxy/etc/cobnut/cobnut.yml"), "# mine\n");
        render(file.toString(), "--force");
        assertThat(out.toString()).contains("restart: ssh redis-proxy ");
    }

    @Test
    void whatTheStackHasNoLongerIsNamed() throws IOException {
        String text = Files.readString(Path.of("examples/stack-one-host.yml"));
        Path file = Files.writeString(root.resolve("stack.yml"), text);
        render(file.toString());
        Files.writeString(file, text.replaceAll("  cluster_fpc:.*\n", ""));
        render(file.toString());

        assertThat(out.toString().lines())
                .anyMatch(line -> line.matches(".*redis-cluster_fpc.conf +not rendered +no longer in the stack.*"));
        assertThat(written("shop/etc/redis/redis-cluster_fpc.conf")).exists();
    }

    @Test
    void badInputIsSaidOnce() throws IOException {
        assertThat(render(REFERENCE, "--host", "redis-shard9")).isEqualTo(1);
        assertThat(err.toString()).contains("redis-shard9\" is no host of", "redis-shard1, redis-shard2");
        assertThat(render(REFERENCE, "--only", "nothing")).isEqualTo(1);
        assertThat(err.toString()).contains("[REDIS, SENTINEL, COBNUT");
        assertThat(render("examples/stack-two-shards.yml")).isEqualTo(1);
        assertThat(err.toString()).contains("/etc/cobnut/redis-password");
        assertThat(written("")).doesNotExist();
        assertThat(render("examples/stack-two-shards.yml", "--only", "hosts,firewall,systemd"))
                .isZero();
    }

    /// What is inherent in an example, and said by `plan`, too, is listed with its code.
    @ParameterizedTest
    @CsvSource({
        "examples/stack-reference.yml, R16",
        "examples/stack-one-host.yml, R07 R16",
        "examples/stack-two-shards.yml, ''",
        "src/test/resources/dev/cobnut/render/shop.yml, R04"
    })
    void theDoctorFindsNothingInWhatIsRendered(String file, String inherent) throws IOException {
        assertThat(render(withPasswords(Path.of(file)))).as(err.toString()).isZero();
        Facts.Collector facts = new Facts.Collector();
        new FilesReader(facts).read(written(""));
        Diagnosis diagnosis = Diagnosis.of(facts.facts(), Set.of());

        assertThat(facts.facts().looked()).hasSizeGreaterThan(3);
        assertThat(diagnosis.findings().stream()
                        .filter(each -> each.rule().severity() != Severity.NOTE)
                        .filter(each -> !inherent.contains(each.rule().code())))
                .isEmpty();
    }
}

package dev.cobnut.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class PlanCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    private int run(String... arguments) {
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }

    @Test
    void showsWhatIsWhereAndWhatItSurvives() {
        assertThat(run("plan", "-f", "examples/stack-reference.yml")).isZero();

        assertThat(out.toString().lines())
                .contains(
                        "stack reference: 4 hosts, 3 caches, 9 servers, 3 Sentinels, 1 proxy",
                        "redis-shard1  10.0.0.11  redis cluster_obj    12000  2 GB    first master, cache: dumps,"
                                + " allkeys-lru",
                        "redis-shard2 dies: cluster_obj keeps its master; cluster_fpc fails over to redis-shard3 or"
                                + " redis-shard1; cluster_sess keeps its master; Sentinels go on",
                        "redis-proxy dies: there is no other proxy: clients reach nothing");
        assertThat(err).asString().isEmpty();
    }

    @Test
    void whatAProxyWouldRefuseIsToldOfTheFileByAllWhoReadIt() throws IOException {
        Path file = Files.writeString(folder.resolve("stack.yml"), """
                stack: s
                hosts: {a: 10.0.0.1}
                caches:
                  one: {kind: cache, hosts: [a], listen: 6379, port: 7000, memory: 1 GB}
                  obj: {kind: cache, hosts: [a], listen: 6380, port: 7001, memory: 1 GB, pool: {timeout: many, nonsense: 3}}
                proxies: {hosts: [a]}
                passwords: {redis: "env:NOT_HERE"}
                """);
        String told = """
                %1$s:5: pool obj: timeout "many" (expected: 0 to 2147483647 milliseconds)
                %1$s:5: pool obj: "nonsense" is not a key of a pool
                """.formatted(file);
        for (String command : List.of("plan", "render -o " + folder.resolve("out"), "doctor", "up")) {
            err.getBuffer().setLength(0);
            assertThat(run((command + " -f " + file).split(" "))).as(command).isNotZero();
            assertThat(err.toString()).as(command).isEqualTo(told);
        }
    }

    @Test
    void whatInitWritesIsGood() {
        String file = folder.resolve("stack.yml").toString();
        assertThat(run("init", "-f", file)).isZero();
        assertThat(run("plan", "--check", "-f", file)).isZero();

        assertThat(out.toString().lines())
                .containsExactly("wrote " + file + "; change it, then: cobnut plan -f " + file);
        assertThat(err).asString().isEmpty();
    }

    @Test
    void initOverwritesNothing() throws IOException {
        Path file = Files.writeString(folder.resolve("stack.yml"), "mine");
        assertThat(run("init", "--reference", "-f", file.toString())).isEqualTo(1);

        assertThat(file).hasContent("mine");
        assertThat(err).asString().contains("is there already");
    }

    @Test
    void programsGetAnObject() {
        assertThat(run("plan", "--output", "json", "-f", "examples/stack-one-host.yml"))
                .isZero();

        assertThat(new Load(LoadSettings.builder().build()).loadFromString(out.toString()))
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .containsEntry("stack", "small")
                .containsKeys("services", "survival", "warnings");
    }

    @Test
    void whatIsNotThereCannotBeCompared() throws IOException {
        String file = Files.writeString(
                        folder.resolve("stack.yml"),
                        Files.readString(Path.of("examples/stack-one-host.yml"))
                                + "passwords: {redis: env:COBNUT_NO_SUCH_VARIABLE}\n")
                .toString();

        assertThat(run("plan", "--live", "-f", file)).isEqualTo(3);
        assertThat(err).asString().startsWith("cobnut plan: passwords: \"env:COBNUT_NO_SUCH_VARIABLE\" (");
        assertThat(run("plan", "--live", "--check", "-f", file)).isEqualTo(1);
        assertThat(run("plan", "--output", "nagios", "-f", file)).isEqualTo(1);
    }

    @Test
    void aBadFileIsToldWithAllItsProblems() throws IOException {
        Path file = Files.writeString(folder.resolve("stack.yml"), "stack: s\nhost: a\n");
        assertThat(run("plan", "-f", file.toString())).isEqualTo(1);

        assertThat(err.toString().lines())
                .hasSize(3)
                .allMatch(line -> line.startsWith(file + ":"))
                .anyMatch(line -> line.contains("did you mean hosts?"));
        assertThat(out).asString().isEmpty();
    }
}

package dev.cobnut.agent;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cobnut.cli.Main;
import dev.cobnut.testing.ChildJvm;
import dev.cobnut.testing.FreePorts;
import dev.cobnut.testing.RealRedis;
import dev.cobnut.testing.RealRedis.Server;
import dev.cobnut.testing.RespClient;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A real nutcracker in front of real servers, three real Sentinels.
@Timeout(180)
class AgentIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private final int port = FreePorts.next(2);
    private RealRedis redis;
    private Server master;
    private Server replica;
    private List<Server> sentinels;
    private Path program;
    private Path file;
    private Path restarts;
    private Path restart;

    @BeforeEach
    void startAll() throws IOException {
        Nutcracker found = Nutcracker.find(System.getenv().getOrDefault("PATH", ""));
        assumeTrue(found != null, "no nutcracker on PATH or in /usr/sbin: install the package to run this");
        program = requireNonNull(found).program();
        file = folder.resolve("nutcracker.yml");
        redis = RealRedis.in(folder);
        master = redis.master();
        replica = redis.replicaOf(master);
        sentinels = redis.sentinels(3, 2, 1_000, 10_000, "cluster_obj", master);
        restarts = folder.resolve("restarts");
        restart = Files.writeString(folder.resolve("restart.sh"), """
                old=$(cat %1$s/pid 2>/dev/null) && kill $old && while kill -0 $old 2>/dev/null; do sleep 0.01; done
                %2$s -c %1$s/nutcracker.yml -a 127.0.0.1 -s %3$d -o %1$s/nutcracker.log </dev/null >/dev/null 2>&1 &
                echo $! >%1$s/pid
                echo restarted >>%1$s/restarts
                echo started $!
                """.formatted(folder, program, port + 1));
    }

    @AfterEach
    void stopAll() throws IOException {
        Path pid = folder.resolve("pid");
        if (Files.exists(pid)) {
            ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).ifPresent(ProcessHandle::destroyForcibly);
        }
        if (redis != null) {
            redis.close();
        }
    }

    /// @param obj whose address stands in the file
    private String text(Server obj) {
        return """
                # caches
                alpha:
                  listen: 127.0.0.1:%d   # of the shop
                  hash_tag: "{}"
                  redis: true
                  timeout: 1000
                  servers:
                    - 127.0.0.1:%d:3 cluster_obj  # weight 3
                """.formatted(port, obj.port());
    }

    private void write(String text) throws IOException {
        Files.writeString(file, text);
    }

    private int restarts() throws IOException {
        return Files.exists(restarts) ? Files.readAllLines(restarts).size() : 0;
    }

    private String set(String value) {
        try (RespClient client = RespClient.to(port)) {
            return client.ask("SET", "key", value);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private Agent agent(String command) throws Exception {
        List<NodeAddress.Tcp> addresses =
                sentinels.stream().map(Server::address).toList();
        return new Agent(new Agent.Options(file, command, addresses, null, program, _ -> {}));
    }

    @Test
    void aStaleFileIsPutRightAndASwitchCostsOneRestart() throws Exception {
        write(text(replica));
        Path log = folder.resolve("agent.log");
        List<String> arguments = new ArrayList<>(List.of("agent", "-h", "127.0.0.1"));
        arguments.addAll(List.of("-p", Integer.toString(sentinels.getFirst().port())));
        arguments.addAll(List.of("--sentinel", sentinels.get(1).address().toString()));
        arguments.addAll(List.of("--sentinel", sentinels.get(2).address().toString()));
        arguments.addAll(List.of("-f", file.toString(), "-c", "sh " + restart, "-l", log.toString()));
        Process process = new ProcessBuilder(ChildJvm.command(Main.class.getName(), arguments.toArray(String[]::new)))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("agent.out").toFile())
                .start();
        try {
            await("the address of the master").atMost(PATIENCE).until(() -> restarts() == 1);
            assertThat(file).hasContent(text(master));
            await("a write").atMost(PATIENCE).until(() -> set("before").equals("+OK"));

            master.kill();

            await("the address of the new master").atMost(PATIENCE).until(() -> restarts() == 2);
            assertThat(file).hasContent(text(replica));
            await("a write").atMost(PATIENCE).until(() -> set("after").equals("+OK"));
            assertThat(replica.ask("GET key")).contains("after");

            process.destroy();
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
            assertThat(restarts()).isEqualTo(2);
            assertThat(log)
                    .content()
                    .contains(
                            "line 8, pool alpha: cluster_obj is at " + replica.address() + ", not " + master.address())
                    .contains("restart: started ")
                    .contains("restart: done after ")
                    .contains("INFO  stopped");
            try (var files = Files.list(folder)) {
                assertThat(files.map(Path::getFileName).map(Path::toString)).noneMatch(each -> each.startsWith("."));
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void aHandThatWritesAStaleAddressIsPutRightAndANewNameIsFollowed() throws Exception {
        write(text(master).replace("cluster_obj", "nobody"));
        try (Agent agent = agent("sh " + restart)) {
            Thread running = Thread.ofVirtual().start(() -> {
                try {
                    agent.run();
                } catch (InterruptedException _) {
                    // ends
                }
            });
            write(text(replica));

            await("the address of the master").atMost(PATIENCE).until(() -> restarts() == 1);

            assertThat(file).hasContent(text(master));
            agent.stop();
            running.join();
        }
    }

    @Test
    void onceAndDryRunDoNoMoreThanTheySay() throws Exception {
        write(text(replica));
        try (Agent agent = agent("sh " + restart)) {
            assertThat(agent.dryRun())
                    .contains("-    - 127.0.0.1:" + replica.port() + ":3 cluster_obj  # weight 3\n")
                    .contains("+    - 127.0.0.1:" + master.port() + ":3 cluster_obj  # weight 3\n");
            assertThat(file).hasContent(text(replica));
        }
        try (Agent agent = agent("exit 3")) {
            assertThatThrownBy(agent::once).hasMessage("restart: exit 3: ended with status 3");
            assertThat(file).hasContent(text(master));
        }
        try (Agent agent = agent("sh " + restart)) {
            assertThat(agent.once()).isTrue();
            assertThat(restarts()).as("the restart that failed is made up for").isEqualTo(1);
            assertThat(agent.once()).isTrue();
            assertThat(restarts()).as("nothing has changed since").isEqualTo(1);
            assertThat(agent.dryRun()).isEmpty();
        }
    }

    @Test
    void whatNutcrackerRefusesIsNotPutInPlace() throws Exception {
        String wrong = text(replica).replace("timeout", "time_out");
        write(wrong);
        try (Agent agent = agent("sh " + restart)) {
            assertThatThrownBy(agent::once)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(
                            "-t refuses the new file (ended with status 1: nutcracker: configuration file")
                    .hasMessageContaining("the present one, too");
        }
        assertThat(file).hasContent(wrong);
        assertThat(restarts()).isZero();
    }
}

package dev.cobnut.chaos;

import static org.awaitility.Awaitility.await;

import dev.cobnut.stack.ServerBinary;
import dev.cobnut.stack.StackException;
import dev.cobnut.testing.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One of [TwoHosts] with a `cobnut vip` on it, and a server that this asks whether it works.
final class VipHost implements AutoCloseable {
    /// In a network namespace of its own all ports are free.
    static final int SERVER_PORT = 6379;

    private static final int PAGE_PORT = 22223;
    private static final List<String> SMALL = List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final TwoHosts network;
    private final int number;
    private final Path folder;
    private final Path log;
    private @Nullable Process speaker;
    private @Nullable Process server;

    /// @param number 0 or 1
    /// @param folder holds its `vip.yml`
    VipHost(TwoHosts network, int number, Path folder) {
        this.network = network;
        this.number = number;
        this.folder = folder;
        this.log = folder.resolve("log");
    }

    /// Starts the server, without waiting for it.
    void serve() throws IOException {
        try {
            server = start(
                    network.within(
                            number,
                            ServerBinary.find(null).path().toString(),
                            "--port",
                            "" + SERVER_PORT,
                            "--save",
                            "",
                            "--dir",
                            folder.toString()),
                    folder.resolve("redis.log"));
        } catch (StackException e) {
            throw new IOException(e);
        }
    }

    void serveNoMore() {
        end(server);
    }

    /// Starts the speaker, without waiting for it.
    void speak() throws IOException {
        speaker = start(command(ChildJvm.command(SMALL, "dev.cobnut.cli.Main", arguments())), log);
    }

    /// Runs `cobnut vip` with these words to its end on this host, or `cobnut vip -c FILE` without.
    ///
    /// @param before what stands before the words of the JVM
    String run(List<String> before, String... words) throws IOException {
        List<String> all = new ArrayList<>(before);
        all.addAll(ChildJvm.command(SMALL, "dev.cobnut.cli.Main", words));
        return TwoHosts.run(command(all));
    }

    private List<String> command(List<String> words) {
        return network.within(number, words.toArray(String[]::new));
    }

    String[] arguments() {
        return new String[] {
            "vip", "-c", folder.resolve("vip.yml").toString(), "-s", "" + PAGE_PORT, "--drain-file", drainFile()
        };
    }

    String drainFile() {
        return folder.resolve("drained").toString();
    }

    private static Process start(List<String> command, Path output) throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                .start();
    }

    /// SIGTERM.
    ///
    /// @return its exit status
    int stop() throws InterruptedException {
        Process running = running();
        running.destroy();
        if (!running.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("it does not end");
        }
        return running.exitValue();
    }

    /// A signal, such as STOP or CONT.
    void signal(String name) throws IOException {
        TwoHosts.run(List.of("kill", "-" + name, "" + running().pid()));
    }

    private Process running() {
        Process running = speaker;
        if (running == null) {
            throw new IllegalStateException("it does not run");
        }
        return running;
    }

    /// SIGKILL.
    void kill() {
        end(speaker);
    }

    private static void end(@Nullable Process process) {
        if (process != null) {
            process.destroyForcibly();
            await().atMost(PATIENCE).until(() -> !process.isAlive());
        }
    }

    boolean carries(String address) {
        return network.carries(number, address);
    }

    /// Its `eth0`, once it was deleted.
    void plugIn() throws IOException {
        network.plugIn(number);
    }

    String ip(String... words) throws IOException {
        return network.ip(number, words);
    }

    /// All that it has written.
    String log() throws IOException {
        return Files.readString(log);
    }

    /// Its page, as it stands there; empty while it does not answer.
    String page() {
        String ask =
                "exec 3<>/dev/tcp/127.0.0.1/" + PAGE_PORT + "; printf 'GET /vip HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3";
        try {
            String answer = TwoHosts.run(network.within(number, "bash", "-c", ask));
            return answer.substring(answer.indexOf("\r\n\r\n") + 4);
        } catch (IOException _) {
            return "";
        }
    }

    @Override
    public void close() {
        end(speaker);
        end(server);
    }
}

package dev.cobnut.chaos;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import dev.cobnut.testing.ChildJvm;
import dev.cobnut.testing.RespClient;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The proxy as a process of its own, which can be stopped and measured.
final class ProxyProcess implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 30;

    private final Process process;
    private final Path log;
    private final int port;

    private ProxyProcess(Process process, Path log, int port) {
        this.process = process;
        this.log = log;
        this.port = port;
    }

    /// Serves when it returns, with two loops.
    ///
    /// @param file a nutcracker.yml with one pool, on `port`; the port after it is for statistics
    static ProxyProcess start(Path file, int port, List<NodeAddress.Tcp> sentinels, String... jvmOptions)
            throws IOException {
        int statsPort = port + 1;
        List<String> arguments = new ArrayList<>(
                List.of("proxy", "-c", file.toString(), "-a", "127.0.0.1", "-s", "" + statsPort, "--loops", "2"));
        arguments.add("--admin-token");
        arguments.add("file:" + Files.writeString(file.resolveSibling("token"), Stage.TOKEN + "\n"));
        for (NodeAddress.Tcp sentinel : sentinels) {
            arguments.add("--sentinel");
            arguments.add(sentinel.toString());
        }
        Path log = file.resolveSibling("proxy.log");
        Process process = new ProcessBuilder(
                        ChildJvm.command(List.of(jvmOptions), "dev.cobnut.cli.Main", arguments.toArray(String[]::new)))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        ProxyProcess proxy = new ProxyProcess(process, log, port);
        await().atMost(Duration.ofSeconds(PATIENCE_SECONDS)).ignoreExceptions().until(() -> {
            try (RespClient client = RespClient.to(port)) {
                return client.ask("PING").equals("+PONG");
            }
        });
        return proxy;
    }

    long pid() {
        return process.pid();
    }

    /// What it has written.
    String log() throws IOException {
        return Files.readString(log);
    }

    /// A page of the statistics port, without its head.
    String page(String path) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port + 1)) {
            socket.getOutputStream().write(("GET " + path + " HTTP/1.0\r\n\r\n").getBytes(US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
            return answer.substring(answer.indexOf("\r\n\r\n") + 4);
        }
    }

    /// @param name `STOP`, `CONT`
    void signal(String name) throws IOException, InterruptedException {
        run("kill", "-" + name, Long.toString(pid()));
    }

    /// Has it end by itself, and waits until it has.
    ///
    /// @return what it has written
    String terminate() throws IOException, InterruptedException {
        signal("TERM");
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IOException("the proxy does not end after SIGTERM:\n" + log());
        }
        return log();
    }

    /// Collects what is garbage, in a few milliseconds.
    void collect() throws IOException, InterruptedException {
        run(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), Long.toString(pid()), "GC.run");
    }

    private static void run(String... command) throws IOException, InterruptedException {
        new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    @Override
    public void close() {
        try {
            signal("CONT");
            process.destroy();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}

package dev.cobnut.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cobnut.config.ConfigException;
import dev.cobnut.config.ConfigFile;
import dev.cobnut.daemon.Daemon;
import dev.cobnut.daemon.StartException;
import dev.cobnut.net.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The whole proxy inside the test's JVM, from the text of a nutcracker.yml, with its statistics port on a free one.
public final class RunningProxy implements AutoCloseable {
    private final Daemon daemon;
    private final int statsPort;

    private RunningProxy(Daemon daemon, int statsPort) {
        this.daemon = daemon;
        this.statsPort = statsPort;
    }

    /// Serves when it returns.
    ///
    /// @param folder where the text is written to
    /// @param loops event loops, 1 or more
    public static RunningProxy of(Path folder, String nutcrackerYml, int loops) throws StartException {
        int statsPort = FreePorts.next(1);
        return new RunningProxy(Daemon.start(options(folder, nutcrackerYml, loops, statsPort)), statsPort);
    }

    /// What such a process is started with.
    public static Daemon.Options options(Path folder, String nutcrackerYml, int loops, int statsPort) {
        try {
            Path file = Files.writeString(Files.createTempFile(folder, "nutcracker", ".yml"), nutcrackerYml);
            return new Daemon.Options(
                    ConfigFile.read(file, false),
                    List.of(),
                    loops,
                    Transport.Choice.AUTO,
                    "127.0.0.1",
                    statsPort,
                    _ -> {});
        } catch (ConfigException | IOException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    public Daemon daemon() {
        return daemon;
    }

    /// The JSON of the statistics port.
    public String stats() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), statsPort)) {
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }

    /// Status and body of a page of the statistics port.
    public String page(String path) throws IOException {
        return HttpPage.get(statsPort, path);
    }

    /// One counter: the first of that name after all of the names before it, so `stat("alpha", "one", "requests")`.
    public long stat(String... names) throws IOException {
        String json = stats();
        int at = 0;
        for (String name : names) {
            at = json.indexOf("\"" + name + "\":", at);
            if (at < 0) {
                throw new IllegalArgumentException("no " + name + " in " + json);
            }
        }
        Matcher value = Pattern.compile(":(-?\\d+)").matcher(json);
        if (!value.find(at)) {
            throw new IllegalArgumentException("no number after " + String.join(", ", names) + " in " + json);
        }
        return Long.parseLong(value.group(1));
    }

    @Override
    public void close() {
        daemon.stop();
    }
}

package dev.cobnut.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cobnut.daemon.Daemon;
import dev.cobnut.daemon.StartException;
import dev.cobnut.testing.FreePorts;
import dev.cobnut.testing.RespClient;
import dev.cobnut.testing.RunningProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Files of unix sockets, with real ones.
@Timeout(60)
class SocketFileIT {
    @TempDir
    private Path folder;

    private Path socket;

    @BeforeEach
    void name() {
        socket = folder.resolve("s");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " 0770"})
    void aSocketThatSomebodyListensOnIsLeftToIt(String mode) throws Exception {
        try (RunningProxy _ = RunningProxy.of(folder, pool(mode), 1)) {
            assertThatThrownBy(() -> RunningProxy.of(folder, pool(mode), 1))
                    .isInstanceOf(StartException.class)
                    .hasMessage("pool alpha cannot listen on " + socket + mode + ": the address is already in use");

            assertThat(ping()).isEqualTo("+PONG");
        }
        assertThat(socket).doesNotExist();
        assertNothingElseIsLeft();
    }

    @Test
    void aSocketWhoseOwnerIsGoneIsReplaced() throws Exception {
        leaveBehind();

        try (RunningProxy _ = RunningProxy.of(folder, pool(" 0600"), 1)) {
            assertThat(ping()).isEqualTo("+PONG");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                    .isEqualTo("rw-------");
        }
        assertThat(socket).doesNotExist();
    }

    @Test
    void whatIsNoSocketIsLeftAlone() throws IOException {
        Files.writeString(socket, "precious");
        assertRefused();
        assertThat(socket).hasContent("precious");

        Files.delete(socket);
        Files.createDirectory(socket);
        assertRefused();
        assertThat(socket).isEmptyDirectory();
    }

    @Test
    void anotherFileThatIsThereByNowIsNotRemovedAtTheEnd() throws Exception {
        try (RunningProxy _ = RunningProxy.of(folder, pool(""), 1)) {
            Files.delete(socket);
            leaveBehind();
        }
        assertThat(socket).exists();
        assertNothingElseIsLeft();
    }

    @Test
    void aStartThatFailsLaterLeavesNoSocket() throws IOException {
        int statsPort = FreePorts.next(1);
        try (ServerSocket _ = new ServerSocket(statsPort, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> Daemon.start(RunningProxy.options(folder, pool(""), 1, statsPort)))
                    .isInstanceOf(StartException.class)
                    .hasMessageStartingWith("statistics port");
        }
        assertThat(socket).doesNotExist();
        assertNothingElseIsLeft();
    }

    private String pool(String mode) {
        return "alpha:\n  listen: \"" + socket + mode + "\"\n  redis: true\n  servers:\n  - 127.0.0.1:1:1\n";
    }

    private String ping() throws IOException {
        try (RespClient client = RespClient.to(socket)) {
            return client.ask("PING");
        }
    }

    private void assertRefused() {
        assertThatThrownBy(() -> RunningProxy.of(folder, pool(""), 1))
                .isInstanceOf(StartException.class)
                .hasMessage(
                        "pool alpha cannot listen on " + socket + ": something that is no socket is there (expected:"
                                + " nothing, or a socket that nobody listens on; move it away)");
    }

    private void leaveBehind() throws IOException {
        try (ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.bind(UnixDomainSocketAddress.of(socket));
        }
    }

    private void assertNothingElseIsLeft() throws IOException {
        try (var files = Files.list(folder)) {
            List<String> hidden = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("."))
                    .toList();
            assertThat(hidden).isEmpty();
        }
    }
}

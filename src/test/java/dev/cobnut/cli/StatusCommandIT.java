package dev.cobnut.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.admin.Orders;
import dev.cobnut.admin.Page;
import dev.cobnut.admin.StatsServer;
import dev.cobnut.testing.FreePorts;
import dev.cobnut.topology.Happening;
import dev.cobnut.topology.Topology;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class StatusCommandIT {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final int port = FreePorts.next(1);

    @Test
    void printsWhatTheStatisticsPortSays() throws IOException {
        List<Page> pages = List.of(
                Page.topology(() -> new Topology(42, List.of(), List.of())),
                Page.failovers(() -> List.of(
                        new Happening(1_800_000_000_000L, 0, "obj", "obj: requests wait"),
                        new Happening(1_800_000_000_555L, 555, "obj", "obj: requests go on"))));
        try (StatsServer _ = StatsServer.start("127.0.0.1", port, pages, new Orders(null, List.of()))) {
            assertThat(status("127.0.0.1:" + port)).isZero();
        }
        assertThat(out.toString().lines())
                .endsWith(
                        "topology epoch 42",
                        "last failovers:",
                        "2027-01-15T08:00:00Z           0 ms  obj: requests wait",
                        "                             555 ms  obj: requests go on");
    }

    @Test
    void saysWhenNobodyAnswers() {
        assertThat(status("127.0.0.1:" + port)).isEqualTo(1);
        assertThat(err.toString()).startsWith("cobnut status: no Cobnut answers at 127.0.0.1:" + port + " (");
    }

    @Test
    void saysWhatAnswersInstead() throws IOException {
        try (ServerSocket nutcracker = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> answerAll(nutcracker));
            assertThat(status("127.0.0.1:" + port)).isEqualTo(1);
        }
        assertThat(err.toString()).contains("127.0.0.1:" + port + " answers \"{\"service\":\"nutcracker\"}\"");
    }

    @Test
    void saysWhatIsNoAddress() {
        assertThat(status("localhost")).isEqualTo(1);
        assertThat(err.toString()).contains("\"localhost\" (expected: HOST:PORT)");
    }

    private static void answerAll(ServerSocket listener) {
        while (!listener.isClosed()) {
            try (Socket peer = listener.accept()) {
                int _ = peer.getInputStream().read(new byte[1024]);
                peer.getOutputStream().write("{\"service\":\"nutcracker\"}\n".getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    throw new AssertionError("the fake statistics port broke", e);
                }
            }
        }
    }

    private int status(String address) {
        CommandLine commandLine =
                Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return commandLine.execute("status", "--proxy", address);
    }
}

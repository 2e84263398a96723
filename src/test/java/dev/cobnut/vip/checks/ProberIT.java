package dev.cobnut.vip.checks;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.testing.FreePorts;
import dev.cobnut.topology.NodeAddress;
import dev.cobnut.vip.VipSettings.Probe;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ProberIT {
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final Duration SHORT = Duration.ofMillis(300);

    /// How a server answers.
    @FunctionalInterface
    private interface Answer {
        void to(Socket client, OutputStream out) throws Exception;
    }

    private static Answer text(String text) {
        return (_, out) -> out.write(text.getBytes(US_ASCII));
    }

    private static Answer silence() {
        return (client, _) -> client.getInputStream().readAllBytes();
    }

    private static Answer drip(String text) {
        return (_, out) -> {
            for (byte each : text.getBytes(US_ASCII)) {
                out.write(each);
                TimeUnit.MILLISECONDS.sleep(50);
            }
        };
    }

    private static Prober.Result ping(Duration timeout, Answer answer) throws Exception {
        return look(timeout, answer, Probe.Ping::new);
    }

    private static Prober.Result get(Duration timeout, Answer answer) throws Exception {
        return look(timeout, answer, address -> new Probe.Http(address, "/readyz?pool=a"));
    }

    /// A probe of an address.
    @FunctionalInterface
    private interface Kind {
        Probe of(NodeAddress.Tcp address);
    }

    private static Prober.Result look(Duration timeout, Answer answer, Kind kind) throws Exception {
        try (ServerSocket server = new ServerSocket(FreePorts.next(1), 5, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                try (Socket client = server.accept()) {
                    client.getInputStream().read(new byte[500]);
                    answer.to(client, client.getOutputStream());
                } catch (Exception _) {
                    // The prober has gone.
                }
            });
            return prober(kind.of(new NodeAddress.Tcp("127.0.0.1", server.getLocalPort())), timeout)
                    .look();
        }
    }

    private static Prober prober(Probe probe, Duration timeout) {
        return new Prober(probe, timeout, new ChildProcess(() -> {}));
    }

    private static Prober.Result good(String detail) {
        return new Prober.Result(true, detail);
    }

    private static Prober.Result bad(String detail) {
        return new Prober.Result(false, detail);
    }

    @Test
    void whoAnswersPingIsGoodAndWhoWantsALoginFirst() throws Exception {
        assertThat(ping(LONG, text("+PONG\r\n"))).isEqualTo(good("answers PING"));
        assertThat(ping(LONG, text("-NOAUTH Authentication required.\r\n"))).isEqualTo(good("answers PING"));
        assertThat(ping(LONG, drip("+PONG\r\n"))).isEqualTo(good("answers PING"));
    }

    @Test
    void otherAnswersAreBadAndShown() throws Exception {
        assertThat(ping(LONG, text("-LOADING Redis is loading the dataset in memory\r\n")))
                .isEqualTo(bad("answers PING with \"-LOADING Redis is loading the dataset in memory\""));
        assertThat(ping(LONG, text("HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n")))
                .isEqualTo(bad("answers PING with \"HTTP/1.1 400 Bad Request\""));
        assertThat(ping(LONG, text("x".repeat(5000))).detail())
                .isEqualTo("answers PING with \"" + "x".repeat(120) + "\"");
    }

    @Test
    void whoSaysNothingIsBadAfterTheTimeLimit() throws Exception {
        assertThat(ping(SHORT, silence())).isEqualTo(bad("no answer within 300 ms"));
        assertThat(get(SHORT, silence())).isEqualTo(bad("no answer within 300 ms"));
        assertThat(ping(SHORT, drip("x".repeat(500)))).isEqualTo(bad("no answer within 300 ms"));
        assertThat(get(SHORT, drip("x".repeat(500)))).isEqualTo(bad("no answer within 300 ms"));
    }

    @Test
    void whoHangsUpIsBad() throws Exception {
        assertThat(ping(LONG, (_, _) -> {})).isEqualTo(bad("closes the connection without an answer"));
        assertThat(get(LONG, (_, _) -> {})).isEqualTo(bad("closes the connection without an answer"));
        assertThat(ping(LONG, (client, _) -> client.setOption(StandardSocketOptions.SO_LINGER, 0)))
                .isEqualTo(bad("Connection reset"));
    }

    @Test
    void whereNobodyListensItIsRefused() throws Exception {
        NodeAddress.Tcp nobody = new NodeAddress.Tcp("127.0.0.1", FreePorts.next(1));
        assertThat(prober(new Probe.Ping(nobody), LONG).look()).isEqualTo(bad("Connection refused"));
        assertThat(prober(new Probe.Ping(new NodeAddress.Tcp("no.such.host.invalid", 1)), LONG)
                        .look())
                .isEqualTo(bad("there is no host no.such.host.invalid"));
    }

    @Test
    void aPageIsAskedForAndGoodWith200() throws Exception {
        StringBuilder asked = new StringBuilder();
        Prober.Result seen = look(LONG, text("HTTP/1.0 200 OK\r\nX: y\r\n\r\nready\n"), address -> {
            asked.append(address);
            return new Probe.Http(address, "/");
        });
        assertThat(seen).isEqualTo(good("answers 200"));
        assertThat(get(LONG, text("HTTP/1.1 200\r\n\r\n"))).isEqualTo(good("answers 200"));
    }

    @Test
    void otherStatusesAreBadAndTheirBodySaysWhy() throws Exception {
        assertThat(get(LONG, text("HTTP/1.1 503 Service Unavailable\r\nX: y\r\n\r\npool a: no master\nmore\n")))
                .isEqualTo(bad("answers 503 Service Unavailable: pool a: no master"));
        assertThat(get(LONG, text("HTTP/1.1 2000 Much\r\n\r\n"))).isEqualTo(bad("answers 2000 Much"));
        assertThat(get(LONG, text("+PONG\r\n"))).isEqualTo(bad("answers +PONG"));
    }

    @Test
    void aBodyWithoutAnEndIsReadInPart() throws Exception {
        assertThat(get(LONG, (_, out) -> {
                    out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(US_ASCII));
                    for (int i = 0; i < 1_000_000; i++) {
                        out.write("more and more ".getBytes(US_ASCII));
                    }
                }))
                .isEqualTo(good("answers 200"));
    }

    /// It has answered with 200, and that is what was asked.
    @Test
    void whoAnswersAndDoesNotHangUpHasAnswered() throws Exception {
        assertThat(get(SHORT, (client, out) -> {
                    out.write("HTTP/1.1 200 OK\r\n\r\nready".getBytes(US_ASCII));
                    silence().to(client, out);
                }))
                .isEqualTo(good("answers 200"));
        assertThat(get(SHORT, (client, out) -> {
                    out.write("HTTP/1.1 503 No\r\n\r\nwhy".getBytes(US_ASCII));
                    silence().to(client, out);
                }))
                .isEqualTo(bad("answers 503 No: why"));
    }

    @Test
    void programsAreGoodWith0AndOnesThatAreNotThereAreNamed() throws Exception {
        assertThat(command("true")).isEqualTo(good("exit status 0"));
        assertThat(command("sh", "-c", "exit 7")).isEqualTo(bad("exit status 7"));
        assertThat(command("/no/such/program", "x").detail())
                .contains("/no/such/program")
                .contains("No such file or directory");
        assertThat(command("/etc/passwd").detail()).contains("/etc/passwd").contains("Permission denied");
    }

    private static Prober.Result command(String... words) throws InterruptedException, IOException {
        return prober(new Probe.Command(List.of(words)), LONG).look();
    }
}

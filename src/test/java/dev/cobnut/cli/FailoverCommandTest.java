package dev.cobnut.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.admin.Order;
import dev.cobnut.admin.Orders;
import dev.cobnut.admin.Page;
import dev.cobnut.admin.StatsServer;
import dev.cobnut.admin.SwitchJson;
import dev.cobnut.testing.FreePorts;
import dev.cobnut.topology.NodeAddress;
import dev.cobnut.topology.Progress;
import dev.cobnut.topology.Prospect;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The command against a port that answers as it is told.
class FailoverCommandTest {
    private static final String TOKEN = "0123456789abcdef";
    private static final Prospect GOOD = new Prospect(
            null,
            "cluster_obj",
            "one",
            List.of(
                    new Prospect.Member(new NodeAddress.Tcp("10.0.0.1", 6379), -1, 0, "is master now"),
                    new Prospect.Member(new NodeAddress.Tcp("10.0.0.2", 6379), 100, 12, "can be master")),
            "3 clients come directly");

    @TempDir
    private Path folder;

    private final int port = FreePorts.next(1);
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final List<String> ordered = new ArrayList<>();
    private Prospect prospect = GOOD;
    private String token = TOKEN;
    private @Nullable String tokenPlace;
    private final AtomicReference<Progress> progress =
            new AtomicReference<>(new Progress(1, Progress.Outcome.DONE, List.of(new Progress.Step(7, "it is done"))));

    private int failover(String... options) throws IOException {
        List<Page> pages = List.of(Page.planned(progress::get));
        List<Order> orders = List.of(
                new Order("/switch/look", parameters -> {
                    ordered.add("look " + parameters);
                    return SwitchJson.of(prospect);
                }),
                new Order("/switch", parameters -> {
                    ordered.add("switch " + parameters);
                    return "{\"number\":1}\n";
                }));
        try (StatsServer _ = StatsServer.start("127.0.0.1", port, pages, new Orders(TOKEN, orders))) {
            return run(options);
        }
    }

    private int run(String... options) throws IOException {
        String file = "file:" + Files.writeString(folder.resolve("token"), token + "\n");
        String place = tokenPlace == null ? file : tokenPlace;
        List<String> arguments =
                new ArrayList<>(List.of("failover", "obj", "--proxy", "127.0.0.1:" + port, "--admin-token", place));
        arguments.addAll(List.of(options));
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments.toArray(String[]::new));
    }

    @Test
    void showsWhatWillHappenAndThenWhatDoes() throws IOException {
        assertThat(failover("--yes")).isZero();

        assertThat(out.toString().lines())
                .containsExactly(
                        "shard one, which Sentinel knows as cluster_obj",
                        "node           behind    priority",
                        "10.0.0.1:6379  0 bytes             is master now",
                        "10.0.0.2:6379  12 bytes  100       can be master",
                        "3 clients come directly",
                        "     7 ms  it is done");
        assertThat(err).asString().isEmpty();
        assertThat(ordered).hasSize(2);
        assertThat(ordered.getLast()).contains("pool=obj").contains("millis=10000");
    }

    @ParameterizedTest
    @CsvSource({"DONE, 0", "REFUSED, 1", "GIVEN_UP, 2", "UNCLEAR, 5"})
    void exitCodeSaysWhatCameOfIt(Progress.Outcome outcome, int code) throws IOException {
        progress.set(new Progress(1, outcome, List.of()));
        assertThat(failover("--yes")).isEqualTo(code);
    }

    @Test
    void whatIsRefusedIsNotBegun() throws IOException {
        prospect = new Prospect("no replica", "cluster_obj", "one", List.of(), "");

        assertThat(failover("--yes")).isEqualTo(1);
        assertThat(err).hasToString("cobnut failover: refused: no replica\n");
        assertThat(ordered).hasSize(1);
    }

    @Test
    void aProxyThatWasStartedAnewMeanwhileNeedsALook() throws IOException {
        progress.set(new Progress(0, Progress.Outcome.DONE, List.of()));

        assertThat(failover("--yes")).isEqualTo(5);
        assertThat(err).asString().contains("does not tell any more").contains("cobnut status");
    }

    @ParameterizedTest
    @CsvSource({"'', 1", "'\n', 1", "'n\n', 1", "'y\n', 0", "' YES \n', 0"})
    void asksBeforeItBegins(String answer, int code) throws IOException {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(answer.getBytes(StandardCharsets.UTF_8)));
        try {
            assertThat(failover()).isEqualTo(code);
        } finally {
            System.setIn(before);
        }
        assertThat(out).asString().contains("Requests will wait for up to 10000 ms. Go on? [y/N] ");
        assertThat(ordered).hasSize(code == 0 ? 2 : 1);
    }

    @Test
    void aWrongTokenIsTold() throws IOException {
        token = "fedcba9876543210";
        assertThat(failover("--yes")).isEqualTo(1);

        assertThat(err).asString().contains("refuses: The token is missing or wrong");
    }

    @Test
    void aTokenIsNotTakenFromTheCommandLineItself() throws IOException {
        tokenPlace = "hush";
        assertThat(failover("--yes")).isEqualTo(1);

        assertThat(err).asString().contains("expected: env:NAME or file:/PATH").doesNotContain("hush");
        assertThat(ordered).isEmpty();
    }

    @Test
    void noProxyIsTold() throws IOException {
        assertThat(run("--yes")).isEqualTo(1);

        assertThat(err).asString().contains("no Cobnut answers at 127.0.0.1:" + port);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10", "0s", "999ms", "11m", "1h", "-1s", "s", "99999999s"})
    void aTimeThatIsNoneIsRefused(String time) throws IOException {
        assertThat(run("--timeout", time)).isEqualTo(1);

        assertThat(err).asString().contains("expected: a time such as 1500ms, 10s or 1m, from 1s to 10m");
    }
}

package dev.cobnut.attack;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.testing.FreePorts;
import dev.cobnut.testing.LeakCheck;
import dev.cobnut.testing.Requests;
import dev.cobnut.testing.RespClient;
import dev.cobnut.testing.RunningProxy;
import dev.cobnut.testing.ScriptedNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A node that answers too little, too much, too late or out of shape shifts nobody's replies.
@Timeout(30)
@ExtendWith(LeakCheck.class)
class ShiftIT {
    @TempDir
    private Path folder;

    private final int port = FreePorts.next(1);

    /// @param setting a line of the pool
    private RunningProxy proxy(ScriptedNode node, String setting) throws Exception {
        String yml = "alpha:\n  listen: 127.0.0.1:" + port + "\n  redis: true\n  " + setting
                + "\n  servers:\n   - 127.0.0.1:" + node.port() + ":1 one\n";
        return RunningProxy.of(folder, yml, 1);
    }

    @Test
    void messageOfAChannelNeverComesBehindTheEndOfItsSubscription() throws Exception {
        try (ScriptedNode node = ScriptedNode.start(peer -> {
                    while (true) {
                        List<String> request = peer.read();
                        String name = request.getLast();
                        switch (request.getFirst().toUpperCase(Locale.ROOT)) {
                            case "SUBSCRIBE" -> peer.send(confirmation("subscribe", name, name.equals("a") ? 1 : 2));
                            case "UNSUBSCRIBE" -> {
                                // Long enough for the second request to wait, too.
                                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(30));
                                peer.send((name.equals("a") ? "*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1\r\n1\r\n" : "")
                                        + confirmation("unsubscribe", name, name.equals("a") ? 1 : 0));
                            }
                            default -> peer.send("+OK\r\n");
                        }
                    }
                });
                RunningProxy _ = proxy(node, "preconnect: false");
                RespClient client = RespClient.to(port)) {
            assertThat(client.ask("SUBSCRIBE", "a")).isEqualTo("[subscribe, a, :1]");
            assertThat(client.ask("SUBSCRIBE", "b")).isEqualTo("[subscribe, b, :2]");
            client.sendRaw(Requests.request("UNSUBSCRIBE", "a")
                    .concat(Requests.request("UNSUBSCRIBE", "b"))
                    .getBytes(US_ASCII));
            assertThat(List.of(client.reply(), client.reply(), client.reply()))
                    .containsExactly("[message, a, 1]", "[unsubscribe, a, :1]", "[unsubscribe, b, :0]");
        }
    }

    private static String confirmation(String verb, String name, int count) {
        return "*3\r\n$" + verb.length() + "\r\n" + verb + "\r\n$1\r\n" + name + "\r\n:" + count + "\r\n";
    }

    // ---- nodes that answer too little -------------------------------------------------------------------------------

    @Test
    void replyThatNeverComesShiftsNoOther() throws Exception {
        try (ScriptedNode node = ScriptedNode.start(peer -> {
                    while (true) {
                        List<String> request = peer.read();
                        peer.send(request.getLast().equals("swallowed") ? "" : answer(request));
                    }
                });
                RunningProxy _ = proxy(node, "timeout: 300");
                RespClient victim = RespClient.to(port);
                RespClient other = RespClient.to(port)) {
            assertThat(other.ask("GET", "first")).isEqualTo("v:first");
            assertThat(victim.ask("GET", "swallowed")).startsWith("-ERR Connection timed out");
            for (int i = 0; i < 1_000; i++) {
                assertThat(other.ask("GET", "a" + i)).isEqualTo("v:a" + i);
                assertThat(victim.ask("GET", "b" + i)).isEqualTo("v:b" + i);
            }
        }
    }

    /// Late, and then one reply short, or one too many, or one that breaks off. Until it is late nobody can know.
    @ParameterizedTest
    @ValueSource(strings = {"", "$5\r\nextra\r\n$5\r\nextra\r\n", "$3\r\nabcdef\r\n", "*2\r\n$5\r\nextra\r\n"})
    void nodeThatWasLateAndLosesCountShiftsNoReply(String instead) throws Exception {
        try (ScriptedNode node = ScriptedNode.start(peer -> {
                    Random random = new Random(peer.index());
                    while (true) {
                        List<String> request = peer.read();
                        if (random.nextInt(100) == 99) {
                            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(350 + random.nextInt(200)));
                            peer.send(instead);
                        } else {
                            peer.send(answer(request));
                        }
                    }
                });
                RunningProxy _ = proxy(node, "timeout: 300");
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<String>>> clients = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                int number = i;
                clients.add(threads.submit(() -> wrongReplies(number, threads)));
            }
            List<String> wrong = new ArrayList<>();
            for (Future<List<String>> client : clients) {
                wrong.addAll(client.get());
            }
            assertThat(wrong.size() + " wrong replies: "
                            + wrong.stream().limit(5).toList())
                    .isEqualTo("0 wrong replies: []");
        }
    }

    /// Of a client that does not wait for its replies: when the node goes on, some requests are late and some are not.
    private List<String> wrongReplies(int number, ExecutorService threads) throws IOException {
        List<String> wrong = new ArrayList<>();
        int requests = 150;
        try (RespClient client = RespClient.to(port)) {
            threads.submit(() -> {
                for (int i = 0; i < requests; i++) {
                    client.send("GET", number + "." + i);
                    TimeUnit.MILLISECONDS.sleep(30);
                }
                return null;
            });
            for (int i = 0; i < requests; i++) {
                String right = "v:" + number + "." + i;
                String reply = client.reply();
                if (!reply.equals(right) && !reply.startsWith("-ERR ")) {
                    wrong.add(reply + " instead of " + right);
                }
            }
        }
        return wrong;
    }

    private static String answer(List<String> request) {
        String last = request.getLast();
        return request.getFirst().equals("ECHO") || (request.getFirst().equals("PING") && request.size() == 2)
                ? "$" + last.length() + "\r\n" + last + "\r\n"
                : ScriptedNode.answer(request);
    }

    @ParameterizedTest
    @ValueSource(strings = {":1x\r\n", ":\r\n", ":1 \r\n", ":--1\r\n"})
    void numberThatIsNoneIsNotPassedOn(String reply) throws Exception {
        try (ScriptedNode node = ScriptedNode.start(peer -> {
                    while (true) {
                        List<String> request = peer.read();
                        peer.send(request.getFirst().equals("INCR") ? reply : ScriptedNode.answer(request));
                    }
                });
                RunningProxy _ = proxy(node, "preconnect: false");
                RespClient client = RespClient.to(port)) {
            assertThat(client.ask("GET", "k")).isEqualTo("v:k");
            assertThat(client.ask("INCR", "k"))
                    .startsWith("-ERR Invalid argument")
                    .endsWith("outcome unknown");
            assertThat(client.ask("GET", "k")).isEqualTo("v:k");
        }
    }
}

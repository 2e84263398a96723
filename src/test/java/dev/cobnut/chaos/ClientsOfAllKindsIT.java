package dev.cobnut.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cobnut.testing.RawClient;
import dev.cobnut.testing.RespClient;
import dev.cobnut.topology.Gate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What those are told, and whether all of them go on, who do more than send one plain command after the other.
@Timeout(120)
@SuppressWarnings("NullAway.Init") // each test starts with what it needs
class ClientsOfAllKindsIT {
    @TempDir
    private Path folder;

    private Stage stage;
    private final List<Caller> callers = new ArrayList<>();

    /// A client that says the same again and again.
    private static final class Caller implements Runnable {
        private final String name;
        private final int port;
        private final int protocol;
        private final String[][] requests;
        private final List<String> errors = new CopyOnWriteArrayList<>();
        private final Thread thread = Thread.ofPlatform().daemon().unstarted(this);
        private volatile long rounds;
        private volatile boolean stopped;

        Caller(int port, int protocol, String[]... requests) {
            this.name = String.join(" ", requests[0]) + " in RESP" + protocol;
            this.port = port;
            this.protocol = protocol;
            this.requests = requests;
        }

        @Override
        public void run() {
            try (RespClient client = RespClient.to(port)) {
                client.ask("HELLO", Integer.toString(protocol));
                for (long round = 1; !stopped; round++) {
                    for (String[] request : requests) {
                        String answer = client.ask(request);
                        if (answer.startsWith("-")) {
                            errors.add(answer);
                        }
                    }
                    rounds = round;
                    Thread.sleep(1);
                }
            } catch (IOException | InterruptedException e) {
                errors.add("ended: " + e);
            }
        }
    }

    private void start(int groups, int downAfterMillis, String settings) throws Exception {
        stage = new Stage(folder);
        for (int i = 0; i < groups; i++) {
            stage.group();
        }
        stage.watch(downAfterMillis);
        stage.serve(settings);
    }

    @AfterEach
    void end() {
        callers.forEach(caller -> caller.stopped = true);
        stage.close();
    }

    private void call(String[]... requests) {
        for (int protocol = 2; protocol <= 3; protocol++) {
            Caller caller = new Caller(stage.port(), protocol, requests);
            callers.add(caller);
            caller.thread.start();
        }
    }

    private static String[] request(String... words) {
        return words;
    }

    private void awaitRounds(int more) {
        for (Caller caller : callers) {
            long target = caller.rounds + more;
            await(caller.name + " goes on; it was told " + caller.errors)
                    .atMost(Stage.PATIENCE)
                    .until(() -> caller.rounds >= target);
        }
    }

    @Test
    void allGoOnAndReadsNeverFail() throws Exception {
        start(3, 700, "");
        String a = stage.keyOn(0, "a");
        String b = stage.keyOn(1, "b");
        String c = stage.keyOn(2, "c");
        String list = stage.keyOn(0, "list");
        String number = stage.keyOn(0, "number");
        call(request("GET", a), request("MGET", a, b, c), request("EXISTS", c, a));
        call(request("MSET", a, "1", b, "2", c, "3"), request("DEL", b, c));
        call(request("SET", a, "x".repeat(100_000)), request("GET", a));
        call(request("MULTI"), request("INCR", number), request("GET", a), request("EXEC"));
        call(request("WATCH", a), request("GET", a), request("MULTI"), request("INCR", number), request("EXEC"));
        call(request("BLPOP", list, "0.1"));
        call(request("EVAL", "return redis.call('INCR', KEYS[1])", "1", number));
        try (RespClient subscriber = RespClient.to(stage.port());
                RespClient publisher = RespClient.to(stage.port())) {
            subscriber.ask("SUBSCRIBE", "news");
            awaitRounds(5);
            stage.master().kill();
            stage.awaitMaster(stage.replica());
            stage.awaitOpen();
            awaitRounds(5);

            assertThat(callers.get(0).errors).isEmpty();
            assertThat(callers.get(1).errors).isEmpty();
            for (Caller caller : callers) {
                assertThat(caller.errors)
                        .as(caller.name)
                        .allMatch(error -> error.contains("unknown")
                                || error.contains("EXECABORT")
                                || error.contains("not queued")
                                || error.contains("not sent")
                                || error.contains("UNBLOCKED"));
            }
            publisher.ask("PUBLISH", "news", "still here");
            assertThat(subscriber.reply()).contains("still here");
        }
    }

    @Test
    void nothingIsExecutedOfThoseWhoLeaveWhileTheyWait() throws Exception {
        start(1, 2_000, "");
        try (RespClient stays = RespClient.to(stage.port())) {
            assertThat(stays.ask("SET", "key", "1")).isEqualTo("+OK");
            stage.master().kill();
            stage.awaitGate(Gate.State.HELD);
            for (int i = 0; i < 30; i++) {
                RawClient client = RawClient.connect(stage.port());
                client.ask("INCR", "number of those who leave");
                client.ask("RPUSH", "list of those who leave", "1");
                if (i % 2 == 0) {
                    client.close();
                } else {
                    client.reset();
                }
            }
            assertThat(stays.ask("INCR", "number of who stays")).isEqualTo(":1");
            assertThat(stays.ask("EXISTS", "number of those who leave", "list of those who leave"))
                    .as(stage.lines())
                    .isEqualTo(":0");
        }
    }

    @Test
    void whatFailsForWantOfTimeOrRoomHasNotBeenSent() throws Exception {
        start(1, 1_000, "  hold_millis_max: 300\n  hold_requests_max: 5\n");
        try (Ledger ledger = Ledger.open(stage.port(), 40, 5)) {
            Thread.sleep(300);
            stage.master().kill();
            stage.awaitMaster(stage.replica());
            stage.awaitOpen();
            Thread.sleep(300);
            int before = ledger.errors().size();
            Thread.sleep(300);
            ledger.stop();

            assertThat(ledger.errors()).hasSize(before);
            assertThat(ledger.errors())
                    .anyMatch(error -> error.contains("too many requests wait"))
                    .anyMatch(error -> error.contains("has been waited for in vain"))
                    .allMatch(error -> error.contains("not sent") || error.contains("unknown"));
            stage.lost(ledger, stage.replica());
        }
    }

    @Test
    void whoNeedsAnotherShardOrOnlyAReplicaNoticesNothing() throws Exception {
        start(2, 6_000, "  reads: prefer-replica\n  hold_millis_max: 30000\n");
        String dead = stage.keyOn(0, "a");
        String well = stage.keyOn(1, "b");
        try (RespClient client = RespClient.to(stage.port())) {
            assertThat(client.ask("SET", dead, "1")).isEqualTo("+OK");
            await().atMost(Stage.PATIENCE)
                    .until(() -> stage.replica().ask("GET " + dead).contains("1"));
            await().atMost(Stage.PATIENCE).until(() -> !stage.shard().readable().isEmpty());
            call(request("SET", well, "1"), request("INCR", well));
            stage.master().kill();
            try (RespClient writer = RespClient.to(stage.port());
                    RespClient reader = RespClient.to(stage.port())) {
                writer.send("SET", dead, "2");
                long before = callers.getFirst().rounds;
                // One that has written nothing: it need not see what it wrote.
                assertThat(reader.ask("GET", dead)).isEqualTo("1");
                await().atMost(Stage.PATIENCE).until(() -> callers.getFirst().rounds > before + 5);
                assertThat(stage.shard().master()).isEqualTo(stage.master().address());
                assertThat(writer.reply()).isEqualTo("+OK");
            }
            assertThat(callers).allMatch(caller -> caller.errors.isEmpty());
        }
    }
}

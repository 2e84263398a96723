package dev.cobnut.chaos;

import dev.cobnut.testing.RespClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;

/// Clients of many kinds, in RESP2 and RESP3, each on a connection and a thread of its own, that check what they are
/// answered. An error that a failover excuses is counted; anything else is a finding.
final class MixedLoad implements AutoCloseable {
    private static final int PIPELINE = 20;

    /// Of a large value, each of which says whose it is.
    private static final int PARTS = 4_000;

    private static final List<String> EXCUSED = List.of("unknown", "not sent", "EXECABORT", "not queued", "UNBLOCKED");

    private final int port;
    private final List<Thread> threads = new ArrayList<>();
    private final Map<String, LongAdder> answered = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> excused = new ConcurrentHashMap<>();
    private final List<String> findings = new CopyOnWriteArrayList<>();
    private volatile boolean stopped;

    /// What a client does again and again.
    private interface Habit {
        /// @param name of its own, for keys and values
        void once(RespClient client, String name, long round) throws IOException;
    }

    private MixedLoad(int port) {
        this.port = port;
    }

    /// Begins.
    static MixedLoad start(int port) {
        MixedLoad load = new MixedLoad(port);
        for (String protocol : List.of("2", "3")) {
            load.begin("pipeline", protocol, load::pipeline);
            load.begin("transaction", protocol, load::transaction);
            load.begin("blocked", protocol, load::popOfList);
            load.begin("pushes", protocol, load::pushToList);
            load.begin("large", protocol, load::large);
            load.begin("publisher", protocol, load::publish);
            load.begin("subscriber", protocol, load::subscribe);
            load.thread("comer", protocol, () -> {
                long round = 0;
                while (!load.stopped) {
                    try (RespClient client = RespClient.to(port)) {
                        client.ask("HELLO", protocol);
                        load.large(client, "comer" + protocol, round++);
                    }
                    Thread.sleep(20);
                }
            });
        }
        load.threads.forEach(Thread::start);
        return load;
    }

    /// May fail.
    private interface Life {
        void run() throws IOException, InterruptedException;
    }

    private void begin(String kind, String protocol, Habit habit) {
        thread(kind, protocol, () -> {
            try (RespClient client = RespClient.to(port)) {
                client.ask("HELLO", protocol);
                for (long round = 0; !stopped; round++) {
                    habit.once(client, kind + protocol, round);
                    Thread.sleep(5);
                }
            }
        });
    }

    private void thread(String kind, String protocol, Life life) {
        String name = kind + " in RESP" + protocol;
        threads.add(Thread.ofPlatform().daemon().name(name).unstarted(() -> {
            try {
                life.run();
            } catch (IOException | InterruptedException e) {
                findings.add(name + " ended: " + e);
            }
        }));
    }

    /// @param fits whether the answer is one that can be
    private void check(String name, String answer, boolean fits) {
        if (fits) {
            answered.computeIfAbsent(name, _ -> new LongAdder()).increment();
        } else if (EXCUSED.stream().anyMatch(answer::contains)) {
            excused.computeIfAbsent(name, _ -> new LongAdder()).increment();
        } else {
            findings.add(name + ": " + answer.substring(0, Math.min(200, answer.length())));
        }
    }

    private void pipeline(RespClient client, String name, long round) throws IOException {
        client.send("SET", name, name + ":" + round);
        for (int i = 0; i < PIPELINE; i++) {
            client.send("GET", name);
            client.send("INCR", name + ":number");
        }
        String set = client.reply();
        check(name, set, set.equals("+OK"));
        for (int i = 0; i < PIPELINE; i++) {
            String value = client.reply();
            check(name, value, value.startsWith(name + ":"));
            String number = client.reply();
            check(name, number, number.startsWith(":"));
        }
    }

    private void transaction(RespClient client, String name, long round) throws IOException {
        String value = name + ":" + round;
        client.send("MULTI");
        client.send("SET", name, value);
        client.send("GET", name);
        client.send("EXEC");
        String[] queued = {client.reply(), client.reply(), client.reply()};
        check(name, queued[0], queued[0].equals("+OK"));
        check(name, queued[1], queued[1].equals("+QUEUED"));
        check(name, queued[2], queued[2].equals("+QUEUED"));
        String done = client.reply();
        check(name, done, done.equals("[+OK, " + value + "]"));
    }

    private void pushToList(RespClient client, String name, long round) throws IOException {
        String answer = client.ask("RPUSH", name.replace("pushes", "blocked"), name + ":" + round);
        check(name, answer, answer.startsWith(":"));
    }

    private void popOfList(RespClient client, String name, long round) throws IOException {
        String answer = client.ask("BLPOP", name, "1");
        String expected = "[" + name + ", " + name.replace("blocked", "pushes") + ":";
        check(name, answer, answer.startsWith(expected) || answer.equals("(nil)"));
    }

    private void large(RespClient client, String name, long round) throws IOException {
        String value = (name + ":" + round + ":").repeat(PARTS);
        String set = client.ask("SET", name, value);
        check(name, set, set.equals("+OK"));
        String got = client.ask("GET", name);
        String part = got.substring(0, got.indexOf(':', name.length() + 1) + 1);
        // One of before, if the last was acknowledged by a master that died with it.
        check(name, got, got.equals(value) || part.startsWith(name + ":") && got.equals(part.repeat(PARTS)));
    }

    private void publish(RespClient client, String name, long round) throws IOException {
        String answer = client.ask("PUBLISH", name.replace("publisher", "news"), Long.toString(round));
        check(name, answer, answer.startsWith(":"));
    }

    /// Subscribes for the first time, then waits for each message; what is published while nobody is master does not come.
    private void subscribe(RespClient client, String name, long round) throws IOException {
        String channel = name.replace("subscriber", "news");
        boolean pushes = name.endsWith("3");
        if (round == 0) {
            client.send("SUBSCRIBE", channel);
        }
        String message = pushes ? client.push() : client.reply();
        String expected = (pushes ? ">" : "") + "[" + (round == 0 ? "subscribe" : "message") + ", " + channel + ", ";
        check(name, message, message.startsWith(expected));
    }

    /// Replies that could not be, connections that ended.
    List<String> findings() {
        return findings;
    }

    /// Ends, and waits for all but those who wait for a message.
    void stop() throws InterruptedException {
        stopped = true;
        for (Thread thread : threads) {
            thread.join(5_000);
        }
    }

    /// Ends without waiting for anybody.
    @Override
    public void close() {
        stopped = true;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(answered)
                .forEach((name, count) -> text.append(String.format(
                        "  %-14s %,9d answers, %d errors that a failover excuses%n",
                        name,
                        count.sum(),
                        excused.getOrDefault(name, new LongAdder()).sum())));
        return text.toString();
    }
}

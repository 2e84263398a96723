package dev.cobnut.differential;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.resp.Command;
import dev.cobnut.testing.RespClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;

/// A few clients that say the same to a pool of one shard and to a plain server, one after the other, in pipelines.
///
/// The node behind the pool and the server begin empty and hear nobody else. Reports the first difference.
final class Lane implements Callable<Set<String>> {
    /// The ports of one lane: of the server without a proxy, of the pool, and of the node behind it.
    record Ports(int reference, int pool, int node) {}

    private static final int CLIENTS = 3;
    private static final int PIPELINE_MAX = 40;
    private static final int PIPELINES_OF_A_CONNECTION = 60;
    private static final int COMMANDS_OF_A_DATA_SET = 1500;
    private static final int STUCK_SECONDS = 10;

    /// The proxy refuses these inside of MULTI and says so; their effect would be known only after EXEC.
    private static final Set<String> NOT_IN_MULTI = Set.of("auth", "hello", "client|reply");

    /// The table lets more arguments through than 7.0 takes, so that a subscriber sees another of two errors.
    private static final Set<String> ARITY_WIDENED =
            Set.of("zrank", "zrevrank", "command|getkeys", "command|getkeysandflags");

    /// Not mutated: forms whose meaning to [ClientModel] is too exact, and scans, whose cursors lead to the middle of a
    /// hash table, and random choices. Nor are waits, which could become endless.
    private static final Set<String> NOT_MUTATED = Set.of(
            "hello",
            "reset",
            "quit",
            "client|reply",
            "scan",
            "sscan",
            "hscan",
            "zscan",
            "spop",
            "srandmember",
            "hrandfield",
            "zrandmember");

    private static final List<String> NASTY = List.of("", "-1", "0", "x", "9223372036854775808", "nan", "\r\n", "1.5");

    private final Ports ports;
    private final int commands;
    private final Random random;
    private final RequestGrammar grammar;
    private final Client[] clients = new Client[CLIENTS];
    private final Conversation conversation = new Conversation();
    private final Set<String> asked = new HashSet<>();
    private final List<RequestGrammar.Row> first;
    private final AtomicLong progress = new AtomicLong();

    Lane(Ports ports, long seed, int commands) {
        this.ports = ports;
        this.commands = commands;
        this.random = new Random(seed);
        this.grammar = new RequestGrammar(random, new Words(random, false));
        this.first = new ArrayList<>(RequestGrammar.rows());
        Collections.shuffle(first, random);
    }

    /// @return the names of all commands that were asked
    /// @throws AssertionError with the last requests and replies
    @Override
    public Set<String> call() throws IOException {
        CountDownLatch done = new CountDownLatch(1);
        Thread watch = Thread.ofVirtual().start(() -> closeWhenStuck(done));
        try {
            for (int i = 0; i < CLIENTS; i++) {
                clients[i] = new Client(i);
            }
            while (progress.get() < commands) {
                clients[random.nextInt(CLIENTS)].talk();
            }
            for (Client client : clients) {
                client.compareMessages();
                client.close();
            }
            compareData();
            return asked;
        } catch (IOException | AssertionError | RuntimeException e) {
            throw new AssertionError(e + "\nafter " + progress + " commands\n" + conversation, e);
        } finally {
            done.countDown();
            watch.interrupt();
        }
    }

    private void closeWhenStuck(CountDownLatch done) {
        try {
            long before = -1;
            while (!done.await(STUCK_SECONDS, TimeUnit.SECONDS)) {
                if (progress.get() == before) {
                    for (Client client : clients) {
                        client.close();
                    }
                }
                before = progress.get();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void compareData() throws IOException {
        try (RespClient reference = RespClient.to(ports.reference());
                RespClient node = RespClient.to(ports.node())) {
            assertThat(Dataset.of(List.of(node))).isEqualTo(Dataset.of(List.of(reference)));
        }
    }

    /// A node learns a moment later than its client that a subscriber has gone.
    private void settle() throws IOException {
        try (RespClient reference = RespClient.to(ports.reference());
                RespClient node = RespClient.to(ports.node())) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(5))
                    .pollInterval(1, TimeUnit.MILLISECONDS)
                    .untilAsserted(() -> assertThat(subscribers(node)).isEqualTo(subscribers(reference)));
        }
    }

    private static List<String> subscribers(RespClient server) throws IOException {
        return List.of(
                server.ask("PUBSUB", "NUMPAT"),
                server.ask("PUBSUB", "NUMSUB", "c0", "c1", "c2", "c3"),
                server.ask("PUBSUB", "SHARDNUMSUB", "c0", "c1", "c2", "c3"));
    }

    /// One client, on both servers.
    private final class Client {
        private final int number;
        private Peer reference;
        private Peer pool;
        private ClientModel model;
        private int pipelines;

        Client(int number) throws IOException {
            this.number = number;
            this.reference = new Peer(ports.reference());
            this.pool = new Peer(ports.pool());
            this.model = new ClientModel();
        }

        void close() throws IOException {
            reference.close();
            pool.close();
        }

        void talk() throws IOException {
            if (pipelines++ % PIPELINES_OF_A_CONNECTION == PIPELINES_OF_A_CONNECTION - 1) {
                compareMessages();
                reconnect();
            }
            List<Step> steps = new ArrayList<>();
            List<Integer> answers = new ArrayList<>();
            List<List<Step>> executed = new ArrayList<>();
            boolean left = false;
            boolean ended = false;
            for (int wanted = 1 + random.nextInt(PIPELINE_MAX); !ended; ) {
                boolean last = steps.size() >= wanted;
                Step step = last ? unmuting() : next();
                executed.add(step.name().equals("exec") ? model.queued() : List.of());
                steps.add(step);
                boolean refused = model.isRestricted();
                answers.add(model.answers(step));
                left |= step.name().equals("quit");
                ended = (steps.size() >= wanted && !model.isMuted())
                        || left
                        || step.name().equals("reset")
                        || (!refused && executed.getLast().stream().anyMatch(ClientModel::isSubscription));
            }
            reference.send(steps, random);
            pool.send(steps, random);
            for (int i = 0; i < steps.size(); i++) {
                compare(steps.get(i), answers.get(i), executed.get(i));
            }
            if (left) {
                reconnect();
            } else if (steps.getLast().name().equals("reset")) {
                settle();
            }
        }

        private void reconnect() throws IOException {
            close();
            settle();
            reference = new Peer(ports.reference());
            pool = new Peer(ports.pool());
            model = new ClientModel();
        }

        private void compare(Step step, int answers, List<Step> executed) throws IOException {
            List<byte[]> theirs = List.of();
            List<byte[]> ours = List.of();
            try {
                theirs = reference.replies(answers);
                ours = pool.replies(answers);
            } finally {
                conversation.add(number, step, theirs, ours);
            }
            progress.incrementAndGet();
            asked.add(step.name());
            if (step.arguments().size() == 1 && step.name().endsWith("unsubscribe")) {
                // In whatever order the server's table has them.
                assertThat(sortedLines(ours)).as("client %s: %s", number, step).isEqualTo(sortedLines(theirs));
                return;
            }
            List<Likeness> each = executed.stream().map(Step::likeness).toList();
            for (int i = 0; i < answers; i++) {
                boolean alike = step.name().equals("exec") && answers == 1
                        ? Likeness.agreeEach(each, theirs.get(i), ours.get(i))
                        : step.likeness().agree(theirs.get(i), ours.get(i));
                assertThat(alike).as("client %s: %s", number, step).isTrue();
            }
            if (answers == 1 && !executed.isEmpty() && theirs.getFirst()[0] == '*' && theirs.getFirst()[1] != '-') {
                model.executed(executed);
            }
        }

        private List<String> sortedLines(List<byte[]> frames) {
            List<String> lines = new ArrayList<>();
            for (byte[] frame : frames) {
                lines.addAll(List.of(new String(frame, ISO_8859_1).split("\r\n")));
            }
            lines.sort(null);
            return lines;
        }

        /// What has come by itself must be the same on both sides; a PING makes sure that it has come.
        void compareMessages() throws IOException {
            String marker = "marker" + progress;
            if (model.isMuted() || model.inMulti()) {
                reference.takeMessages();
                pool.takeMessages();
                return;
            }
            reference.send(List.of(Step.of("PING", marker)), random);
            pool.send(List.of(Step.of("PING", marker)), random);
            String theirs = new String(reference.replies(1).getFirst(), ISO_8859_1);
            assertThat(new String(pool.replies(1).getFirst(), ISO_8859_1))
                    .isEqualTo(theirs)
                    .contains(marker);
            assertThat(pool.takeMessages()).as("messages to client %s", number).isEqualTo(reference.takeMessages());
        }

        /// A step towards a client that hears its replies.
        private Step unmuting() {
            if (model.isRestricted()) {
                return Step.of(
                        List.of("UNSUBSCRIBE", "PUNSUBSCRIBE", "SUNSUBSCRIBE").get(random.nextInt(3)));
            }
            return model.inMulti() ? Step.of("DISCARD") : Step.of("CLIENT", "REPLY", "ON");
        }

        private Step next() {
            boolean muted = model.isMuted() && random.nextInt(4) == 0;
            boolean restricted = model.isRestricted() && random.nextInt(3) == 0;
            if (muted || restricted) {
                return unmuting();
            }
            int chance = random.nextInt(100);
            if (model.inMulti() && chance < 15) {
                return Step.of(chance < 12 ? "EXEC" : "DISCARD");
            }
            if (chance < 3) {
                return Step.of("MULTI");
            }
            if (random.nextInt(COMMANDS_OF_A_DATA_SET) == 0) {
                return Step.of("FLUSHALL");
            }
            while (true) {
                Step step = first.isEmpty() ? grammar.any() : grammar.of(first.removeLast());
                step = random.nextInt(20) == 0 ? mutated(step) : step;
                if (isUsable(step)) {
                    return step;
                }
            }
        }

        private boolean isUsable(Step step) {
            if (model.isRestricted() && ARITY_WIDENED.contains(step.name())) {
                return false;
            }
            if (!model.inMulti()) {
                return true;
            }
            if (model.hearsItselfInMulti() && step.name().endsWith("publish")) {
                return false;
            }
            return !NOT_IN_MULTI.contains(step.name())
                    && (!ClientModel.isSubscription(step) || step.arguments().size() == 2);
        }

        private Step mutated(Step step) {
            Command command = step.command();
            if (command != null && (command.blocking() || NOT_MUTATED.contains(command.name()))) {
                return step;
            }
            List<String> arguments = new ArrayList<>(step.arguments());
            int at = random.nextInt(arguments.size());
            switch (random.nextInt(4)) {
                case 0 -> arguments.add(at, NASTY.get(random.nextInt(NASTY.size())));
                case 1 -> arguments.set(at, NASTY.get(random.nextInt(NASTY.size())));
                case 2 -> arguments.set(at, arguments.get(at).toLowerCase(Locale.ROOT));
                default -> {
                    if (arguments.size() > 1) {
                        arguments.remove(at);
                    }
                }
            }
            Step mutated = new Step(arguments, step.likeness());
            Command other = mutated.command();
            return other != null && other != command ? step : mutated;
        }
    }
}

package dev.cobnut.differential;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.resp.Command;
import dev.cobnut.testing.FreePorts;
import dev.cobnut.testing.RealRedis;
import dev.cobnut.testing.RespClient;
import dev.cobnut.testing.RunningProxy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A pool of three shards answers as one server with all keys would, or refuses and changes nothing.
///
/// `-Dcobnut.differential.commands=N` and `-Dcobnut.differential.seed=S` ask for more, and for others.
@Timeout(3600)
class ShardedDifferentialIT {
    private static final int COMMANDS = Integer.getInteger("cobnut.differential.commands", 60_000);
    private static final long SEED = Long.getLong("cobnut.differential.seed", 1);
    private static final int COMMANDS_BETWEEN_CHECKS = 2_000;

    private static final Pattern REFUSAL = Pattern.compile(
            "-(CROSSSLOT |NOPERM |ERR [A-Z_|\\- ]+ (is|are) not supported|ERR [A-Z_ ]+ needs a key).*", Pattern.DOTALL);

    /// They bind the client to one protocol, one kind of replies or one connection, which is not about shards; scans
    /// and random keys are looked at in another way.
    private static final Set<String> LEFT_OUT = Set.of("quit", "reset", "hello", "client|reply", "auth", "scan");

    private static final Set<String> IN_BLOCKS = Set.of("multi", "exec", "discard", "watch", "unwatch");

    /// Of one server each, or of the pool.
    private static final Set<String> OF_THE_SERVER =
            Set.of("client|id", "slowlog|len", "acl|whoami", "role", "function|stats", "config|get", "object|refcount");

    @TempDir
    private Path folder;

    private final Random random = new Random(SEED);
    private final RequestGrammar grammar = new RequestGrammar(random, new Words(random, true));
    private final Conversation conversation = new Conversation();
    private final List<RespClient> nodes = new ArrayList<>();
    private final Set<String> tried = new TreeSet<>();
    private RealRedis redis;
    private RunningProxy proxy;
    private RespClient onlyServer;
    private Peer reference;
    private Peer pool;
    private int done;
    private int refused;

    @BeforeEach
    void start() throws Exception {
        redis = RealRedis.in(folder);
        RealRedis.Server single = redis.master("hz 500");
        StringBuilder servers = new StringBuilder();
        for (int i = 0; i < 3; i++) {
            RealRedis.Server node = redis.master("hz 500");
            nodes.add(RespClient.to(node.port()));
            servers.append("   - 127.0.0.1:%d:1 s%d\n".formatted(node.port(), i));
        }
        int port = FreePorts.next(1);
        proxy = RunningProxy.of(folder, """
                alpha:
                  listen: 127.0.0.1:%d
                  redis: true
                  hash: fnv1a_64
                  hash_tag: "{}"
                  distribution: ketama
                  preconnect: true
                  servers:
                """.formatted(port) + servers, 1);
        onlyServer = RespClient.to(single.port());
        reference = new Peer(single.port());
        pool = new Peer(port);
    }

    @AfterEach
    void stop() throws IOException {
        for (AutoCloseable each : new AutoCloseable[] {pool, reference, onlyServer, proxy, redis}) {
            close(each);
        }
        for (RespClient node : nodes) {
            node.close();
        }
    }

    private static void close(AutoCloseable each) {
        try {
            each.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void answersLikeOneServerOrRefusesAndChangesNothing() {
        try {
            loadScripts();
            List<RequestGrammar.Row> first = new ArrayList<>(RequestGrammar.rows());
            Collections.shuffle(first, random);
            while (done < COMMANDS) {
                if (random.nextInt(25) == 0) {
                    transaction();
                } else {
                    single(first.isEmpty() ? grammar.any() : grammar.of(first.removeLast()));
                }
                if (done % COMMANDS_BETWEEN_CHECKS == 0) {
                    compareData();
                }
                done++;
            }
            compareData();
            assertThat(refused).isBetween(done / 100, done * 2 / 3);
            assertThat(tried).containsAll(wanted());
        } catch (IOException | AssertionError | RuntimeException e) {
            throw new AssertionError(
                    e + "\nafter " + done + " commands\n" + conversation
                            + "\nagain: ./mvnw -q -B verify -Dit.test=ShardedDifferentialIT -Dtest=NoUnit"
                            + " -Dsurefire.failIfNoSpecifiedTests=false -Dcobnut.differential.seed=" + SEED
                            + " -Dcobnut.differential.commands=" + COMMANDS,
                    e);
        }
    }

    private static Set<String> wanted() {
        Set<String> names = OneShardDifferentialIT.wanted();
        names.removeIf(name -> LEFT_OUT.contains(name) || IN_BLOCKS.contains(name) || name.endsWith("subscribe"));
        return names;
    }

    private void compareData() throws IOException {
        assertThat(Dataset.of(nodes)).isEqualTo(Dataset.of(List.of(onlyServer)));
    }

    private static boolean isLeftOut(Step step) {
        String name = step.name();
        return LEFT_OUT.contains(name) || IN_BLOCKS.contains(name) || ClientModel.isSubscription(step);
    }

    // ---- one command ------------------------------------------------------------------------------------------------

    /// To the pool first: what it refuses, the plain server never hears of.
    private void single(Step step) throws IOException {
        if (isLeftOut(step)) {
            return;
        }
        byte[] ours = ask(pool, step);
        tried.add(step.name());
        if (isRefusal(ours)) {
            refused++;
            conversation.add(0, step, List.of(), List.of(ours));
            return;
        }
        byte[] theirs = ask(reference, step);
        conversation.add(0, step, List.of(theirs), List.of(ours));
        assertAlike(step, theirs, ours);
        if (step.name().equals("script|flush")) {
            loadScripts();
        }
    }

    /// EVAL makes a script known to one shard only: they all know all scripts from the start.
    private void loadScripts() throws IOException {
        for (String script : Words.SCRIPTS) {
            single(Step.of("SCRIPT", "LOAD", script));
        }
    }

    private byte[] ask(Peer peer, Step step) throws IOException {
        peer.send(List.of(step), random);
        return peer.replies(1).getFirst();
    }

    private static boolean isRefusal(byte[] reply) {
        return REFUSAL.matcher(new String(reply, ISO_8859_1)).matches();
    }

    private static void assertAlike(Step step, byte[] theirs, byte[] ours) {
        Likeness likeness = step.likeness();
        if (step.name().startsWith("fcall") && theirs[0] == '-' && ours[0] == '-') {
            return; // Of two mistakes, the server sees the function's name first, the pool the number of keys.
        }
        if (OF_THE_SERVER.contains(step.name())) {
            likeness = Likeness.KIND;
        } else if (step.name().equals("keys") || step.name().startsWith("pubsub")) {
            likeness = Likeness.UNORDERED;
        }
        assertThat(likeness.agree(theirs, ours)).as(step.toString()).isTrue();
    }

    // ---- a transaction ----------------------------------------------------------------------------------------------

    /// Either all of it is executed, with the plain server's replies, or nothing of it.
    private void transaction() throws IOException {
        List<Step> block = new ArrayList<>();
        boolean watched = random.nextInt(4) == 0;
        if (watched) {
            block.add(grammar.of(row("WATCH")));
        }
        block.add(Step.of("MULTI"));
        int commands = random.nextInt(6);
        while (commands-- > 0) {
            Step step = grammar.any();
            if (!isLeftOut(step) || random.nextInt(10) == 0 && isHarmlessInside(step)) {
                block.add(step);
            }
        }
        block.add(Step.of(random.nextInt(12) == 0 ? "DISCARD" : "EXEC"));
        pool.send(block, random);
        List<byte[]> ours = pool.replies(block.size());
        for (int i = 0; i < block.size(); i++) {
            conversation.add(0, block.get(i), List.of(), List.of(ours.get(i)));
        }
        done += block.size();
        byte[] end = ours.getLast();
        if (end[0] == '-') {
            assertThat(new String(end, ISO_8859_1)).as(block.toString()).startsWith("-EXECABORT");
            assertThat(ours.subList(0, ours.size() - 1)).as(block.toString()).anyMatch(reply -> reply[0] == '-');
            refused++;
        } else if (block.getLast().name().equals("discard") && ours.stream().anyMatch(reply -> reply[0] == '-')) {
            refused++;
        } else {
            reference.send(block, random);
            compareBlock(block, reference.replies(block.size()), ours);
        }
    }

    private static boolean isHarmlessInside(Step step) {
        return Set.of("multi", "watch").contains(step.name());
    }

    private static void compareBlock(List<Step> block, List<byte[]> theirs, List<byte[]> ours) {
        List<Likeness> queued = new ArrayList<>();
        for (int i = 0; i < block.size() - 1; i++) {
            assertThat(new String(ours.get(i), ISO_8859_1))
                    .as(block.get(i).toString())
                    .isEqualTo(new String(theirs.get(i), ISO_8859_1));
            Command command = block.get(i).command();
            if (new String(ours.get(i), ISO_8859_1).equals("+QUEUED\r\n") && command != null) {
                boolean ofServer = OF_THE_SERVER.contains(command.name());
                queued.add(ofServer ? Likeness.KIND : block.get(i).likeness());
            }
        }
        assertThat(Likeness.agreeEach(queued, theirs.getLast(), ours.getLast()))
                .as(block.toString())
                .isTrue();
    }

    private static RequestGrammar.Row row(String command) {
        for (RequestGrammar.Row row : RequestGrammar.rows()) {
            if (row.form().getFirst().equals(command)) {
                return row;
            }
        }
        throw new IllegalArgumentException(command);
    }
}

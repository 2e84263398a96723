package dev.cobnut.differential;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.resp.Command;
import dev.cobnut.resp.CommandTable;
import dev.cobnut.testing.FreePorts;
import dev.cobnut.testing.RealRedis;
import dev.cobnut.testing.RunningProxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A pool of one shard answers as the server behind it would: random requests to both, over several lanes at once.
///
/// `-Dcobnut.differential.commands=N` and `-Dcobnut.differential.seed=S` ask for more, and for others.
@Timeout(3600)
class OneShardDifferentialIT {
    private static final int LANES = 4;
    private static final int COMMANDS = Integer.getInteger("cobnut.differential.commands", 240_000);
    private static final long SEED = Long.getLong("cobnut.differential.seed", 1);

    /// Commands that are not tried, and why.
    private static final Set<String> LEFT_OUT = Set.of(
            // The pool refuses them.
            "psync", "replconf", "sync", "sentinel");

    @TempDir
    private Path folder;

    @Test
    void saysWhatThePlainServerSays() throws Exception {
        try (RealRedis redis = RealRedis.in(folder);
                ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Lane.Ports> ports = new ArrayList<>();
            StringBuilder yml = new StringBuilder();
            for (int i = 0; i < LANES; i++) {
                Lane.Ports lane = new Lane.Ports(
                        redis.master("hz 500").port(),
                        FreePorts.next(1),
                        redis.master("hz 500").port());
                ports.add(lane);
                yml.append("""
                        lane%d:
                          listen: 127.0.0.1:%d
                          redis: true
                          allow: all
                          preconnect: true
                          servers:
                           - 127.0.0.1:%d:1 one
                        """.formatted(i, lane.pool(), lane.node()));
            }
            try (RunningProxy proxy = RunningProxy.of(folder, yml.toString(), 2)) {
                assertThat(proxy.stats()).isNotEmpty();
                List<Future<Set<String>>> lanes = new ArrayList<>();
                for (int i = 0; i < LANES; i++) {
                    lanes.add(executor.submit(new Lane(ports.get(i), SEED + i * 1_000_003L, COMMANDS / LANES)));
                }
                Set<String> asked = new HashSet<>();
                for (Future<Set<String>> lane : lanes) {
                    asked.addAll(result(lane));
                }
                assertThat(asked).containsAll(wanted());
            }
        }
    }

    private static Set<String> result(Future<Set<String>> lane) throws InterruptedException {
        try {
            return lane.get();
        } catch (ExecutionException e) {
            throw new AssertionError(
                    e.getMessage()
                            + "\nagain: ./mvnw -q -B verify -Dit.test=OneShardDifferentialIT -Dtest=NoUnit"
                            + " -Dsurefire.failIfNoSpecifiedTests=false -Dcobnut.differential.seed=" + SEED
                            + " -Dcobnut.differential.commands=" + COMMANDS,
                    e);
        }
    }

    /// Every command that is not dangerous and that the server behind the pool knows.
    static Set<String> wanted() {
        Set<String> names = new TreeSet<>();
        for (Command command : CommandTable.builtIn().commands()) {
            List<Command> each = new ArrayList<>(command.subcommands());
            if (each.isEmpty() || command.name().equals("command")) {
                each.add(command);
            }
            for (Command one : each) {
                if (one.since().equals("7.0") && !one.dangerous() && !LEFT_OUT.contains(one.name())) {
                    names.add(one.name());
                }
            }
        }
        return names;
    }
}

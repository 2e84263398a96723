package dev.cobnut.admin;

import dev.cobnut.topology.Gate;
import dev.cobnut.topology.PoolTopology;
import dev.cobnut.topology.Shard;
import dev.cobnut.topology.Topology;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Whether clients should be sent to the pools of this process, or to another one. Pure.
///
/// | of a pool | then it is |
/// | --- | --- |
/// | the process is about to end | not ready |
/// | a listening socket of it is not open | not ready |
/// | this process has lost the majority of the Sentinels, and a gate is closed for that ([Gate#cutOff]) | not ready |
/// | no shard can be used: none has a master whose gate is not DOWN | not ready |
/// | a shard cannot be used, or its requests wait | ready, with a remark |
/// | anything else | ready |
///
/// While requests wait because of a failover, other processes let them wait, too: to send the clients there would only cost
/// them their connections. Whether nodes answer requests does not count: without clients, nobody would find out that they
/// answer again.
///
/// @param draining whether the process is about to end
/// @param closed pools that do not listen on all their addresses
/// @param topology who is where
public record Readiness(boolean draining, Set<String> closed, Topology topology) {
    private static final String PARAMETER = "pool";

    /// One line for each pool, or for the one that is asked about.
    ///
    /// @param parameters the query's; null when it makes no sense
    Answer answer(@Nullable Map<String, String> parameters) {
        if (parameters == null || !Set.of(PARAMETER).containsAll(parameters.keySet())) {
            return Answer.plain(Answer.BAD_REQUEST, "The query is not understood; expected: none, or pool=NAME.\n");
        }
        String wanted = parameters.get(PARAMETER);
        List<PoolTopology> asked = topology.pools().stream()
                .filter(pool -> wanted == null || wanted.equals(pool.pool()))
                .toList();
        if (asked.isEmpty()) {
            String names = topology.pools().stream().map(PoolTopology::pool).collect(Collectors.joining(", "));
            return Answer.plain(Answer.NOT_FOUND, "There is no pool \"" + wanted + "\"; expected: " + names + ".\n");
        }
        boolean ready = true;
        StringBuilder lines = new StringBuilder();
        for (PoolTopology pool : asked) {
            String obstacle = obstacle(pool);
            String remark = troubles(pool);
            ready &= obstacle == null;
            lines.append(pool.pool()).append(obstacle == null ? ": ready" : ": not ready: " + obstacle);
            lines.append(obstacle == null && remark != null ? "; " + remark : "")
                    .append('\n');
        }
        return ready ? Answer.plain(lines.toString()) : Answer.plain(Answer.UNAVAILABLE, lines.toString());
    }

    /// Why a pool is not ready; null when it is.
    private @Nullable String obstacle(PoolTopology pool) {
        if (draining) {
            return "draining, this process is about to end";
        }
        if (closed.contains(pool.pool())) {
            return "it does not listen any more";
        }
        for (Shard shard : pool.shards()) {
            if (shard.gate().cutOff()) {
                return "shard " + shard.name()
                        + ": no majority of the Sentinels answers here (on_sentinel_loss: fence)";
            }
        }
        return pool.shards().stream().noneMatch(Readiness::isUsable) ? troubles(pool) : null;
    }

    private static boolean isUsable(Shard shard) {
        return shard.master() != null && shard.gate().state() != Gate.State.DOWN;
    }

    /// How many shards are not well, and the first of them; null when all are.
    private static @Nullable String troubles(PoolTopology pool) {
        String first = null;
        int count = 0;
        for (Shard shard : pool.shards()) {
            String trouble = trouble(shard);
            if (trouble != null) {
                first = first == null ? "shard " + shard.name() + ": " + trouble : first;
                count++;
            }
        }
        return first == null ? null : count + " of " + pool.shards().size() + " shards in trouble: " + first;
    }

    private static @Nullable String trouble(Shard shard) {
        if (shard.master() == null) {
            return "no master is known";
        }
        return switch (shard.gate().state()) {
            case OPEN -> null;
            case HELD -> "requests wait: " + shard.gate().why();
            case DOWN -> "requests fail: " + shard.gate().why();
        };
    }
}

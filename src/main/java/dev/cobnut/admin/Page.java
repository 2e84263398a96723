package dev.cobnut.admin;

import dev.cobnut.config.PoolConfig;
import dev.cobnut.net.MemoryBudget;
import dev.cobnut.stats.LoopTurn;
import dev.cobnut.stats.StatsSnapshot;
import dev.cobnut.topology.Happening;
import dev.cobnut.topology.Progress;
import dev.cobnut.topology.Topology;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One page of the statistics port.
///
/// @param path what is asked for, without a query; begins with `/`
/// @param content called for each answer, on any thread
public record Page(String path, Content content) {
    private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

    /// What a page says.
    @FunctionalInterface
    public interface Content {
        /// Says it now.
        ///
        /// @param parameters the query's, decoded; null when it is not name=value&name=value, each name once
        Answer of(@Nullable Map<String, String> parameters);
    }

    /// One that says the same whatever the query is.
    ///
    /// @param body JSON with a line end; called for each answer, on any thread
    public static Page json(String path, Supplier<String> body) {
        return new Page(path, _ -> Answer.json(body.get()));
    }

    /// Nutcracker's object, and the same with our own counters as well. Uptime counts from here.
    ///
    /// @param stats called for each answer, on any thread
    /// @param version what the object says in `version`
    /// @throws IOException when this machine does not know its name
    public static List<Page> stats(Supplier<StatsSnapshot> stats, String version) throws IOException {
        String source = hostName();
        long startNanos = System.nanoTime();
        return List.of(
                json("/stats", () -> text(stats, source, version, startNanos, false)),
                json("/counters", () -> text(stats, source, version, startNanos, true)));
    }

    private static String text(
            Supplier<StatsSnapshot> stats, String source, String version, long startNanos, boolean all) {
        long uptimeSeconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNanos);
        long timestampSeconds = TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis());
        return StatsJson.of(stats.get(), source, version, uptimeSeconds, timestampSeconds, all) + "\n";
    }

    /// Who is where.
    ///
    /// @param topology called for each answer, on any thread
    public static Page topology(Supplier<Topology> topology) {
        return json("/topology", () -> TopologyJson.of(topology.get()) + "\n");
    }

    /// How the pools place keys, and where they listen.
    public static Page pools(List<PoolConfig> pools) {
        String body = PoolsJson.of(pools) + "\n";
        return json("/pools", () -> body);
    }

    /// This machine, and which addresses it carries at the moment of asking.
    ///
    /// @throws IOException when it does not know its name
    public static Page host() throws IOException {
        String name = hostName();
        return json("/host", () -> HostJson.of(name) + "\n");
    }

    /// What happened while masters were being replaced.
    ///
    /// @param journal called for each answer, on any thread
    public static Page failovers(Supplier<List<Happening>> journal) {
        return json("/failovers", () -> JournalJson.of(journal.get()) + "\n");
    }

    /// How far the last planned switch has come.
    ///
    /// @param progress called for each answer, on any thread
    public static Page planned(Supplier<Progress> progress) {
        return json("/switch", () -> SwitchJson.of(progress.get()));
    }

    /// What is held for clients.
    public static Page memory(MemoryBudget budget) {
        return json("/memory", () -> MemoryJson.of(budget) + "\n");
    }

    /// Whether the process is alive: for whoever starts it anew.
    ///
    /// @param loops called for each answer, on any thread
    public static Page live(Supplier<List<LoopTurn>> loops) {
        return new Page("/livez", _ -> Liveness.of(loops.get(), System.nanoTime()));
    }

    /// Whether pools can be used, all or that of `?pool=`: for whoever sends clients.
    ///
    /// @param readiness called for each answer, on any thread
    public static Page ready(Supplier<Readiness> readiness) {
        return new Page("/readyz", parameters -> readiness.get().answer(parameters));
    }

    /// What gethostname(2) says. The JDK's way would ask DNS, which can take seconds at start.
    private static String hostName() throws IOException {
        return Files.exists(HOST_NAME)
                ? Files.readString(HOST_NAME).strip()
                : InetAddress.getLocalHost().getHostName();
    }
}

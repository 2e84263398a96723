package dev.cobnut.stack;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.config.Config;
import dev.cobnut.config.ConfigException;
import dev.cobnut.config.ConfigFile;
import dev.cobnut.daemon.Daemon;
import dev.cobnut.daemon.StartException;
import dev.cobnut.net.Transport;
import dev.cobnut.render.ProxyConf;
import dev.cobnut.render.Rendered;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// The proxies of a stack, one for each of its proxies' hosts. All are in this process, each with its own loops, its own pools,
/// and its own view of the Sentinels; they share nothing but the memory for clients.
///
/// One thread calls [#start] and [#stop].
final class Front {
    private final Blueprint blueprint;
    private final List<String> hosts;
    private final Map<String, Config> configs = new LinkedHashMap<>();
    private final List<Daemon> daemons = new ArrayList<>();

    /// Writes each proxy's file, and reads it as that proxy will.
    ///
    /// @throws StackException when a proxy would not take its file: something in `pool:` or `users:` is not right
    /// @throws IOException when a file cannot be written
    Front(Site site) throws StackException, IOException {
        blueprint = site.blueprint();
        Blueprint.Proxies proxies = blueprint.proxies();
        hosts = proxies == null ? List.of() : proxies.hosts();
        for (String host : hosts) {
            Rendered file = ProxyConf.of(blueprint, host, site.data().target());
            site.data().write(file);
            try {
                configs.put(host, ConfigFile.read(Path.of(file.path()), false));
            } catch (ConfigException e) {
                throw new StackException(
                        "the proxy on " + host + " would refuse what it is given:\n" + e.getMessage(), e);
            }
        }
    }

    /// Starts all proxies; clients are served when this returns. The Sentinels must be there.
    ///
    /// @param loops of each
    /// @param token what orders have to bring
    /// @param events hears one line for each thing that happens; called on any thread
    void start(int loops, String token, Consumer<String> events) throws StackException {
        for (Map.Entry<String, Config> each : configs.entrySet()) {
            NodeAddress.Tcp statistics = statistics(blueprint, each.getKey());
            String whose = configs.size() == 1 ? "" : each.getKey() + ": ";
            try {
                daemons.add(Daemon.start(new Daemon.Options(
                        each.getValue(),
                        each.getValue().sentinels(),
                        loops,
                        Transport.Choice.AUTO,
                        statistics.host(),
                        statistics.port(),
                        token,
                        event -> events.accept(whose + event.line()))));
            } catch (StartException e) {
                throw new StackException("the proxy on " + each.getKey() + " cannot be started: " + e.getMessage(), e);
            }
        }
    }

    /// Where the statistics of a proxy are.
    static NodeAddress.Tcp statistics(Blueprint blueprint, String host) {
        Blueprint.Proxies proxies = blueprint.proxies();
        if (proxies == null) {
            throw new IllegalArgumentException("no proxies in stack " + blueprint.name());
        }
        return blueprint.address(new Blueprint.Statistics(host, proxies.stats()));
    }

    /// Stops all at once.
    ///
    /// @param time for all together; what then still drains ends with this process
    void stop(Duration time) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + time.toNanos();
        List<Thread> stops = daemons.stream()
                .map(daemon -> Thread.ofVirtual().name("stop proxy").start(daemon::stop))
                .toList();
        for (Thread stop : stops) {
            stop.join(Duration.ofNanos(Math.max(1, deadlineNanos - System.nanoTime())));
        }
    }
}

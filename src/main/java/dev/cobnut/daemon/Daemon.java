package dev.cobnut.daemon;

import dev.cobnut.admin.Order;
import dev.cobnut.admin.Orders;
import dev.cobnut.admin.Page;
import dev.cobnut.admin.Readiness;
import dev.cobnut.admin.StatsServer;
import dev.cobnut.config.Config;
import dev.cobnut.control.Notice;
import dev.cobnut.control.discovery.Discovery;
import dev.cobnut.control.switchover.Switchovers;
import dev.cobnut.net.DirectMemory;
import dev.cobnut.net.MemoryBudget;
import dev.cobnut.net.Transport;
import dev.cobnut.proxy.ListenException;
import dev.cobnut.proxy.Proxy;
import dev.cobnut.topology.Happening;
import dev.cobnut.topology.NodeAddress;
import dev.cobnut.topology.Topology;
import dev.cobnut.topology.Trouble;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One running proxy process: discovery, the data plane and the statistics port, put together.
///
/// ```
///   Discovery ── Topology ──► Proxy          the only way from control to data
///   Discovery ◄── hints ───── Proxy          a hint only makes it look sooner
///   StatsServer ── reads ───► both
///   StatsServer ── orders ──► Switchovers ── holds, releases ──► Discovery
/// ```
///
/// Thread safe.
public final class Daemon {
    private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);
    private static final Duration DRAIN_MAX = Duration.ofSeconds(5);
    private static final Duration PROGRESS_EVERY = Duration.ofSeconds(3);

    /// What a process is started with.
    ///
    /// @param config a configuration that was found good
    /// @param sentinels those to follow; empty for none
    /// @param loops event loops, 1 or more
    /// @param transport what moves the bytes
    /// @param statsHost where statistics are served
    /// @param statsPort 1 to 65535
    /// @param adminToken what orders at the statistics port have to bring; null for no orders
    /// @param events gets each thing an operator wants to know, on any thread
    public record Options(
            Config config,
            List<NodeAddress.Tcp> sentinels,
            int loops,
            Transport.Choice transport,
            String statsHost,
            int statsPort,
            @Nullable String adminToken,
            Consumer<Notice> events) {

        /// Without orders.
        public Options(
                Config config,
                List<NodeAddress.Tcp> sentinels,
                int loops,
                Transport.Choice transport,
                String statsHost,
                int statsPort,
                Consumer<Notice> events) {
            this(config, sentinels, loops, transport, statsHost, statsPort, null, events);
        }
    }

    private final Options options;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile Topology topology;
    private volatile @Nullable Proxy proxy;
    private @Nullable Discovery discovery;
    private @Nullable Switchovers switchovers;
    private @Nullable StatsServer stats;

    /// Never false again.
    private volatile boolean stopping;

    private Daemon(Options options) {
        this.options = options;
        this.topology = Discovery.withoutSentinels(options.config().pools());
    }

    /// Starts everything; clients are served when this returns. With Sentinels it first waits, without end, for one
    /// that answers: without it nobody knows which servers belong together, and keys would be misplaced.
    ///
    /// @throws StartException when an address is taken or the transport does not run here; nothing is left running
    public static Daemon start(Options options) throws StartException {
        Daemon daemon = new Daemon(options);
        try {
            daemon.startParts();
            return daemon;
        } catch (ListenException | IOException | IllegalArgumentException e) {
            daemon.stop();
            throw new StartException(e.getMessage() == null ? e.toString() : e.getMessage(), e);
        } catch (InterruptedException e) {
            daemon.stop();
            Thread.currentThread().interrupt();
            throw new StartException("interrupted while starting", e);
        }
    }

    private void startParts() throws ListenException, IOException, InterruptedException {
        long direct = DirectMemory.limitBytes();
        LOG.debug("memory for clients: {} bytes; outside of the heap {}", MemoryBudget.PROCESS.max(), direct);
        Transport transport = options.transport().select();
        if (Discovery.isNeeded(options.config().pools(), options.sentinels())) {
            Discovery following = new Discovery(
                    options.config().pools(),
                    options.sentinels(),
                    options.config().sentinelLogin(),
                    this::onTopology,
                    options.events());
            discovery = following;
            following.start();
            topology = following.awaitFirst(
                    PROGRESS_EVERY, line -> options.events().accept(new Notice(Notice.Kind.WARNING, null, line)));
        }
        Proxy serving = Proxy.start(options.config().pools(), topology, transport, options.loops(), this::onTrouble);
        proxy = serving;
        serving.apply(topology);
        List<Page> pages = new ArrayList<>(Page.stats(serving::stats, version()));
        pages.add(Page.topology(this::topology));
        pages.add(Page.pools(options.config().pools()));
        pages.add(Page.host());
        pages.add(Page.failovers(this::journal));
        pages.add(Page.memory(MemoryBudget.PROCESS));
        pages.add(Page.live(serving::turns));
        pages.add(Page.ready(() -> readiness(serving)));
        List<Order> orders = List.of();
        if (discovery != null) {
            Switchovers planned = new Switchovers(
                    options.config().pools(),
                    options.sentinels(),
                    options.config().sentinelLogin(),
                    discovery,
                    this::topology);
            switchovers = planned;
            pages.add(Page.planned(planned::progress));
            orders = new SwitchOrders(planned).all();
        }
        Orders taken = new Orders(options.adminToken(), orders);
        stats = StatsServer.start(options.statsHost(), options.statsPort(), pages, taken);
    }

    private Readiness readiness(Proxy serving) {
        return new Readiness(stopping, serving.closed(), topology);
    }

    private void onTopology(Topology newer) {
        topology = newer;
        Proxy serving = proxy;
        if (serving != null) {
            serving.apply(newer);
        }
    }

    /// Writes an event to the log.
    public static void log(Notice event) {
        switch (event.kind()) {
            case SWITCH, FAILOVER, HOLD, GATE, SHARDS, READS -> LOG.info(event.line());
            case NODE, SENTINEL, WARNING -> LOG.warn(event.line());
        }
    }

    private void onTrouble(Trouble trouble) {
        Discovery following = discovery;
        if (following != null) {
            following.hint(trouble);
        }
    }

    /// The latest picture of who is where.
    public Topology topology() {
        return topology;
    }

    /// What happened while masters were being replaced, the oldest first.
    public List<Happening> journal() {
        Discovery following = discovery;
        return following == null ? List.of() : following.journal();
    }

    /// The version in the jar's manifest; `dev` when run from classes.
    public static String version() {
        String version = Daemon.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }

    /// Waits until [#stop] is done.
    ///
    /// @throws InterruptedException when the calling thread is interrupted
    public void awaitStop() throws InterruptedException {
        stopped.await();
    }

    /// Stops accepting clients, answers what is in flight for at most 5 seconds, and ends. A second call waits for the
    /// first.
    public synchronized void stop() {
        if (stopping) {
            return;
        }
        stopping = true;
        if (switchovers != null) {
            // While there is still somebody to let requests go on.
            switchovers.close();
        }
        if (discovery != null) {
            // First, so that nothing is published to loops that have ended.
            discovery.close();
        }
        if (proxy != null) {
            proxy.stop(DRAIN_MAX);
        }
        if (stats != null) {
            try {
                stats.close();
            } catch (IOException e) {
                LOG.warn("statistics port: {}", e.getMessage());
            }
        }
        stopped.countDown();
    }
}

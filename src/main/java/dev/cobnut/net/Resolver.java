package dev.cobnut.net;

import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Turns node addresses into socket addresses without ever blocking an event loop: names are looked up on a virtual
/// thread, and a name that no longer resolves keeps its last good address. Shared by all loops; thread safe.
public final class Resolver {
    private static final Logger LOG = LoggerFactory.getLogger(Resolver.class);

    private static final int LOOKUP_TIMEOUT_MILLIS = 5_000;

    private final Transport transport;
    private final ConcurrentHashMap<String, InetAddress> lastGood = new ConcurrentHashMap<>();

    public Resolver(Transport transport) {
        this.transport = transport;
    }

    /// Resolves `address` and calls back on `executor`, or at once when no lookup is needed.
    ///
    /// @param callback gets the socket address, or null and why the name does not resolve
    public void resolve(
            NodeAddress address,
            Executor executor,
            BiConsumer<@Nullable SocketAddress, @Nullable IOException> callback) {
        switch (address) {
            case NodeAddress.Unix unix -> callback.accept(transport.unixAddress(unix.path()), null);
            case NodeAddress.Tcp tcp -> {
                if (HostLookup.isLiteral(tcp.host())) {
                    callback.accept(new InetSocketAddress(tcp.host(), tcp.port()), null);
                } else {
                    Thread.ofVirtual().name("resolve " + tcp.host()).start(() -> lookUp(tcp, executor, callback));
                }
            }
        }
    }

    private void lookUp(
            NodeAddress.Tcp tcp,
            Executor executor,
            BiConsumer<@Nullable SocketAddress, @Nullable IOException> callback) {
        InetAddress found;
        try {
            found = HostLookup.lookup(tcp.host(), LOOKUP_TIMEOUT_MILLIS).getFirst();
            lastGood.put(tcp.host(), found);
        } catch (IOException e) {
            InetAddress kept = lastGood.get(tcp.host());
            if (kept == null) {
                executor.execute(() -> callback.accept(null, e));
                return;
            }
            LOG.warn("{}; keeping {}", e.getMessage(), kept.getHostAddress());
            found = kept;
        }
        InetSocketAddress address = new InetSocketAddress(found, tcp.port());
        executor.execute(() -> callback.accept(address, null));
    }
}

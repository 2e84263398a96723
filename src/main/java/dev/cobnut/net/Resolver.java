package dev.cobnut.net;

import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Turns node addresses into socket addresses without ever blocking an event loop: names are looked up on a virtual
/// thread, and a name that no longer resolves keeps its last good address, which is told once. Shared by all loops;
/// thread safe.
public final class Resolver {
    private static final Logger LOG = LoggerFactory.getLogger(Resolver.class);

    private static final int LOOKUP_TIMEOUT_MILLIS = 5_000;

    private final Transport transport;
    private final Lookup lookup;
    private final ConcurrentHashMap<String, InetAddress> lastGood = new ConcurrentHashMap<>();
    private final Set<String> failing = ConcurrentHashMap.newKeySet();

    /// The first address of a name.
    interface Lookup {
        InetAddress first(String host) throws IOException;
    }

    public Resolver(Transport transport) {
        this(transport, host -> HostLookup.lookup(host, LOOKUP_TIMEOUT_MILLIS).getFirst());
    }

    Resolver(Transport transport, Lookup lookup) {
        this.transport = transport;
        this.lookup = lookup;
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
            found = lookup.first(tcp.host());
            lastGood.put(tcp.host(), found);
            failing.remove(tcp.host());
        } catch (IOException e) {
            InetAddress kept = lastGood.get(tcp.host());
            if (kept == null) {
                executor.execute(() -> callback.accept(null, e));
                return;
            }
            if (failing.add(tcp.host())) {
                LOG.warn("{}; keeping {}", e.getMessage(), kept.getHostAddress());
            }
            found = kept;
        }
        InetSocketAddress address = new InetSocketAddress(found, tcp.port());
        executor.execute(() -> callback.accept(address, null));
    }
}

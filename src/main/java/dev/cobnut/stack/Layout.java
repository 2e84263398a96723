package dev.cobnut.stack;

import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Who listens where: three hosts with one redis-server per cache and one Sentinel each, and the proxy.
///
/// The hosts are 127.0.0.11 to 127.0.0.13. Where those are no addresses of the machine (macOS has only 127.0.0.1),
/// all are 127.0.0.1, and each host's ports lie 10 above the ones of the host before.
///
/// @param ownAddresses whether each host has an address of its own
/// @param portOffset what is added to every port; [#of] keeps it in bounds
record Layout(boolean ownAddresses, int portOffset) {
    static final int HOSTS = 3;

    private static final int SHIFT = 10;
    private static final int SENTINEL_PORT = 26379;
    private static final int STATISTICS_PORT = 22222;
    private static final int OFFSET_MIN = 1024 - 6379;
    private static final int OFFSET_MAX = 65535 - (SENTINEL_PORT + (HOSTS - 1) * SHIFT);

    /// The layout for this machine; binds for a moment to find out which addresses it has.
    ///
    /// @throws StackException when the offset moves a port below 1024 or above 65535
    static Layout of(int portOffset) throws StackException {
        if (portOffset < OFFSET_MIN || portOffset > OFFSET_MAX) {
            throw new StackException("--port-offset " + portOffset
                    + " moves a port below 1024 or above 65535 (expected: " + OFFSET_MIN + " to " + OFFSET_MAX + ")");
        }
        return new Layout(isLocal("127.0.0.11") && isLocal("127.0.0.12") && isLocal("127.0.0.13"), portOffset);
    }

    private static boolean isLocal(String host) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(host, 0));
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    /// What a host is called in the reference stack.
    ///
    /// @param host from 0
    String hostName(int host) {
        return "redis-shard" + (host + 1);
    }

    /// Where the redis-server of a cache listens on a host.
    NodeAddress.Tcp redis(Cache cache, int host) {
        return onHost(host, cache.port());
    }

    /// Where all redis-servers of a cache listen, by host.
    List<NodeAddress.Tcp> redises(Cache cache) {
        List<NodeAddress.Tcp> addresses = new ArrayList<>();
        for (int host = 0; host < HOSTS; host++) {
            addresses.add(redis(cache, host));
        }
        return addresses;
    }

    /// Where the Sentinel of a host listens.
    NodeAddress.Tcp sentinel(int host) {
        return onHost(host, SENTINEL_PORT);
    }

    /// Where all Sentinels listen, by host.
    List<NodeAddress.Tcp> sentinels() {
        List<NodeAddress.Tcp> addresses = new ArrayList<>();
        for (int host = 0; host < HOSTS; host++) {
            addresses.add(sentinel(host));
        }
        return addresses;
    }

    /// Where clients of a cache connect.
    NodeAddress.Tcp proxy(Cache cache) {
        return new NodeAddress.Tcp("127.0.0.1", cache.proxyPort() + portOffset);
    }

    /// Where the proxy's statistics are.
    NodeAddress.Tcp statistics() {
        return new NodeAddress.Tcp("127.0.0.1", STATISTICS_PORT + portOffset);
    }

    /// Every address that must be free, with what will listen there; what clients use comes first.
    Map<NodeAddress.Tcp, String> everything() {
        Map<NodeAddress.Tcp, String> all = new LinkedHashMap<>();
        for (Cache cache : Cache.values()) {
            all.put(proxy(cache), "the proxy for " + cache.masterName());
        }
        all.put(statistics(), "the statistics");
        for (int host = 0; host < HOSTS; host++) {
            for (Cache cache : Cache.values()) {
                all.put(redis(cache, host), cache.masterName() + " on " + hostName(host));
            }
            all.put(sentinel(host), "the Sentinel on " + hostName(host));
        }
        return all;
    }

    private NodeAddress.Tcp onHost(int host, int port) {
        return ownAddresses
                ? new NodeAddress.Tcp("127.0.0.1" + (host + 1), port + portOffset)
                : new NodeAddress.Tcp("127.0.0.1", port + portOffset + host * SHIFT);
    }
}

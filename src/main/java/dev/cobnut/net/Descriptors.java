package dev.cobnut.net;

import com.sun.management.UnixOperatingSystemMXBean;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.unix.UnixChannel;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;

/// The file descriptors this process may have, and who may take the last of them.
///
/// ```
///   0                                  clientsEnd          nodesEnd           limit
///   |  files of the JVM, clients, nodes    |   nodes only      |  all others    |
///                                             lanes, loans        statistics, discovery, the log
/// ```
///
/// The kernel gives each new descriptor the lowest number that is free. So the number of a channel says, without
/// counting, that as many are in use as it is high. Immutable; any thread.
public final class Descriptors {
    private static final int OTHERS_MIN = 8;
    private static final int OTHERS_MAX = 64;

    private final long limit;
    private final long nodesEnd;
    private final long clientsEnd;

    /// @param limit of the process, as `ulimit -n` says it
    /// @param nodeConnections how many connections to nodes there will be in ordinary times
    Descriptors(long limit, int nodeConnections) {
        this.limit = limit;
        this.nodesEnd = limit - (long) Math.clamp(limit / 8, OTHERS_MIN, OTHERS_MAX);
        this.clientsEnd = nodesEnd - Math.min(nodeConnections, limit / 4);
    }

    /// Those of this process. The JVM has raised its soft limit to the hard one.
    public static Descriptors ofProcess(int nodeConnections) {
        OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        long limit =
                system instanceof UnixOperatingSystemMXBean unix ? unix.getMaxFileDescriptorCount() : Integer.MAX_VALUE;
        return new Descriptors(limit, nodeConnections);
    }

    /// What `ulimit -n` says.
    public long limit() {
        return limit;
    }

    /// Whether a client that was just accepted may stay.
    public boolean hasRoomForClient(Channel client) {
        return number(client) < clientsEnd;
    }

    /// A new channel to a node, if it may stay.
    ///
    /// @throws ChannelException when only the reserve of all others is left; the channel is closed
    public Channel roomForNode(Channel node) {
        if (number(node) >= nodesEnd) {
            node.unsafe().closeForcibly();
            throw new ChannelException(
                    "no file descriptor is left for connections to nodes, of " + limit + " (ulimit -n)");
        }
        return node;
    }

    /// The number of a channel's descriptor. That of a channel of nio is not to be known: then how many are in use,
    /// which takes a look at a directory, and a descriptor; without one for that, all are.
    private static long number(Channel channel) {
        if (channel instanceof UnixChannel unix) {
            return unix.fd().intValue();
        }
        try {
            return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                    ? unix.getOpenFileDescriptorCount()
                    : 0;
        } catch (InternalError _) {
            return Long.MAX_VALUE;
        }
    }
}

package dev.cobnut.proxy;

import dev.cobnut.config.ClientSettings;
import dev.cobnut.config.ListenAddress;
import dev.cobnut.config.PoolConfig;
import dev.cobnut.net.DirectMemory;
import dev.cobnut.net.HostLookup;
import dev.cobnut.net.MemoryBudget;
import dev.cobnut.net.Transport;
import dev.cobnut.topology.NodeAddress;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannelRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.unix.UnixChannelOption;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/// One of a pool's listening sockets: `listen`, or `listen_reads`. Accepted clients are spread over the event loops
/// in turn.
final class Listener {
    private static final int LOOKUP_TIMEOUT_MILLIS = 5_000;
    private static final int UNREAD_BYTES_LOW = 128 * 1024;
    private static final int UNREAD_BYTES_HIGH = 256 * 1024;

    /// Makes a client of an accepted connection.
    interface Clients {
        ChannelHandler accept(Channel channel);
    }

    /// What all listening sockets of a pool are made with.
    record Sockets(PoolConfig config, Transport transport, MultiThreadIoEventLoopGroup group, Admission admission) {}

    private final Channel channel;
    private final @Nullable SocketFile socketFile;

    private Listener(Channel channel, @Nullable SocketFile socketFile) {
        this.channel = channel;
        this.socketFile = socketFile;
    }

    /// @param address one of the pool's
    static Listener open(Sockets sockets, ListenAddress address, Clients clients) throws ListenException {
        try {
            return switch (address.address()) {
                case NodeAddress.Tcp tcp -> new Listener(bind(tcpAddress(tcp), sockets, clients), null);
                case NodeAddress.Unix unix -> openUnix(Path.of(unix.path()), address.mode(), sockets, clients);
            };
        } catch (IOException | IllegalArgumentException e) {
            String why = e.getMessage() == null ? e.toString() : e.getMessage();
            throw new ListenException(
                    "pool " + sockets.config.name() + " cannot listen on " + address.text() + ": " + plain(why), e);
        }
    }

    private static String plain(String why) {
        if (why.contains("Address already in use")) {
            return "the address is already in use";
        }
        // bind(..) failed with error(-99): Cannot assign requested address
        int detail = why.lastIndexOf("): ");
        return detail < 0 ? why : why.substring(detail + 3);
    }

    private static SocketAddress tcpAddress(NodeAddress.Tcp tcp) throws IOException {
        if (tcp.host().equals("*")) {
            return new InetSocketAddress(tcp.port());
        }
        return new InetSocketAddress(
                HostLookup.lookup(tcp.host(), LOOKUP_TIMEOUT_MILLIS).getFirst(), tcp.port());
    }

    private static Listener openUnix(Path path, int mode, Sockets sockets, Clients clients) throws IOException {
        try (SocketFile.Draft draft = SocketFile.draft(path)) {
            Channel channel = bind(sockets.transport.unixAddress(draft.path().toString()), sockets, clients);
            try {
                return new Listener(channel, draft.publish(mode));
            } catch (IOException e) {
                channel.close().awaitUninterruptibly();
                throw e;
            }
        }
    }

    private static Channel bind(SocketAddress address, Sockets sockets, Clients clients) throws IOException {
        ClientSettings settings = sockets.config.clients();
        boolean tcp = address instanceof InetSocketAddress;
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(sockets.group, sockets.group)
                .channel(sockets.transport.serverChannel(address))
                .handler(sockets.admission)
                .option(ChannelOption.SO_BACKLOG, settings.backlog())
                .childOption(ChannelOption.ALLOCATOR, DirectMemory.allocator())
                .childOption(
                        ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new WriteBufferWaterMark(UNREAD_BYTES_LOW, UNREAD_BYTES_HIGH))
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel client) {
                        client.pipeline().addLast(clients.accept(client));
                    }
                });
        if (sockets.transport == Transport.NIO) {
            // It would accept sixteen before the first of them is looked at.
            bootstrap.option(
                    ChannelOption.RECVBUF_ALLOCATOR, new ServerChannelRecvByteBufAllocator().maxMessagesPerRead(1));
        }
        if (tcp) {
            bootstrap
                    .option(ChannelOption.SO_REUSEADDR, true)
                    .childOption(ChannelOption.TCP_NODELAY, true)
                    .childOption(ChannelOption.SO_KEEPALIVE, settings.tcpKeepalive());
            if (settings.reusePort() && sockets.transport != Transport.NIO) {
                bootstrap.option(UnixChannelOption.SO_REUSEPORT, true);
            }
        }
        ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            Throwable cause = bound.cause();
            throw cause instanceof IOException io ? io : new IOException(cause);
        }
        return bound.channel();
    }

    /// Accepts clients, or leaves them to the kernel's queue, as the budget says when its loop comes to it: so the
    /// last change counts, whoever reports it first.
    void follow(MemoryBudget budget) {
        channel.eventLoop().execute(() -> channel.config().setAutoRead(budget.acceptsClients()));
    }

    /// Any thread.
    boolean isOpen() {
        return channel.isOpen();
    }

    void close() {
        channel.close().awaitUninterruptibly();
        if (socketFile != null) {
            try {
                socketFile.remove();
            } catch (IOException e) {
                LoggerFactory.getLogger(Listener.class)
                        .warn("the socket {} stays behind: {}", socketFile, e.getMessage());
            }
        }
    }
}

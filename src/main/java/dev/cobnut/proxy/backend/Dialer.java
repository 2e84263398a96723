package dev.cobnut.proxy.backend;

import dev.cobnut.net.DirectMemory;
import dev.cobnut.net.IoLoop;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

/// Opens sockets to nodes, all with the same options.
final class Dialer {
    static final WriteBufferWaterMark WATER_MARK =
            new WriteBufferWaterMark(DirectMemory.unsentBytesMax() / 4, DirectMemory.unsentBytesMax());

    private static final int CONNECT_TIMEOUT_MILLIS_MAX = 5_000;

    private Dialer() {}

    /// Begins to connect.
    ///
    /// @param timeoutMillis of the pool; 0 for none, the attempt is then given up after 5 seconds
    static ChannelFuture dial(IoLoop loop, SocketAddress target, int timeoutMillis, ChannelHandler handler) {
        int connectMillis =
                timeoutMillis > 0 ? Math.min(timeoutMillis, CONNECT_TIMEOUT_MILLIS_MAX) : CONNECT_TIMEOUT_MILLIS_MAX;
        Channel made = loop.newClientChannel(target);
        Bootstrap bootstrap = new Bootstrap()
                .group(loop.eventLoop())
                .channelFactory(() -> made)
                .handler(handler)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectMillis)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .option(ChannelOption.RECVBUF_ALLOCATOR, loop.readBuffer())
                .option(ChannelOption.ALLOCATOR, loop.allocator());
        if (!(target instanceof DomainSocketAddress) && !(target instanceof UnixDomainSocketAddress)) {
            bootstrap.option(ChannelOption.TCP_NODELAY, true).option(ChannelOption.SO_KEEPALIVE, true);
        }
        return bootstrap.connect(target);
    }
}

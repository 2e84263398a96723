package dev.cobnut.net;

import io.netty.channel.Channel;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// How bytes move: which of Netty's transports runs the event loops. Unix sockets are served by epoll and nio only.
public enum Transport {
    EPOLL("epoll"),
    IO_URING("io_uring"),
    NIO("nio");

    private final String label;

    Transport(String label) {
        this.label = label;
    }

    /// What an operator can ask for: a transport, or the best one that runs here.
    public enum Choice {
        /// Epoll where it runs, nio elsewhere.
        AUTO("auto"),
        EPOLL(Transport.EPOLL.label),
        IO_URING(Transport.IO_URING.label),
        NIO(Transport.NIO.label);

        private final String label;

        Choice(String label) {
            this.label = label;
        }

        /// The choice of that name; null when there is none.
        public static @Nullable Choice named(String name) {
            for (Choice choice : values()) {
                if (choice.label.equals(name)) {
                    return choice;
                }
            }
            return null;
        }

        /// All names, for a message: `auto, epoll, io_uring or nio`.
        public static String names() {
            String all = Stream.of(values()).map(Choice::toString).collect(Collectors.joining(", "));
            int last = all.lastIndexOf(", ");
            return all.substring(0, last) + " or " + all.substring(last + 2);
        }

        /// What it means on this machine.
        ///
        /// @throws IllegalArgumentException when the transport does not run here; the message says why
        public Transport select() {
            return switch (this) {
                case AUTO -> Epoll.isAvailable() ? Transport.EPOLL : Transport.NIO;
                case EPOLL -> available(Transport.EPOLL, Epoll.isAvailable(), Epoll.unavailabilityCause());
                case IO_URING -> available(Transport.IO_URING, IoUring.isAvailable(), IoUring.unavailabilityCause());
                case NIO -> Transport.NIO;
            };
        }

        @Override
        public String toString() {
            return label;
        }
    }

    private static Transport available(Transport transport, boolean available, @Nullable Throwable cause) {
        if (!available) {
            throw new IllegalArgumentException("transport \"" + transport.label + "\" does not run on this machine: "
                    + (cause == null ? "unknown cause" : cause.getMessage()));
        }
        return transport;
    }

    /// Starts `loops` event loop threads.
    public MultiThreadIoEventLoopGroup newGroup(int loops) {
        IoHandlerFactory factory = switch (this) {
            case EPOLL -> EpollIoHandler.newFactory();
            case IO_URING -> IoUringIoHandler.newFactory();
            case NIO -> NioIoHandler.newFactory();
        };
        return new MultiThreadIoEventLoopGroup(loops, new DefaultThreadFactory("loop", true), factory);
    }

    /// The kind of channel that listens on an address.
    ///
    /// @throws IllegalArgumentException for a unix socket on io_uring
    public Class<? extends ServerChannel> serverChannel(SocketAddress address) {
        boolean unix = isUnix(address);
        return switch (this) {
            case EPOLL -> unix ? EpollServerDomainSocketChannel.class : EpollServerSocketChannel.class;
            case IO_URING -> {
                refuseUnix(unix);
                yield IoUringServerSocketChannel.class;
            }
            case NIO -> unix ? NioServerDomainSocketChannel.class : NioServerSocketChannel.class;
        };
    }

    /// A channel that is to connect to an address.
    ///
    /// @throws IllegalArgumentException for a unix socket on io_uring
    public Channel newClientChannel(SocketAddress address) {
        boolean unix = isUnix(address);
        return switch (this) {
            case EPOLL -> unix ? new EpollDomainSocketChannel() : new EpollSocketChannel();
            case IO_URING -> {
                refuseUnix(unix);
                yield new IoUringSocketChannel();
            }
            case NIO -> unix ? new NioDomainSocketChannel() : new NioSocketChannel();
        };
    }

    /// The address of a unix socket, in the form this transport takes.
    public SocketAddress unixAddress(String path) {
        return this == NIO ? UnixDomainSocketAddress.of(path) : new DomainSocketAddress(path);
    }

    private static boolean isUnix(SocketAddress address) {
        return address instanceof DomainSocketAddress || address instanceof UnixDomainSocketAddress;
    }

    private static void refuseUnix(boolean unix) {
        if (unix) {
            throw new IllegalArgumentException("unix sockets need transport epoll or nio (found io_uring)");
        }
    }

    @Override
    public String toString() {
        return label;
    }
}

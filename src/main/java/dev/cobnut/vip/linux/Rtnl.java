package dev.cobnut.vip.linux;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// Questions and orders to the kernel about links and addresses. Each is answered before the next; for one thread.
final class Rtnl implements AutoCloseable {
    private static final byte[] KERNEL = SocketAddress.netlink(0);
    private static final long ANSWER_NANOS = Duration.ofSeconds(1).toNanos();

    private final int socket;
    private int sequence;

    Rtnl() throws Errno {
        socket = Libc.socket(Libc.AF_NETLINK, Libc.SOCK_RAW, 0);
    }

    /// @return null when there is none of this name
    /// @throws IOException when the kernel does not answer
    Rtnetlink.Message.@Nullable Link link(String name) throws IOException {
        int own = ++sequence;
        Libc.send(socket, Rtnetlink.link(own, name), KERNEL);
        List<Rtnetlink.Message> part = answers();
        while (!part.isEmpty()) {
            for (Rtnetlink.Message each : part) {
                if (each instanceof Rtnetlink.Message.Link link) {
                    return link;
                }
                if (each instanceof Rtnetlink.Message.Answer answer && answer.sequence() == own) {
                    return null;
                }
            }
            part = answers();
        }
        throw new IOException("the kernel does not say whether there is " + name);
    }

    List<Rtnetlink.Message.Address> addresses(int family) throws IOException {
        Libc.send(socket, Rtnetlink.addresses(++sequence, family), KERNEL);
        List<Rtnetlink.Message.Address> addresses = new ArrayList<>();
        List<Rtnetlink.Message> part = answers();
        while (!part.isEmpty()) {
            for (Rtnetlink.Message each : part) {
                if (each instanceof Rtnetlink.Message.Address address) {
                    addresses.add(address);
                } else {
                    return addresses;
                }
            }
            part = answers();
        }
        throw new IOException("the kernel does not say which addresses there are");
    }

    /// @param order made for a sequence number
    /// @throws Errno when the kernel refuses
    /// @throws IOException when it does not answer
    void carryOut(IntFunction<byte[]> order) throws IOException {
        int own = ++sequence;
        Libc.send(socket, order.apply(own), KERNEL);
        List<Rtnetlink.Message> part = answers();
        while (!part.isEmpty()) {
            for (Rtnetlink.Message each : part) {
                if (each instanceof Rtnetlink.Message.Answer answer && answer.sequence() == own) {
                    if (answer.error() != 0) {
                        throw Libc.refusal("netlink", answer.error());
                    }
                    return;
                }
            }
            part = answers();
        }
        throw new IOException("the kernel does not answer an order about addresses");
    }

    /// What has come; nothing after a second.
    private List<Rtnetlink.Message> answers() throws Errno {
        Libc.poll(new int[] {socket}, ANSWER_NANOS);
        Libc.Received received = Libc.receive(socket);
        return received == null ? List.of() : Rtnetlink.read(received.bytes());
    }

    @Override
    public void close() {
        Libc.close(socket);
    }
}

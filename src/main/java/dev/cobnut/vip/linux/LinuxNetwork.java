package dev.cobnut.vip.linux;

import dev.cobnut.vip.Network;
import dev.cobnut.vip.vrrp.RouterSettings;
import dev.cobnut.vip.vrrp.VirtualAddress;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The network of this machine, or of the network namespace that this process runs in.
///
///     a raw socket for each virtual router and direction      messages of VRRP
///     a packet socket                                         ARP, advertisements of neighbours
///     a netlink socket for questions and orders               links, addresses
///     another for the news                                    links and addresses that others change
///     an eventfd                                              to be woken
public final class LinuxNetwork implements Network {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String EFFECTIVE = "CapEff:";
    private static final int NET_ADMIN = 12;
    private static final int NET_RAW = 13;

    /// News that are read before anything else is done.
    private static final int NEWS_MAX = 1024;

    private final Rtnl orders;
    private final int news;
    private final int frames;
    private final int counter;

    /// In the order in which they were opened.
    private final List<RawPort> ports = new ArrayList<>();

    /// Names of links, by index, as far as anybody asked for them.
    private final Map<Integer, String> names = new HashMap<>();

    /// Guarded by this: nobody is woken any more, since another may have the descriptor.
    private boolean closed;

    /// What was ordered here: that it has come is no news, and nothing is sent from it.
    private final Set<InetAddress> carried = new HashSet<>();

    private LinuxNetwork(Rtnl orders, int news, int frames, int counter) {
        this.orders = orders;
        this.news = news;
        this.frames = frames;
        this.counter = counter;
    }

    /// Opens what is needed of the kernel.
    ///
    /// @throws IOException when this is no 64-bit Linux, or rights are missing; the message names them
    public static LinuxNetwork open() throws IOException {
        String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
        if (!system.equals("Linux amd64") && !system.equals("Linux aarch64")) {
            throw new IOException("a virtual IP needs Linux on amd64 or aarch64 (this is " + system + ")");
        }
        checkRights();
        int news = Libc.socket(Libc.AF_NETLINK, Libc.SOCK_RAW, 0);
        Libc.bind(news, SocketAddress.netlink(Rtnetlink.NEWS));
        return new LinuxNetwork(new Rtnl(), news, Libc.socket(Libc.AF_PACKET, Libc.SOCK_RAW, 0), Libc.eventCounter());
    }

    /// Keeps what the calling thread starts from having this process' rights; what root starts has them anyhow.
    public static void keepRightsFromChildren() {
        try {
            Libc.keepRightsFromChildren();
        } catch (Errno e) {
            throw new IllegalStateException("ambient capabilities cannot be cleared", e);
        }
    }

    private static void checkRights() throws IOException {
        List<String> missing = missing(Files.readString(STATUS));
        if (!missing.isEmpty()) {
            throw new IOException("a virtual IP needs the capabilities NET_RAW and NET_ADMIN; this process lacks "
                    + String.join(" and ", missing)
                    + " (expected: root, or in a systemd unit AmbientCapabilities=CAP_NET_RAW CAP_NET_ADMIN, or in a"
                    + " container the host's network with --cap-add NET_RAW --cap-add NET_ADMIN)");
        }
    }

    /// Which rights a process lacks.
    ///
    /// @param status its /proc/PID/status
    static List<String> missing(String status) {
        long effective = status.lines()
                .filter(line -> line.startsWith(EFFECTIVE))
                .mapToLong(line -> Long.parseUnsignedLong(
                        line.substring(EFFECTIVE.length()).strip(), 16))
                .findFirst()
                .orElse(0);
        List<String> missing = new ArrayList<>();
        if ((effective >> NET_RAW & 1) == 0) {
            missing.add("NET_RAW");
        }
        if ((effective >> NET_ADMIN & 1) == 0) {
            missing.add("NET_ADMIN");
        }
        return missing;
    }

    @Override
    public @Nullable Link link(RouterSettings settings) throws IOException {
        Rtnetlink.Message.Link link = linkOf(settings.networkInterface());
        if (link == null) {
            return null;
        }
        Set<InetAddress> virtual = new HashSet<>();
        settings.addresses().forEach(each -> virtual.add(each.address()));
        boolean linkLocal = settings.isIpv6() && settings.peers().stream().allMatch(InetAddress::isLinkLocalAddress);
        InetAddress source = null;
        for (Rtnetlink.Message.Address each : orders.addresses(settings.isIpv6() ? Libc.AF_INET6 : Libc.AF_INET)) {
            boolean fits = each.networkInterface() == link.index()
                    && each.isUsable()
                    && !virtual.contains(each.address())
                    && !carried.contains(each.address())
                    && (settings.source() == null
                            ? each.address().isLinkLocalAddress() == linkLocal || !settings.isIpv6()
                            : settings.source().equals(each.address()));
            if (fits && source == null) {
                source = each.address();
            }
        }
        return new Link(link.index(), link.isUp(), source);
    }

    private Rtnetlink.Message.@Nullable Link linkOf(String name) throws IOException {
        Rtnetlink.Message.Link link = orders.link(name);
        if (link != null) {
            names.put(link.index(), name);
        }
        return link;
    }

    private Rtnetlink.Message.Link existing(String name) throws IOException {
        Rtnetlink.Message.Link link = linkOf(name);
        if (link == null) {
            throw new IOException("there is no network interface " + name);
        }
        return link;
    }

    @Override
    public Port open(RouterSettings settings, InetAddress source) throws IOException {
        Rtnetlink.Message.Link link = existing(settings.networkInterface());
        warmUp(settings);
        RawPort port = RawPort.open(settings, link.index(), source, ports::remove);
        ports.add(port);
        return port;
    }

    /// Goes the way of an address to the kernel once, for an interface that does not exist: at the first time classes are loaded
    /// and handles linked, and that is not to happen when a master has died.
    private void warmUp(RouterSettings settings) throws IOException {
        try {
            VirtualAddress address = settings.addresses().getFirst();
            orders.carryOut(sequence -> Rtnetlink.add(sequence, 0, address, Duration.ofSeconds(1)));
        } catch (Errno e) {
            if (e.number() != Errno.ENODEV) {
                throw e;
            }
        }
    }

    @Override
    public void carry(VirtualAddress address, Duration lifetime) throws IOException {
        int index = existing(address.networkInterface()).index();
        for (Rtnetlink.Message.Address each : held(index, address)) {
            refuseMachinesOwn(each, address);
        }
        carried.add(address.address());
        try {
            orders.carryOut(sequence -> Rtnetlink.add(sequence, index, address, lifetime));
        } catch (Errno e) {
            throw new IOException(
                    "the kernel does not carry " + address + " on " + address.networkInterface() + ": "
                            + e.getMessage(),
                    e);
        }
    }

    @Override
    public boolean drop(VirtualAddress address) throws IOException {
        Rtnetlink.Message.Link link = linkOf(address.networkInterface());
        boolean isOthers = false;
        for (Rtnetlink.Message.Address each :
                link == null ? List.<Rtnetlink.Message.Address>of() : held(link.index(), address)) {
            refuseMachinesOwn(each, address);
            VirtualAddress asHeld = new VirtualAddress(
                    each.address(), each.prefix(), address.networkInterface(), null, address.isAdvertised());
            try {
                orders.carryOut(sequence -> Rtnetlink.delete(sequence, each.networkInterface(), asHeld));
                isOthers |= each.isPermanent();
            } catch (Errno e) {
                if (e.number() != Errno.EADDRNOTAVAIL) {
                    throw new IOException("the kernel does not let " + asHeld + " go: " + e.getMessage(), e);
                }
            }
        }
        return isOthers;
    }

    /// How an interface has an address, whatever the length of its prefix.
    private List<Rtnetlink.Message.Address> held(int index, VirtualAddress address) throws IOException {
        int family = address.address() instanceof Inet6Address ? Libc.AF_INET6 : Libc.AF_INET;
        return orders.addresses(family).stream()
                .filter(each ->
                        each.networkInterface() == index && each.address().equals(address.address()))
                .toList();
    }

    /// Whoever took it away would take the machine from its network.
    private static void refuseMachinesOwn(Rtnetlink.Message.Address held, VirtualAddress address) throws IOException {
        if (held.isMachinesOwn()) {
            throw new IOException(
                    "%s/%d is there for good on %s, as an address of the machine itself (expected: one that moves; if it is left from another program, ip addr del it)"
                            .formatted(held.address().getHostAddress(), held.prefix(), address.networkInterface()));
        }
    }

    @Override
    public void announce(VirtualAddress address) throws IOException {
        Rtnetlink.Message.Link link = existing(address.networkInterface());
        // Without an address of Ethernet (a tunnel, the loopback) there are no neighbours to tell.
        byte[] hardware = HexFormat.of().parseHex(link.hardware());
        if (hardware.length == Frames.HARDWARE_BYTES) {
            int protocol = address.address() instanceof Inet6Address ? Frames.IPV6 : Frames.ARP;
            Libc.send(
                    frames,
                    Frames.announcement(address.address(), hardware),
                    SocketAddress.link(link.index(), protocol, Frames.everybody(address.address())));
        }
    }

    @Override
    public List<Arrival> await(long nanos) throws IOException {
        int[] watched = new int[ports.size() + 2];
        watched[0] = counter;
        watched[1] = news;
        for (int i = 0; i < ports.size(); i++) {
            watched[i + 2] = ports.get(i).descriptor();
        }
        Libc.poll(watched, nanos);
        Libc.reset(counter);
        List<Arrival> arrivals = new ArrayList<>();
        for (RawPort port : ports) {
            port.receiveAll(arrivals);
        }
        receiveNews(arrivals);
        return arrivals;
    }

    /// More news than the socket holds is an error of its own, after which one has to look.
    private void receiveNews(List<Arrival> arrivals) throws IOException {
        List<Rtnetlink.Message> messages = new ArrayList<>();
        boolean missed = false;
        for (int i = 0; i < NEWS_MAX; i++) {
            try {
                Libc.Received received = Libc.receive(news);
                if (received == null) {
                    break;
                }
                messages.addAll(Rtnetlink.read(received.bytes()));
            } catch (Errno e) {
                if (e.number() != Errno.ENOBUFS) {
                    throw e;
                }
                missed = true;
            }
        }
        arrivals.addAll(arrivals(messages, missed, names, carried));
    }

    /// A changed link comes first: it takes its addresses along, which nobody has to put back then.
    ///
    /// @param missed whether there was more than the kernel tells
    /// @param names of links that matter, by index
    /// @param carried addresses that are ours: that one comes is no change
    static List<Arrival> arrivals(
            List<Rtnetlink.Message> messages, boolean missed, Map<Integer, String> names, Set<InetAddress> carried) {
        List<Arrival> arrivals = new ArrayList<>();
        boolean changed = missed;
        for (Rtnetlink.Message message : messages) {
            if (message instanceof Rtnetlink.Message.Address address) {
                String name = names.get(address.networkInterface());
                if (name != null && address.isGone()) {
                    arrivals.add(new Arrival.AddressGone(name, address.address()));
                } else if (name != null && address.isPermanent()) {
                    arrivals.add(new Arrival.AddressCome(name, address.address()));
                }
                changed |= !carried.contains(address.address());
            } else {
                changed |= message instanceof Rtnetlink.Message.Link;
            }
        }
        if (changed) {
            arrivals.addFirst(new Arrival.LinkChanged());
        }
        return arrivals;
    }

    @Override
    public synchronized void wake() {
        if (closed) {
            return;
        }
        try {
            Libc.count(counter);
        } catch (Errno e) {
            throw new IllegalStateException("an eventfd cannot be written to", e);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        List.copyOf(ports).forEach(RawPort::close);
        orders.close();
        Libc.close(news);
        Libc.close(frames);
        Libc.close(counter);
    }
}

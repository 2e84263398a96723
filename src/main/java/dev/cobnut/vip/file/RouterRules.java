package dev.cobnut.vip.file;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cobnut.config.Problems;
import dev.cobnut.vip.VipSettings;
import dev.cobnut.vip.vrrp.RouterSettings;
import dev.cobnut.vip.vrrp.VirtualAddress;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What no single key can tell, of whichever file: whether a virtual router can be one, and whether several can be
/// beside each other. Pure.
final class RouterRules {
    static final int ID_MAX = 255;
    static final int PASSWORD_BYTES_MAX = 8;
    static final int PREEMPT_DELAY_SECONDS_MAX = 1_000;

    /// Of a machine to which the address belongs.
    static final String OWNER = "255";

    static final String NO_OWNER =
            "priority 255 (expected: 1 to 254; 255 is for a machine that owns the address and never gives it away, which is not"
                    + " supported)";

    private static final int ADDRESSES_MAX = 255;

    /// What fits into 1500 bytes with a header of IPv6 of 40 and one of VRRP of 8.
    private static final int IPV6_ADDRESSES_MAX = 90;

    private static final long OLD_MILLIS_MAX = 255_000;
    private static final long MILLIS_MIN = 50;
    private static final long MILLIS_MAX = 40_950;
    private static final int TEN_MILLIS = 10;
    private static final int SECOND = 1_000;

    /// Says where something stands.
    interface Lines {
        int of(VipKey key);
    }

    /// What was read of one instance, and what to call it.
    ///
    /// @param what for people, such as `vip shop`
    record Read(String what, VipSettings.Instance instance, Lines lines) {}

    private final Problems problems;

    RouterRules(Problems problems) {
        this.problems = problems;
    }

    /// Looks at each, and at all together.
    void check(List<Read> all) {
        Map<String, Read> ids = new HashMap<>();
        Map<InetAddress, Read> carried = new HashMap<>();
        for (Read read : all) {
            each(read);
            RouterSettings router = read.instance().router();
            String key = router.id() + " " + router.isIpv6() + " " + router.networkInterface();
            Read other = ids.putIfAbsent(key, read);
            if (other != null) {
                add(
                        read,
                        VipKey.ROUTER_ID,
                        "router id " + router.id() + " on " + router.networkInterface() + " is that of " + other.what()
                                + ", too (expected: another)");
            }
            for (VirtualAddress address : router.addresses()) {
                Read before = carried.putIfAbsent(address.address(), read);
                if (before != null && before != read) {
                    add(
                            read,
                            VipKey.ADDRESSES,
                            shown(address.address()) + " is an address of " + before.what()
                                    + ", too (expected: of one of them)");
                }
            }
        }
    }

    private void each(Read read) {
        RouterSettings router = read.instance().router();
        interval(read, router);
        addresses(read, router);
        peers(read, router);
        String password = router.password();
        if (password != null && router.version() != 2) {
            add(read, VipKey.PASSWORD, "a password in version 3 (expected: none; only version 2 has them)");
        } else if (password != null && password.getBytes(UTF_8).length > PASSWORD_BYTES_MAX) {
            // Not shown: it is a password.
            add(
                    read,
                    VipKey.PASSWORD,
                    "a password of " + password.getBytes(UTF_8).length + " bytes (expected: " + PASSWORD_BYTES_MAX
                            + " or fewer; of a longer one keepalived takes the first " + PASSWORD_BYTES_MAX + ")");
        }
        if (!router.preemptDelay().isZero() && !router.preempt()) {
            add(
                    read,
                    VipKey.PREEMPT_DELAY,
                    "a preemption delay without preemption (expected: preempt: true, or no delay)");
        }
        if (router.checksumAsV2() && (router.version() == 2 || router.isIpv6())) {
            add(read, VipKey.CHECKSUM_AS_V2, "a checksum as in version 2 (expected: with version 3 and IPv4 only)");
        }
    }

    private void interval(Read read, RouterSettings router) {
        long millis = router.interval().toMillis();
        if (router.version() == 2 && (millis < SECOND || millis > OLD_MILLIS_MAX || millis % SECOND != 0)) {
            add(
                    read,
                    VipKey.INTERVAL,
                    "interval of " + millis + " ms (expected in version 2: whole seconds, 1 s to 255 s)");
        } else if (router.version() != 2 && (millis < MILLIS_MIN || millis > MILLIS_MAX || millis % TEN_MILLIS != 0)) {
            add(
                    read,
                    VipKey.INTERVAL,
                    "interval of " + millis
                            + " ms (expected in version 3: 50 ms to 40950 ms, in tens of milliseconds)");
        }
    }

    private void addresses(Read read, RouterSettings router) {
        Set<InetAddress> seen = new HashSet<>();
        for (VirtualAddress moving : router.addresses()) {
            InetAddress address = moving.address();
            if (!seen.add(address)) {
                add(read, VipKey.ADDRESSES, shown(address) + " is there already (expected: once)");
            }
            if (isIpv6(address) != router.isIpv6()) {
                add(
                        read,
                        VipKey.ADDRESSES,
                        shown(address) + " beside "
                                + shown(router.addresses().getFirst().address())
                                + " (expected: all IPv4 or all IPv6; another instance for the others)");
            }
        }
        int count = router.advertised().size();
        int max = router.isIpv6() ? IPV6_ADDRESSES_MAX : ADDRESSES_MAX;
        if (count > max) {
            add(
                    read,
                    VipKey.ADDRESSES,
                    count + " addresses (expected: " + max + " or fewer, since all stand in one message)");
        }
        if (router.isIpv6() && router.version() == 2) {
            add(read, VipKey.VERSION, "version 2 with IPv6 (expected: 3)");
        }
    }

    private void peers(Read read, RouterSettings router) {
        InetAddress source = router.source();
        List<InetAddress> moving =
                router.addresses().stream().map(VirtualAddress::address).toList();
        if (source != null && isIpv6(source) != router.isIpv6()) {
            add(
                    read,
                    VipKey.SOURCE,
                    "source " + shown(source) + " is of another family than the addresses (expected: the same)");
        }
        if (source != null && moving.contains(source)) {
            add(
                    read,
                    VipKey.SOURCE,
                    "source " + shown(source) + " is one of the addresses that move (expected: one that stays)");
        }
        List<InetAddress> seen = new ArrayList<>();
        for (InetAddress peer : router.peers()) {
            if (seen.contains(peer)) {
                add(read, VipKey.PEERS, "peer " + shown(peer) + " is there already (expected: once)");
            }
            seen.add(peer);
            if (isIpv6(peer) != router.isIpv6()) {
                add(
                        read,
                        VipKey.PEERS,
                        "peer " + shown(peer) + " is of another family than the addresses (expected: the same)");
            }
            if (peer.equals(source)) {
                add(read, VipKey.PEERS, "peer " + shown(peer) + " is the source (expected: the other machines only)");
            }
            if (moving.contains(peer)) {
                add(
                        read,
                        VipKey.PEERS,
                        "peer " + shown(peer) + " is one of the addresses that move (expected: one that stays)");
            }
        }
    }

    private static boolean isIpv6(InetAddress address) {
        return address instanceof Inet6Address;
    }

    private static String shown(InetAddress address) {
        return address.getHostAddress();
    }

    private void add(Read read, VipKey key, String text) {
        problems.add(read.lines().of(key), read.what() + ": " + text);
    }
}

package dev.cobnut.blueprint;

import dev.cobnut.config.BadValue;
import dev.cobnut.config.HostPort;
import dev.cobnut.topology.NodeAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A stack as it can run on one machine: the same processes, at other addresses and ports. Pure.
///
/// The hosts are 127.0.0.11, 127.0.0.12 and so on, in the order of the file; but the first that has a proxy and neither a
/// server nor a Sentinel is 127.0.0.1, where programs of this machine look. Where only 127.0.0.1 is an address of the machine
/// (macOS) all are that, and each host's ports lie 10 above those of the host before.
///
/// @param blueprint what can run here
/// @param notes what is not as it will be, for people
public record Rehearsal(Blueprint blueprint, List<String> notes) {
    private static final String THIS_MACHINE = "127.0.0.1";
    private static final int FIRST_HOST = 11;
    private static final int PORT_MIN = 1024;
    private static final int SHIFT = 10;

    public Rehearsal {
        notes = List.copyOf(notes);
    }

    /// What a stack is on this machine.
    ///
    /// @param portOffset added to every port
    /// @param ownAddresses whether hosts can have addresses of their own here
    /// @throws BadValue when the offset moves a port below 1024 or above 65535, or two processes would share a place
    public static Rehearsal of(Blueprint real, int portOffset, boolean ownAddresses) throws BadValue {
        List<Blueprint.Host> hosts = hosts(real, ownAddresses);
        Blueprint here = new Blueprint(
                real.name(),
                hosts,
                real.caches().stream().map(cache -> moved(cache, portOffset)).toList(),
                moved(real.sentinels(), portOffset),
                moved(real.proxies(), portOffset),
                null,
                real.clients().stream().map(each -> moved(each, real, hosts)).toList(),
                real.secrets());
        requirePorts(here, portOffset);
        return new Rehearsal(here, notes(real, here, ownAddresses));
    }

    // ---- hosts ------------------------------------------------------------------------------------------------------

    private static List<Blueprint.Host> hosts(Blueprint real, boolean ownAddresses) {
        String front = front(real);
        List<Blueprint.Host> hosts = new ArrayList<>();
        int number = 0;
        for (Blueprint.Host host : real.hosts()) {
            boolean isFront = host.name().equals(front);
            String address = isFront || !ownAddresses ? THIS_MACHINE : address(FIRST_HOST + number);
            int shift = isFront || ownAddresses ? 0 : SHIFT * number;
            hosts.add(new Blueprint.Host(host.name(), address, host.memoryBytes(), shift, host.line()));
            number += isFront ? 0 : 1;
        }
        return hosts;
    }

    private static String address(int number) {
        return "127.0.%d.%d".formatted(number / 256, number % 256);
    }

    /// The first host that has a proxy and nothing else; null without one.
    private static @Nullable String front(Blueprint real) {
        Blueprint.Proxies proxies = real.proxies();
        Blueprint.Sentinels sentinels = real.sentinels();
        for (Blueprint.Host host : real.hosts()) {
            boolean serves =
                    real.redises().stream().anyMatch(each -> each.host().equals(host.name()))
                            || (sentinels != null && sentinels.hosts().contains(host.name()));
            if (proxies != null && proxies.hosts().contains(host.name()) && !serves) {
                return host.name();
            }
        }
        return null;
    }

    // ---- what listens -----------------------------------------------------------------------------------------------

    private static Blueprint.Cache moved(Blueprint.Cache cache, int offset) {
        List<Blueprint.Shard> shards = new ArrayList<>();
        for (Blueprint.Shard shard : cache.shards()) {
            List<Blueprint.Place> servers = shard.servers().stream()
                    .map(place -> new Blueprint.Place(place.host(), place.port() + offset))
                    .toList();
            shards.add(new Blueprint.Shard(shard.name(), shard.group(), shard.weight(), servers));
        }
        return new Blueprint.Cache(
                cache.name(),
                cache.kind(),
                shards,
                cache.listen() + offset,
                null, // a proxy at an address of the loopback listens there only
                cache.memoryBytes(),
                cache.persistence(),
                cache.eviction(),
                cache.minReplicas(),
                cache.databases(),
                cache.users(),
                cache.pool().stream().map(each -> moved(each, offset)).toList(),
                cache.directives(),
                cache.line());
    }

    /// A pool may have a second address.
    private static Blueprint.Setting moved(Blueprint.Setting setting, int offset) {
        if (!setting.name().equals("listen_reads")) {
            return setting;
        }
        try {
            NodeAddress.Tcp address = HostPort.parse(setting.value());
            return new Blueprint.Setting(
                    setting.name(), new NodeAddress.Tcp(address.host(), address.port() + offset).toString());
        } catch (BadValue _) {
            return setting; // a socket file, or what the proxy will refuse
        }
    }

    private static Blueprint.@Nullable Sentinels moved(Blueprint.@Nullable Sentinels sentinels, int offset) {
        return sentinels == null
                ? null
                : new Blueprint.Sentinels(
                        sentinels.hosts(),
                        sentinels.port() + offset,
                        sentinels.quorum(),
                        sentinels.downAfterMillis(),
                        sentinels.failoverTimeoutMillis(),
                        sentinels.line());
    }

    private static Blueprint.@Nullable Proxies moved(Blueprint.@Nullable Proxies proxies, int offset) {
        return proxies == null
                ? null
                : new Blueprint.Proxies(proxies.hosts(), proxies.stats() + offset, proxies.line());
    }

    private static Blueprint.Client moved(Blueprint.Client client, Blueprint real, List<Blueprint.Host> hosts) {
        Blueprint.VirtualIp virtualIp = real.virtualIp();
        String proxy = client.proxy();
        for (int i = 0; i < hosts.size(); i++) {
            Blueprint.Host host = real.hosts().get(i);
            boolean carries = virtualIp != null
                    && virtualIp.host().equals(client.proxy())
                    && virtualIp.hosts().getFirst().equals(host.name());
            if (carries || host.address().equals(client.proxy())) {
                proxy = hosts.get(i).address();
            }
        }
        return new Blueprint.Client(
                client.name(),
                client.kind(),
                client.cache(),
                client.pageCache(),
                client.session(),
                proxy,
                client.line());
    }

    // ---- what cannot be, and what is different ----------------------------------------------------------------------

    private static void requirePorts(Blueprint here, int offset) throws BadValue {
        int min = HostPort.PORT_MAX;
        int max = 0;
        Map<NodeAddress.Tcp, Blueprint.Service> taken = new HashMap<>();
        for (Blueprint.Service process : here.processes()) {
            NodeAddress.Tcp address = here.address(process);
            min = Math.min(min, address.port() - offset);
            max = Math.max(max, address.port() - offset);
            Blueprint.Service other = taken.putIfAbsent(address, process);
            if (other != null) {
                throw new BadValue(
                        Integer.toString(offset),
                        process.title() + " on " + process.host() + " and " + other.title() + " on " + other.host()
                                + " would both listen at " + address
                                + ", since hosts share an address here; expected: other ports in the file");
            }
        }
        if (min + offset < PORT_MIN || max + offset > HostPort.PORT_MAX) {
            throw new BadValue(
                    Integer.toString(offset),
                    "moves a port below " + PORT_MIN + " or above " + HostPort.PORT_MAX + "; expected: "
                            + (PORT_MIN - min) + " to " + (HostPort.PORT_MAX - max));
        }
    }

    private static List<String> notes(Blueprint real, Blueprint here, boolean ownAddresses) {
        List<String> notes = new ArrayList<>();
        if (ownAddresses) {
            List<String> hosts = here.hosts().stream()
                    .map(host -> host.name() + " is " + host.address())
                    .toList();
            notes.add("hosts: " + String.join(", ", hosts));
        } else {
            notes.add("hosts: " + address(FIRST_HOST)
                    + " and those after it are no addresses of this machine, so all are " + THIS_MACHINE
                    + ", each with ports " + SHIFT + " above the last");
        }
        Blueprint.VirtualIp virtualIp = real.virtualIp();
        if (virtualIp != null) {
            notes.add("virtual address " + virtualIp.host()
                    + ": left out; each proxy is reached at the address of its host");
        }
        return notes;
    }
}

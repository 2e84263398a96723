package dev.cobnut.blueprint;

import dev.cobnut.topology.NodeAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A whole stack, as `stack.yml` describes it, and every process that follows from it.
///
/// @param name what people call it
/// @param hosts in the order of the file
/// @param caches in the order of the file
/// @param sentinels null without any: then nobody replaces a master
/// @param proxies null without any
/// @param virtualIp null without one
/// @param clients in the order of the file
/// @param secrets where passwords are
public record Blueprint(
        String name,
        List<Host> hosts,
        List<Cache> caches,
        @Nullable Sentinels sentinels,
        @Nullable Proxies proxies,
        @Nullable VirtualIp virtualIp,
        List<Client> clients,
        Secrets secrets) {

    public Blueprint {
        hosts = List.copyOf(hosts);
        caches = List.copyOf(caches);
        clients = List.copyOf(clients);
    }

    /// A machine.
    ///
    /// @param address by which all others reach it: an IP address, or a name
    /// @param memoryBytes of the machine; null when the file does not say
    /// @param portShift added to each port there; 0 but in a rehearsal in which hosts share an address
    /// @param line of the file
    public record Host(
            String name, String address, @Nullable Long memoryBytes, int portShift, int line) {
        /// A host with an address of its own.
        public Host(String name, String address, @Nullable Long memoryBytes, int line) {
            this(name, address, memoryBytes, 0, line);
        }
    }

    /// One cache: a pool of the proxies, and a group of servers for each of its shards.
    ///
    /// @param name of the pool
    /// @param shards one or more, in the order of the ring
    /// @param listen where the proxies listen for it
    /// @param bind the address of the proxies that they listen at; null for all
    /// @param memoryBytes of each server (`maxmemory`); 0 for no limit
    /// @param minReplicas without that many a master takes no writes
    /// @param databases how many SELECT can choose from
    /// @param users who may log in at the proxies, as the pool's key `users` has them
    /// @param pool more keys of the pool, by name, in the order of the file
    /// @param directives more lines of redis.conf, by name, in the order of the file; a name may stand there several times
    /// @param line of the file
    public record Cache(
            String name,
            Kind kind,
            List<Shard> shards,
            int listen,
            @Nullable String bind,
            long memoryBytes,
            Kind.Persistence persistence,
            Kind.Eviction eviction,
            int minReplicas,
            int databases,
            List<String> users,
            List<Setting> pool,
            List<Setting> directives,
            int line) {
        public Cache {
            shards = List.copyOf(shards);
            users = List.copyOf(users);
            pool = List.copyOf(pool);
            directives = List.copyOf(directives);
        }

        private Cache withMasters(Map<String, Place> masters) {
            List<Shard> changed = shards.stream()
                    .map(shard -> shard.withMaster(masters.get(shard.group())))
                    .toList();
            return new Cache(
                    name,
                    kind,
                    changed,
                    listen,
                    bind,
                    memoryBytes,
                    persistence,
                    eviction,
                    minReplicas,
                    databases,
                    users,
                    pool,
                    directives,
                    line);
        }
    }

    /// A shard of a cache: one master and its replicas.
    ///
    /// @param name what is hashed onto the ring
    /// @param group what Sentinel calls it
    /// @param weight on the ring
    /// @param servers the first master first; at least one
    public record Shard(String name, String group, int weight, List<Place> servers) {
        public Shard {
            servers = List.copyOf(servers);
        }

        private Shard withMaster(@Nullable Place master) {
            if (master == null || !servers.contains(master)) {
                return this;
            }
            List<Place> others =
                    servers.stream().filter(place -> !place.equals(master)).toList();
            List<Place> changed = new ArrayList<>(List.of(master));
            changed.addAll(others);
            return new Shard(name, group, weight, changed);
        }
    }

    /// Where a server listens.
    ///
    /// @param host name of one of the hosts
    public record Place(String host, int port) {}

    /// A setting that is handed on as it is.
    public record Setting(String name, String value) {}

    /// The Sentinels.
    ///
    /// @param quorum how many have to find a master down
    public record Sentinels(
            List<String> hosts, int port, int quorum, int downAfterMillis, int failoverTimeoutMillis, int line) {
        public Sentinels {
            hosts = List.copyOf(hosts);
        }

        /// How many have to be there to elect one who leads a failover.
        public int majority() {
            return hosts.size() / 2 + 1;
        }
    }

    /// The proxies; each has all pools.
    ///
    /// @param stats port of the statistics
    public record Proxies(List<String> hosts, int stats, int line) {
        public Proxies {
            hosts = List.copyOf(hosts);
        }
    }

    /// An address that moves between the proxies.
    ///
    /// @param address with its prefix, such as `10.0.0.100/24`
    /// @param networkInterface on which each host carries it
    /// @param routerId which virtual router this is, 1 to 255
    /// @param speaker what moves it
    /// @param hosts the one that has it when all are well first
    public record VirtualIp(
            String address, String networkInterface, int routerId, Speaker speaker, List<String> hosts, int line) {
        public VirtualIp {
            hosts = List.copyOf(hosts);
        }

        /// The address alone.
        public String host() {
            int slash = address.indexOf('/');
            return slash < 0 ? address : address.substring(0, slash);
        }
    }

    /// What moves the address, by VRRP.
    public enum Speaker {
        /// `cobnut vip`.
        COBNUT,
        KEEPALIVED
    }

    /// A program that uses the caches.
    ///
    /// @param kind what it is
    /// @param cache the cache for objects; null for none
    /// @param pageCache the one for pages; null for none
    /// @param session the one for sessions; null for none
    /// @param proxy the address at which it finds the proxies
    /// @param line of the file
    public record Client(
            String name,
            ClientKind kind,
            @Nullable String cache,
            @Nullable String pageCache,
            @Nullable String session,
            String proxy,
            int line) {}

    /// What configuration a client wants.
    public enum ClientKind {
        MAGENTO2,
        /// And OpenMage.
        MAGENTO1,
        GENERIC
    }

    /// Where passwords are, never themselves; null for none.
    ///
    /// @param redis of the servers
    /// @param sentinel of the Sentinels
    /// @param admin the token for orders to the proxies
    public record Secrets(
            @Nullable String redis,
            @Nullable String sentinel,
            @Nullable String admin) {}

    /// Something that runs on a host.
    public sealed interface Service {
        String host();

        int port();

        /// What to call it.
        String title();
    }

    /// A redis-server.
    public record Redis(Cache cache, Shard shard, String host, int port) implements Service {
        /// What Sentinel calls its shard.
        public String group() {
            return shard.group();
        }

        /// Where the master of its shard is at first.
        public Place master() {
            return shard.servers().getFirst();
        }

        public boolean isFirstMaster() {
            return master().equals(new Place(host, port));
        }

        /// What it is called on its host: its group, and its port where the host has several of the group.
        public String instance() {
            long here = shard.servers().stream()
                    .filter(place -> place.host().equals(host))
                    .count();
            return here == 1 ? group() : group() + "-" + port;
        }

        @Override
        public String title() {
            return "redis " + group();
        }
    }

    /// A Sentinel.
    public record Sentinel(String host, int port) implements Service {
        @Override
        public String title() {
            return "sentinel";
        }
    }

    /// A pool of a proxy.
    public record Pool(Cache cache, String host, int port) implements Service {
        @Override
        public String title() {
            return "cobnut " + cache.name();
        }
    }

    /// The statistics of a proxy.
    public record Statistics(String host, int port) implements Service {
        @Override
        public String title() {
            return "cobnut statistics";
        }
    }

    /// The servers of all groups, group after group; the first master first.
    public List<Redis> redises() {
        List<Redis> all = new ArrayList<>();
        for (Cache cache : caches) {
            for (Shard shard : cache.shards()) {
                for (Place place : shard.servers()) {
                    all.add(new Redis(cache, shard, place.host(), place.port()));
                }
            }
        }
        return all;
    }

    /// The servers of one group; the first master first.
    public List<Redis> redises(String group) {
        return redises().stream().filter(each -> each.group().equals(group)).toList();
    }

    /// The Sentinels, each on its host; empty without any.
    public List<Sentinel> watchers() {
        Sentinels all = sentinels;
        return all == null
                ? List.of()
                : all.hosts().stream()
                        .map(host -> new Sentinel(host, all.port()))
                        .toList();
    }

    /// Everything that listens.
    public List<Service> processes() {
        List<Service> all = new ArrayList<>(redises());
        all.addAll(watchers());
        if (proxies != null) {
            for (String host : proxies.hosts()) {
                for (Cache cache : caches) {
                    all.add(new Pool(cache, host, cache.listen()));
                }
                all.add(new Statistics(host, proxies.stats()));
            }
        }
        return all;
    }

    /// The same with other first masters.
    ///
    /// @param masters by group; one that has no such server keeps its own
    public Blueprint withMasters(Map<String, Place> masters) {
        List<Cache> changed =
                caches.stream().map(cache -> cache.withMasters(masters)).toList();
        return new Blueprint(name, hosts, changed, sentinels, proxies, virtualIp, clients, secrets);
    }

    /// The same with other Sentinels.
    public Blueprint with(Sentinels others) {
        return new Blueprint(name, hosts, caches, others, proxies, virtualIp, clients, secrets);
    }

    /// The host of a name.
    ///
    /// @throws IllegalArgumentException when there is none
    public Host host(String called) {
        return hosts.stream()
                .filter(each -> each.name().equals(called))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no host " + called));
    }

    /// Where a process is reached.
    public NodeAddress.Tcp address(Service service) {
        return address(new Place(service.host(), service.port()));
    }

    /// Where a server listens.
    public NodeAddress.Tcp address(Place place) {
        Host host = host(place.host());
        return new NodeAddress.Tcp(host.address(), place.port() + host.portShift());
    }
}

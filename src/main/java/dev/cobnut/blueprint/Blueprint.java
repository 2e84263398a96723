package dev.cobnut.blueprint;

import dev.cobnut.topology.NodeAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A whole stack, as `stack.yml` describes it, and every process that follows from it.
///
/// @param name what people call it
/// @param hosts in the order of the file
/// @param caches in the order of the file
/// @param sentinels null without any: then nobody replaces a master
/// @param proxies null without any
/// @param secrets where passwords are
public record Blueprint(
        String name,
        List<Host> hosts,
        List<Cache> caches,
        @Nullable Sentinels sentinels,
        @Nullable Proxies proxies,
        Secrets secrets) {

    public Blueprint {
        hosts = List.copyOf(hosts);
        caches = List.copyOf(caches);
    }

    /// A machine.
    ///
    /// @param address by which all others reach it: an IP address, or a name
    /// @param memoryBytes of the machine; null when the file does not say
    /// @param line of the file
    public record Host(
            String name, String address, @Nullable Long memoryBytes, int line) {}

    /// One cache: a pool of the proxies, and a group of servers for each of its shards.
    ///
    /// @param name of the pool; Sentinel knows its shards as this, or with `-1`, `-2`, … where there are several
    /// @param hosts of its servers; the first master of the first shard is on the first
    /// @param port of the servers of the first shard; each further shard has the next
    /// @param listen where the proxies listen for it
    /// @param memoryBytes of each server (`maxmemory`); 0 for no limit
    /// @param minReplicas without that many a master takes no writes
    /// @param databases how many SELECT can choose from
    /// @param line of the file
    public record Cache(
            String name,
            Kind kind,
            List<String> hosts,
            int port,
            int listen,
            int shards,
            long memoryBytes,
            Kind.Persistence persistence,
            Kind.Eviction eviction,
            int minReplicas,
            int databases,
            int line) {
        public Cache {
            hosts = List.copyOf(hosts);
        }

        /// What Sentinel calls a shard.
        ///
        /// @param shard from 0
        public String group(int shard) {
            return shards == 1 ? name : name + "-" + (shard + 1);
        }
    }

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
    ///
    /// @param group what Sentinel calls its shard
    /// @param master the host that is master of the group at first; its own for that one
    public record Redis(Cache cache, String group, String host, int port, String master) implements Service {
        public boolean isFirstMaster() {
            return host.equals(master);
        }

        @Override
        public String title() {
            return "redis " + group;
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
            for (int shard = 0; shard < cache.shards(); shard++) {
                int count = cache.hosts().size();
                String master = count == 0 ? "" : cache.hosts().get(shard % count);
                for (int i = 0; i < count; i++) {
                    String host = cache.hosts().get((shard + i) % count);
                    all.add(new Redis(cache, cache.group(shard), host, cache.port() + shard, master));
                }
            }
        }
        return all;
    }

    /// Everything that listens.
    public List<Service> processes() {
        List<Service> all = new ArrayList<>(redises());
        if (sentinels != null) {
            for (String host : sentinels.hosts()) {
                all.add(new Sentinel(host, sentinels.port()));
            }
        }
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
        return new NodeAddress.Tcp(host(service.host()).address(), service.port());
    }
}

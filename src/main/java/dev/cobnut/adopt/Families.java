package dev.cobnut.adopt;

import dev.cobnut.doctor.Facts;
import dev.cobnut.doctor.Group;
import dev.cobnut.doctor.Pool;
import dev.cobnut.doctor.Replica;
import dev.cobnut.doctor.Sentinel;
import dev.cobnut.doctor.Server;
import dev.cobnut.doctor.Setting;
import dev.cobnut.topology.NodeAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Who replicates whom. Sentinels count most, those with the latest failover first; then what each redis.conf says of its
/// master; then servers of a pool that share a ring name. One thread.
final class Families {
    private final Facts facts;
    private final Hosts hosts;
    private final Notes notes;
    private final List<Family> all = new ArrayList<>();

    /// Where each redis.conf belongs, as far as it says so.
    private final Map<Server, NodeAddress.Tcp> addresses = new LinkedHashMap<>();

    /// Of whom each says that it is a replica.
    private final Map<Server, NodeAddress.Tcp> masters = new HashMap<>();

    Families(Facts facts, Hosts hosts, Notes notes) {
        this.facts = facts;
        this.hosts = hosts;
        this.notes = notes;
    }

    /// Finds all of them.
    List<Family> find() {
        Set<Integer> ports = portsOfOthers();
        facts.servers().forEach(server -> locate(server, ports));
        watched();
        facts.servers().forEach(this::join);
        facts.pools().forEach(this::twins);
        facts.servers().forEach(this::file);
        for (Pool pool : facts.pools()) {
            for (Pool.Entry entry : pool.servers()) {
                if (entry.address() != null && of(hosts.address(entry.address())) == null) {
                    all.add(new Family(null, hosts.address(entry.address())));
                }
            }
        }
        return all;
    }

    /// The one that has a server; null when none has.
    @Nullable
    Family of(NodeAddress.@Nullable Tcp server) {
        return all.stream().filter(family -> family.has(server)).findFirst().orElse(null);
    }

    /// The one that a server of a pool belongs to, by its address or by what Sentinel calls it; null when none does.
    @Nullable
    Family of(Pool.Entry entry) {
        Family found = entry.address() == null ? null : of(hosts.address(entry.address()));
        return found != null
                ? found
                : all.stream()
                        .filter(family -> entry.group().equals(family.group()))
                        .findFirst()
                        .orElse(null);
    }

    /// Ports of servers that Sentinels or pools name.
    private Set<Integer> portsOfOthers() {
        Set<Integer> ports = new HashSet<>();
        for (Sentinel sentinel : facts.sentinels()) {
            for (Group group : sentinel.groups()) {
                if (group.master() != null) {
                    ports.add(group.master().port());
                }
            }
        }
        for (Pool pool : facts.pools()) {
            for (Pool.Entry entry : pool.servers()) {
                if (entry.address() != null) {
                    ports.add(entry.address().port());
                }
            }
        }
        return ports;
    }

    private void locate(Server server, Set<Integer> ports) {
        String host = hosts.place(server.settings(), server.at());
        // Others know this server by an address that is not known to be of this folder.
        boolean isUnsure = host != null && !hosts.isSpoken(host) && ports.contains(server.port());
        if (host != null && !isUnsure) {
            addresses.put(server, new NodeAddress.Tcp(host, server.port()));
        }
    }

    // ---- what Sentinels say -----------------------------------------------------------------------------------------

    private void watched() {
        Map<String, List<Group>> views = new LinkedHashMap<>();
        for (Sentinel sentinel : facts.sentinels()) {
            sentinel.groups()
                    .forEach(group -> views.computeIfAbsent(group.name(), _ -> new ArrayList<>())
                            .add(group));
        }
        views.forEach(this::watched);
    }

    private void watched(String name, List<Group> views) {
        Group latest = views.stream()
                .filter(view -> view.master() != null)
                .max(Comparator.comparingLong(Group::configEpoch)
                        .thenComparingLong(view -> views.stream()
                                .filter(other -> isSameMaster(view, other))
                                .count()))
                .orElse(null);
        if (latest == null || latest.master() == null) {
            notes.add(views.getFirst().at(), "monitor " + name + ": what stands there is no address; left out");
            return;
        }
        Family family = new Family(name, hosts.address(latest.master()));
        for (Group view : views) {
            if (!isSameMaster(view, latest)) {
                notes.add(
                        view.at(),
                        "monitor " + name + ": has " + view.master() + " as master, of failover " + view.configEpoch()
                                + "; " + latest.master() + " is, of failover " + latest.configEpoch());
            } else if (view.configEpoch() == latest.configEpoch()) {
                replicas(family, view);
            }
        }
        all.add(family);
        if (!Hosts.isNumeric(latest.master().host())) {
            facts.sentinels().stream()
                    .filter(sentinel -> sentinel.groups().contains(latest))
                    .filter(sentinel ->
                            !sentinel.settings().text("resolve-hostnames", "no").equals("yes"))
                    .forEach(sentinel -> notes.add(
                            latest.at(),
                            "monitor " + name
                                    + ": by a name, which Sentinel looks up with resolve-hostnames yes only; what is"
                                    + " rendered says so"));
        }
    }

    private static boolean isSameMaster(Group one, Group other) {
        return one.master() != null && one.master().equals(other.master());
    }

    private void replicas(Family family, Group view) {
        Set<NodeAddress.Tcp> twice = new HashSet<>();
        for (Replica replica : view.replicas()) {
            NodeAddress.Tcp address = hosts.address(replica.address());
            family.add(address);
            if (!twice.add(address)) {
                notes.add(
                        replica.at(), "replica " + address + " of " + view.name() + " stands there twice: taken once");
            }
        }
    }

    // ---- what servers say -------------------------------------------------------------------------------------------

    /// Of whom a redis.conf says that it is a replica; null for a master.
    private NodeAddress.@Nullable Tcp master(Server server) {
        NodeAddress.Tcp master = server.master();
        if (master == null) {
            Setting said = server.settings().last(server.settings().has("replicaof") ? "replicaof" : "slaveof");
            master = said == null || said.words().size() != 1 ? null : Hosts.parse(said.word(0));
            if (master != null && said != null) {
                notes.add(
                        said.at(),
                        said.name() + " HOST:PORT: Redis wants a blank there, and does not start; taken as "
                                + said.name() + " HOST PORT");
            }
        }
        return master == null ? null : hosts.address(master);
    }

    private void join(Server server) {
        NodeAddress.Tcp master = master(server);
        NodeAddress.Tcp own = addresses.get(server);
        if (master == null) {
            return;
        }
        masters.put(server, master);
        Family family = of(master);
        if (family == null) {
            family = new Family(null, master);
            all.add(family);
        }
        Family before = of(own);
        if (own != null && before == null && family.add(own) && family.group() != null) {
            notes.add(
                    server.settings().at("replicaof").equals(server.at())
                            ? server.settings().at("slaveof")
                            : server.settings().at("replicaof"),
                    "replica " + own + " of " + master + ": no sentinel.conf has it; it is one of " + family.group());
        } else if (own != null && before != null && before != family) {
            merge(before, family);
        }
    }

    /// A replica of a replica: all of them are one.
    private void merge(Family lower, Family upper) {
        if (lower.group() == null) {
            lower.servers().forEach(upper::add);
            all.remove(lower);
        }
    }

    // ---- what pools say ---------------------------------------------------------------------------------------------

    /// Servers of one ring name are one place on the ring, so they can only be meant as one master and its replicas.
    private void twins(Pool pool) {
        Map<String, List<Pool.Entry>> byName = new LinkedHashMap<>();
        pool.servers()
                .forEach(entry -> byName.computeIfAbsent(entry.ringName(), _ -> new ArrayList<>())
                        .add(entry));
        for (List<Pool.Entry> twins : byName.values()) {
            List<Pool.Entry> placed =
                    twins.stream().filter(entry -> entry.address() != null).toList();
            if (placed.size() < 2) {
                continue;
            }
            Family family = placed.stream()
                    .map(this::of)
                    .filter(each -> each != null)
                    .findFirst()
                    .orElse(null);
            if (family == null) {
                family = new Family(null, null);
                all.add(family);
            }
            for (Pool.Entry entry : placed) {
                if (of(entry) == null && entry.address() != null && family.add(hosts.address(entry.address()))) {
                    if (family.group() != null) {
                        notes.add(
                                entry.at(),
                                "server " + entry.address()
                                        + ": no sentinel.conf has it; by its ring name it is one of " + family.group());
                    }
                }
            }
        }
    }

    // ---- which file is whose ----------------------------------------------------------------------------------------

    private void file(Server server) {
        NodeAddress.Tcp own = addresses.get(server);
        Family family = of(own);
        if (own == null) {
            family = likely(server);
        }
        if (family == null) {
            family = new Family(null, own != null ? own : new NodeAddress.Tcp(Hosts.LOOPBACK, server.port()));
            all.add(family);
            if (own == null) {
                notes.add(server.at(), "nothing says on which host this server is: taken as one on localhost");
            }
        }
        family.call(title(server));
        family.files().add(server);
    }

    /// The family of a file that says no host: that of its master, or the only one with its port.
    private @Nullable Family likely(Server server) {
        Family ofMaster = of(masters.get(server));
        if (ofMaster != null) {
            return ofMaster;
        }
        List<Family> with = all.stream()
                .filter(family -> family.servers().stream().anyMatch(each -> each.port() == server.port()))
                .toList();
        return with.size() == 1 ? with.getFirst() : null;
    }

    private static String title(Server server) {
        String file = server.at().substring(server.at().lastIndexOf('/') + 1);
        String bare = file.replaceFirst("\\.conf$", "")
                .replaceFirst("^redis[-_.]", "")
                .replaceAll("[^A-Za-z0-9_.-]", "-");
        return bare.isEmpty() || bare.equals("redis") ? "redis-" + server.port() : bare;
    }
}

package dev.cobnut.doctor;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.topology.NodeAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// How what runs differs from what stack.yml says: one row for each of its processes, and what it does not have. Pure.
public final class Drift {
    /// What would have to be done.
    public enum Kind {
        /// Something is not there.
        ADD("+"),
        /// Something is otherwise.
        CHANGE("~"),
        /// It cannot be said: nobody answers, or not us.
        UNKNOWN("?");

        private final String sign;

        Kind(String sign) {
            this.sign = sign;
        }
    }

    /// One difference.
    ///
    /// @param what is concerned: a setting, or what is to be done
    /// @param now what is; empty for what is not there
    /// @param wanted what should be; empty where `what` says all
    public record Change(Kind kind, String what, String now, String wanted) {
        static Change add(String what) {
            return new Change(Kind.ADD, what, "", "");
        }

        /// For people: `~ maxmemory 2 GB -> 4 GB`.
        public String text() {
            return kind.sign + " " + what + (wanted.isEmpty() ? "" : " " + now + " -> " + wanted);
        }
    }

    /// One process of the file.
    ///
    /// @param now what it is in a word: `master`, `running`, `(nothing)`
    /// @param changes none when it is as it should be
    public record Row(Blueprint.Service service, NodeAddress.Tcp address, String now, List<Change> changes) {
        public Row {
            changes = List.copyOf(changes);
        }
    }

    /// One `cobnut vip` of the file.
    ///
    /// @param now what it is in a word: `master`, `backup`, `drained`, `(nothing)`
    /// @param changes none when it is as it should be
    public record SpeakerRow(String host, NodeAddress.Tcp address, String now, List<Change> changes) {
        public SpeakerRow {
            changes = List.copyOf(changes);
        }
    }

    /// How somebody is missing.
    private record Absence(String now, Change change) {}

    private final Facts facts;
    private final Wanted wanted;
    private final Groups groups;

    /// @param wanted those of the facts
    public Drift(Facts facts, Wanted wanted) {
        this.facts = facts;
        this.wanted = wanted;
        this.groups = new Groups(facts);
    }

    /// Each process of the file, in its order.
    public List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (Blueprint.Service service : wanted.blueprint().processes()) {
            NodeAddress.Tcp address = wanted.blueprint().address(service);
            rows.add(
                    switch (service) {
                        case Blueprint.Redis redis -> redis(redis, address);
                        case Blueprint.Sentinel _ -> sentinel(service, address);
                        case Blueprint.Pool pool -> pool(pool, address);
                        case Blueprint.Statistics _ -> statistics(service, address);
                    });
        }
        return rows;
    }

    private Row redis(Blueprint.Redis redis, NodeAddress.Tcp address) {
        Server server = server(address);
        if (server == null) {
            NodeAddress.Tcp elsewhere = elsewhere(redis);
            if (elsewhere != null && service(address) == null) {
                Change move = new Change(
                        Kind.CHANGE, "port", Integer.toString(elsewhere.port()), Integer.toString(redis.port()));
                return new Row(redis, address, "at port " + elsewhere.port(), List.of(move));
            }
            String master = redis.isFirstMaster() ? "" : ", replicate " + master(redis);
            return missing(redis, address, Change.add("start" + master));
        }
        List<Change> changes = new ArrayList<>(follows(redis, server));
        changes.addAll(ServerSettings.differences(wanted.blueprint(), redis, server));
        return new Row(redis, address, server.isMaster() ? "master" : "replica", changes);
    }

    /// Who is master of its group now; its first one when nobody is known.
    private NodeAddress.Tcp master(Blueprint.Redis redis) {
        for (Group view : groups.views().getOrDefault(redis.group(), List.of())) {
            if (view.master() != null) {
                return view.master();
            }
        }
        return wanted.blueprint().address(redis.master());
    }

    /// Whether it replicates somebody of its group, or is the one whom others do.
    private List<Change> follows(Blueprint.Redis redis, Server server) {
        NodeAddress.Tcp master = server.master();
        if (server.isMaster()) {
            NodeAddress.Tcp other = master(redis);
            Server named = server(other);
            boolean second = !other.equals(server.address()) && named != null && named.isMaster();
            return second ? List.of(new Change(Kind.CHANGE, "role", "master", "replica of " + other)) : List.of();
        }
        boolean inGroup = master != null
                && wanted.service(master) instanceof Blueprint.Redis of
                && of.group().equals(redis.group());
        return inGroup
                ? List.of()
                : List.of(new Change(
                        Kind.CHANGE,
                        "replicates",
                        String.valueOf(master),
                        master(redis).toString()));
    }

    private Row sentinel(Blueprint.Service service, NodeAddress.Tcp address) {
        Sentinel found = null;
        for (Sentinel sentinel : facts.sentinels()) {
            found = sentinel.living() && sentinel.at().equals(address.toString()) ? sentinel : found;
        }
        Blueprint.Sentinels set = wanted.blueprint().sentinels();
        if (found == null || set == null) {
            return missing(service, address, Change.add("start"));
        }
        List<Change> changes = new ArrayList<>();
        Set<String> names = new LinkedHashSet<>();
        wanted.blueprint().redises().forEach(redis -> names.add(redis.group()));
        for (String name : names) {
            Group group = found.groups().stream()
                    .filter(each -> each.name().equals(name))
                    .findFirst()
                    .orElse(null);
            if (group == null) {
                changes.add(Change.add("monitor " + name));
                continue;
            }
            number(changes, "quorum " + name, group.quorum(), set.quorum());
            number(changes, "down-after-milliseconds " + name, group.downAfterMillis(), set.downAfterMillis());
            number(changes, "failover-timeout " + name, group.failoverTimeoutMillis(), set.failoverTimeoutMillis());
        }
        return new Row(service, address, "running", changes);
    }

    private static void number(List<Change> changes, String what, long now, long wanted) {
        if (now != wanted) {
            changes.add(new Change(Kind.CHANGE, what, Long.toString(now), Long.toString(wanted)));
        }
    }

    private Row pool(Blueprint.Pool pool, NodeAddress.Tcp address) {
        NodeAddress.Tcp door = wanted.door(pool);
        if (door != null && facts.missed().stream().anyMatch(miss -> miss.at().equals(door.toString()))) {
            return missing(pool, door, Change.add("listen"));
        }
        Proxy proxy = proxy(pool.host());
        if (proxy == null) {
            return new Row(pool, address, "listening", List.of(unknown("its statistics do not answer")));
        }
        String name = pool.cache().name();
        if (!proxy.pools().containsKey(name)) {
            return new Row(pool, address, "another pool", List.of(Change.add("pool " + name)));
        }
        Ring ring = proxy.ring(name);
        Ring own = ring(pool.cache());
        return new Row(
                pool,
                address,
                "running",
                own.isAs(ring)
                        ? List.of()
                        : List.of(new Change(Kind.CHANGE, "placement", ring.toString(), own.toString())));
    }

    private Ring ring(Blueprint.Cache cache) {
        return WantedPools.of(wanted).stream()
                .filter(pool -> cache.name().equals(pool.name()))
                .map(Ring::of)
                .findFirst()
                .orElseThrow();
    }

    private Row statistics(Blueprint.Service service, NodeAddress.Tcp address) {
        return proxy(service.host()) == null
                ? missing(service, address, Change.add("start"))
                : new Row(service, address, "running", List.of());
    }

    private @Nullable Proxy proxy(String host) {
        Blueprint.Proxies proxies = wanted.blueprint().proxies();
        for (Proxy proxy : facts.proxies()) {
            if (proxies != null
                    && proxy.at().equals(wanted.blueprint().host(host).address() + ":" + proxies.stats())) {
                return proxy;
            }
        }
        return null;
    }

    private Row missing(Blueprint.Service service, NodeAddress.Tcp address, Change change) {
        Absence absence = absence(address, change);
        return new Row(service, address, absence.now(), List.of(absence.change()));
    }

    /// @param change what is to be done if nobody is there
    private Absence absence(NodeAddress.Tcp address, Change change) {
        for (Facts.Miss miss : facts.missed()) {
            if (miss.at().equals(address.toString()) && !miss.isClosed()) {
                return new Absence(miss.isRefusal() ? "refuses us" : "no answer", unknown(miss.why()));
            }
        }
        return new Absence("(nothing)", change);
    }

    /// Each `cobnut vip` of the file. That one is drained, or that a check fails, is nothing that the file decides.
    public List<SpeakerRow> speakers() {
        List<SpeakerRow> rows = new ArrayList<>();
        Blueprint.VirtualIp virtual = wanted.blueprint().virtualIp();
        if (virtual != null) {
            wanted.speakers().forEach((host, address) -> rows.add(speaker(host, address, virtual)));
        }
        return rows;
    }

    private SpeakerRow speaker(String host, NodeAddress.Tcp address, Blueprint.VirtualIp virtual) {
        for (Speaker speaker : facts.speakers()) {
            if (speaker.at().equals(address.toString())) {
                Speaker.Instance instance = speaker.of(virtual.host());
                return instance == null
                        ? new SpeakerRow(
                                host, address, "other addresses", List.of(Change.add("address " + virtual.address())))
                        : new SpeakerRow(host, address, speaker.isDrained() ? "drained" : instance.state(), List.of());
            }
        }
        Absence absence = absence(address, Change.add("start"));
        return new SpeakerRow(host, address, absence.now(), List.of(absence.change()));
    }

    private static Change unknown(String why) {
        return new Change(Kind.UNKNOWN, why, "", "");
    }

    private @Nullable Server server(NodeAddress.Tcp address) {
        for (Server server : facts.servers()) {
            if (address.equals(server.address())) {
                return server;
            }
        }
        return null;
    }

    private Blueprint.@Nullable Service service(NodeAddress.Tcp address) {
        return server(address) == null ? null : wanted.service(address);
    }

    // ---- what the file does not have --------------------------------------------------------------------------------

    /// The server of a group that runs on the right host at a port that the file does not have; null for none.
    NodeAddress.@Nullable Tcp elsewhere(Blueprint.Redis redis) {
        for (Server server : facts.servers()) {
            NodeAddress.Tcp address = server.address();
            if (address != null
                    && redis.group().equals(groups.of(server))
                    && redis.host().equals(wanted.hosts().get(address.host()))
                    && wanted.service(address) == null) {
                return address;
            }
        }
        return null;
    }

    /// What was found and is not in the file, each in a sentence.
    public List<String> strangers() {
        Set<NodeAddress.Tcp> moved = new LinkedHashSet<>();
        for (Blueprint.Redis redis : wanted.blueprint().redises()) {
            NodeAddress.Tcp elsewhere = elsewhere(redis);
            if (elsewhere != null && server(wanted.blueprint().address(redis)) == null) {
                moved.add(elsewhere);
            }
        }
        List<String> strangers = new ArrayList<>();
        for (Server server : facts.servers()) {
            NodeAddress.Tcp address = server.address();
            if (address != null && wanted.service(address) == null && !moved.contains(address)) {
                String group = groups.of(server);
                strangers.add("server " + address
                        + (group == null ? "" : " of " + group)
                        + (server.isMaster() ? ", a master" : ", which replicates " + server.master()));
            }
        }
        Set<String> unknown = new TreeSet<>();
        for (Sentinel sentinel : facts.sentinels()) {
            NodeAddress.Tcp address = Absences.address(sentinel.at());
            if (sentinel.living() && address != null && wanted.service(address) == null) {
                strangers.add("Sentinel " + address);
            }
            if (sentinel.living()) {
                sentinel.groups().stream()
                        .filter(group -> wanted.cache(group.name()) == null)
                        .forEach(group -> unknown.add(group.name()));
            }
        }
        unknown.forEach(group -> strangers.add("group " + group + ", which Sentinels watch"));
        Set<String> pools = new TreeSet<>();
        facts.proxies().forEach(proxy -> pools.addAll(proxy.pools().keySet()));
        wanted.blueprint().caches().forEach(cache -> pools.remove(cache.name()));
        pools.forEach(pool -> strangers.add("pool " + pool + ", which a proxy has"));
        return strangers;
    }

    /// For each pool that a running proxy has otherwise, how many keys would move; one line when none would.
    public List<String> placement() {
        List<String> lines = new ArrayList<>();
        int same = 0;
        for (Proxy proxy : facts.proxies()) {
            for (Blueprint.Cache cache : wanted.blueprint().caches()) {
                Ring now = proxy.ring(cache.name());
                if (now.isAs(ring(cache))) {
                    same++;
                } else if (!now.weights().isEmpty()) {
                    lines.add("pool " + cache.name() + " of " + proxy.at() + ": " + now.percentElsewhere(ring(cache))
                            + " % of the keys would be looked for at another shard");
                }
            }
        }
        return lines.isEmpty() && same > 0 ? List.of("unchanged, no key moves") : lines;
    }
}

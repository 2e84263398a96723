package dev.cobnut.doctor;

import dev.cobnut.blueprint.Defaults;
import dev.cobnut.doctor.Rule.Found;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What may be wrong with those who connect, and with what they connect to: Magento, and running proxies. Pure; each method is the rule of one row of [RuleTable].
final class ClientRules {
    private ClientRules() {}

    /// The pool that a store connects to; null when it is none of the pools known.
    private static @Nullable Pool pool(Facts facts, Store store) {
        for (Pool pool : facts.pools()) {
            if (pool.ports().contains(store.port())) {
                return pool;
            }
        }
        return null;
    }

    static List<Found> databases(Facts facts) {
        Groups groups = new Groups(facts);
        List<Found> found = new ArrayList<>();
        for (Store store : facts.stores()) {
            Pool pool = pool(facts, store);
            Set<Integer> ports = new HashSet<>(Set.of(store.port()));
            if (pool != null) {
                ports.clear();
                pool.servers()
                        .forEach(server -> ports.add(
                                server.address() == null ? 0 : server.address().port()));
                groups.behind(pool).forEach(name -> groups.members(name).forEach(node -> ports.add(node.port())));
            }
            for (Server server : facts.servers()) {
                boolean serves = ports.contains(server.port()) && server.isOpen();
                if (serves && store.database() >= ServerRules.databases(server)) {
                    found.add(new Found(
                            store.options().at(store.options().has("db") ? "db" : "database"),
                            store.name() + " selects database " + store.database() + ", and "
                                    + server.settings().at("databases") + " has " + ServerRules.databases(server),
                            "databases " + (store.database() + 1) + " or more"));
                    break;
                }
            }
        }
        return found;
    }

    static List<Found> sentinelLeft(Facts facts) {
        List<Found> found = new ArrayList<>();
        for (Store store : facts.stores()) {
            Pool pool = pool(facts, store);
            for (Setting option : store.options().all()) {
                if (pool != null
                        && option.name().startsWith("sentinel")
                        && !option.value().isEmpty()) {
                    found.add(new Found(
                            option.at(),
                            store.name() + " has " + option.name() + ", and connects to " + pool.title(),
                            "no sentinel_ options"));
                }
            }
        }
        return found;
    }

    static List<Found> impatient(Facts facts) {
        List<Found> found = new ArrayList<>();
        for (Store store : facts.stores()) {
            Pool pool = pool(facts, store);
            String seconds = store.options().text("read_timeout", "");
            if (pool != null && seconds.matches("\\d{1,6}(\\.\\d{1,6})?")) {
                double millis = Double.parseDouble(seconds) * 1_000;
                if (millis > 0 && millis <= pool.holdMillis()) {
                    found.add(new Found(
                            store.options().at("read_timeout"),
                            store.name() + " has read_timeout " + seconds + " s, and " + pool.title()
                                    + " may hold requests for " + pool.holdMillis() + " ms",
                            "a read_timeout above that, or a smaller hold_millis_max"));
                }
            }
        }
        return found;
    }

    static List<Found> scriptsOnShards(Facts facts) {
        List<Found> found = new ArrayList<>();
        for (Store store : facts.stores()) {
            Pool pool = pool(facts, store);
            String lua = store.options().text("use_lua", store.options().text("_useLua", "0"));
            if (pool != null && pool.shards().size() > 1 && lua.matches("1|true|yes")) {
                found.add(new Found(
                        store.options().at("use_lua"),
                        store.name() + " has use_lua, and " + pool.title() + " has "
                                + pool.shards().size() + " shards",
                        "a pool of one shard"));
            }
        }
        return found;
    }

    static List<Found> nobodyListens(Facts facts) {
        Set<Integer> known = new TreeSet<>(PoolRules.listens(facts));
        List<Found> found = new ArrayList<>();
        if (known.isEmpty()) {
            return found;
        }
        facts.servers().forEach(server -> known.add(server.port()));
        for (Sentinel sentinel : facts.sentinels()) {
            known.add((int) sentinel.settings().number("port", Defaults.SENTINEL_PORT));
        }
        for (Store store : facts.stores()) {
            if (!known.contains(store.port()) && !store.host().startsWith("/")) {
                found.add(new Found(
                        store.options().at("port"),
                        store.name() + " connects to port " + store.port() + ", where no pool listens",
                        "one of " + PoolRules.numbers(PoolRules.listens(facts))));
            }
        }
        return found;
    }

    static List<Found> flushedTogether(Facts facts) {
        Map<String, Store> first = new HashMap<>();
        List<Found> found = new ArrayList<>();
        for (Store store : facts.stores()) {
            Store other = first.putIfAbsent(store.host() + ":" + store.port() + "/" + store.database(), store);
            if (other != null && store.isSession() != other.isSession()) {
                found.add(new Found(
                        store.at(),
                        store.name() + " and " + other.name() + " are in database " + store.database() + " of "
                                + store.host() + ":" + store.port(),
                        "a database, and better a server, of its own"));
            }
        }
        return found;
    }

    static List<Found> tagsOnShards(Facts facts) {
        List<Found> found = new ArrayList<>();
        for (Store store : facts.stores()) {
            Pool pool = pool(facts, store);
            if (pool != null && pool.shards().size() > 1 && !store.isSession()) {
                found.add(new Found(
                        store.at(),
                        store.name() + " is a cache with tags, and " + pool.title() + " has "
                                + pool.shards().size() + " shards",
                        "a pool of one shard"));
            }
        }
        return found;
    }

    /// Who knows no master has no other one: [#waiting] tells that.
    static List<Found> otherMaster(Facts facts) {
        Map<String, Proxy.View> first = new HashMap<>();
        Map<String, String> who = new HashMap<>();
        List<Found> found = new ArrayList<>();
        for (Proxy proxy : facts.proxies()) {
            for (Proxy.View view : proxy.shards()) {
                if (!view.knowsMaster()) {
                    continue;
                }
                String key = view.pool() + " " + view.name();
                Proxy.View other = first.putIfAbsent(key, view);
                who.putIfAbsent(key, proxy.at());
                if (other != null && !other.master().equals(view.master())) {
                    found.add(new Found(
                            proxy.at(),
                            "pool " + view.pool() + ", shard " + view.name() + ": master " + view.master()
                                    + " (config epoch "
                                    + view.configEpoch() + "), and " + other.master() + " (" + other.configEpoch()
                                    + ") at " + who.get(key),
                            "one master"));
                }
            }
        }
        return found;
    }

    static List<Found> proxyVersions(Facts facts) {
        Set<String> versions = new TreeSet<>();
        List<String> each = new ArrayList<>();
        for (Proxy proxy : facts.proxies()) {
            versions.add(proxy.version());
            each.add(proxy.at() + " is " + proxy.version());
        }
        return versions.size() > 1 ? List.of(new Found("proxies", String.join(", ", each), "one version")) : List.of();
    }

    static List<Found> agent(Facts facts) {
        Host host = facts.host();
        return host == null || host.agents().isEmpty()
                ? List.of()
                : List.of(new Found(
                        "this host",
                        "redis-twemproxy-agent runs (process " + host.agents().getFirst() + ")",
                        "no agent"));
    }

    static List<Found> waiting(Facts facts) {
        List<Found> found = new ArrayList<>();
        for (Proxy proxy : facts.proxies()) {
            for (Proxy.View view : proxy.shards()) {
                boolean isClosed = view.gate().equals("held") || view.gate().equals("down");
                if (isClosed || !view.knowsMaster()) {
                    found.add(new Found(
                            proxy.at(),
                            "pool " + view.pool() + ", shard " + view.name() + ": " + trouble(view),
                            view.knowsMaster() ? "an open gate" : "a master"));
                }
            }
        }
        return found;
    }

    private static String trouble(Proxy.View view) {
        String why = view.why().isEmpty() ? "" : ": " + view.why();
        return switch (view.gate()) {
            case "held" -> "requests wait" + why;
            case "down" -> "requests fail" + why;
            default -> "it knows no master: requests wait, or fail";
        };
    }

    /// Rings that differ: between two proxies, and between a proxy and a file.
    static List<Found> otherPlacement(Facts facts) {
        Map<String, Ring> rings = new HashMap<>();
        Map<String, String> who = new HashMap<>();
        for (Pool pool : facts.pools()) {
            if (pool.name() != null && rings.putIfAbsent(pool.name(), Ring.of(pool)) == null) {
                who.put(pool.name(), pool.at());
            }
        }
        List<Found> found = new ArrayList<>();
        for (Proxy proxy : facts.proxies()) {
            for (String pool : proxy.pools().keySet()) {
                Ring mine = proxy.ring(pool);
                Ring other = rings.putIfAbsent(pool, mine);
                who.putIfAbsent(pool, proxy.at());
                if (other != null && !other.isAs(mine)) {
                    found.add(new Found(
                            proxy.at(),
                            "pool " + pool + " places by " + mine + "; " + other.percentElsewhere(mine)
                                    + " % of the keys are looked for elsewhere",
                            other + ", as at " + who.get(pool)));
                }
            }
        }
        return found;
    }

    /// Proxies that have the same master as others, by an older failover; or another one than all living Sentinels name.
    static List<Found> behind(Facts facts) {
        Map<String, Long> newest = new HashMap<>();
        for (Sentinel sentinel : facts.sentinels()) {
            if (sentinel.living()) {
                sentinel.groups().forEach(group -> newest.merge(group.name(), group.configEpoch(), Math::max));
            }
        }
        facts.proxies()
                .forEach(proxy -> proxy.shards().forEach(view -> newest.merge(view.group(), epoch(view), Math::max)));
        List<Found> found = new ArrayList<>();
        for (Proxy proxy : facts.proxies()) {
            for (Proxy.View view : proxy.shards()) {
                long last = newest.getOrDefault(view.group(), 0L);
                if (!view.group().isEmpty() && view.knowsMaster() && epoch(view) < last && !proxy.isSwitching()) {
                    found.add(new Found(
                            proxy.at(),
                            "pool " + view.pool() + ", shard " + view.name() + ": config epoch " + epoch(view),
                            "config epoch " + last));
                }
            }
        }
        return found;
    }

    private static long epoch(Proxy.View view) {
        return view.configEpoch().matches("\\d{1,18}") ? Long.parseLong(view.configEpoch()) : 0;
    }

    static List<Found> absent(Facts facts) {
        return new Absences(facts)
                .strangers(Facts.Target.PROXY).stream()
                        .map(miss -> new Found(miss.at(), "the proxy does not answer: " + miss.why(), "an answer"))
                        .toList();
    }
}

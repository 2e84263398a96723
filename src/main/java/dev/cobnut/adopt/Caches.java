package dev.cobnut.adopt;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.blueprint.Kind;
import dev.cobnut.doctor.Facts;
import dev.cobnut.doctor.Pool;
import dev.cobnut.doctor.Server;
import dev.cobnut.topology.NodeAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The caches of a stack: one for each pool, and one for each master that no pool has. One thread.
///
/// Every key stays where it was. With several shards the ring name and the weight of each are those of its line; with one shard
/// they place nothing, and are left out.
final class Caches {
    private static final int FIRST_FREE_PORT = 6379;

    private final Facts facts;
    private final Hosts hosts;
    private final Families families;
    private final Notes notes;
    private final List<CacheDraft> drafts = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private final Set<Integer> listens = new HashSet<>();
    private boolean hasPassword;

    Caches(Facts facts, Hosts hosts, Families families, Notes notes) {
        this.facts = facts;
        this.hosts = hosts;
        this.families = families;
        this.notes = notes;
    }

    /// Whether any redis.conf has a password.
    boolean hasPassword() {
        return hasPassword;
    }

    List<CacheDraft> drafts() {
        return drafts;
    }

    /// Puts pools and masters together.
    ///
    /// @param all families, as they were found
    void draft(List<Family> all) {
        Set<Family> taken = new LinkedHashSet<>();
        for (Pool pool : facts.pools()) {
            CacheDraft same = drafts.stream()
                    .filter(draft -> draft.isAlso(pool))
                    .findFirst()
                    .orElse(null);
            if (same != null) {
                same.pools().add(pool);
            } else {
                draft(pool, taken);
            }
        }
        for (Family family : all) {
            if (!family.servers().isEmpty() && taken.add(family)) {
                CacheDraft draft = new CacheDraft();
                draft.shards().put(family, List.of());
                String title = family.name();
                draft.call(free(
                        title == null ? "redis-" + family.servers().getFirst().port() : title));
                drafts.add(draft);
            }
        }
        facts.pools().forEach(pool -> listens.addAll(pool.ports()));
    }

    private void draft(Pool pool, Set<Family> taken) {
        CacheDraft draft = new CacheDraft();
        draft.pools().add(pool);
        for (Pool.Entry entry : pool.servers()) {
            Family family = families.of(entry);
            if (family == null) {
                notes.add(
                        entry.at(),
                        title(pool) + " left out, with all its keys: "
                                + (entry.address() == null
                                        ? entry.ringName() + " is no address, and no sentinel.conf says whose it is"
                                        : "nothing is known of " + entry.address()));
                return;
            }
            draft.shards().computeIfAbsent(family, _ -> new ArrayList<>()).add(entry);
        }
        if (draft.shards().isEmpty()) {
            notes.add(pool.at(), title(pool) + " left out: it has no servers");
            return;
        }
        for (Family family : draft.shards().keySet()) {
            if (taken.contains(family)) {
                notes.add(
                        pool.at(),
                        title(pool) + " left out: " + family.servers().getFirst()
                                + " is in a pool before it already, and a cache has servers of its own");
                return;
            }
        }
        taken.addAll(draft.shards().keySet());
        draft.call(free(name(pool, draft)));
        drafts.add(draft);
    }

    private static String title(Pool pool) {
        return pool.name() == null ? "a pool without a name" : "pool " + pool.name();
    }

    private String name(Pool pool, CacheDraft draft) {
        String family = draft.shards().keySet().iterator().next().name();
        String name = pool.name();
        if (name == null) {
            int port = pool.ports().isEmpty() ? 0 : pool.ports().getFirst();
            name = draft.shards().size() == 1 && family != null ? family : "pool-" + port;
            String what = pool.hasServersKey() ? "a pool without a name" : "a pool without a name and without servers:";
            notes.add(pool.at(), what + ": called " + name + " here");
        }
        String plain = name.replaceAll("[^A-Za-z0-9_.-]", "-");
        plain = plain.substring(0, Math.min(plain.length(), 60));
        if (!plain.equals(name)) {
            notes.add(
                    pool.at(), "pool " + name + ": called " + plain + " here; names are of letters, digits, _ . and -");
        }
        return plain;
    }

    private String free(String wanted) {
        String name = wanted;
        for (int i = 2; !names.add(name); i++) {
            name = wanted + "-" + i;
        }
        return name;
    }

    // ---- what is written --------------------------------------------------------------------------------------------

    /// One of them, as it stands in `stack.yml`.
    ///
    /// @param proxies hosts of the proxies
    /// @param hint what some client uses it for; null for nothing known
    Blueprint.Cache cache(CacheDraft draft, List<String> proxies, @Nullable Kind hint) {
        List<Server> files = files(draft);
        String path = "caches." + draft.name();
        List<Blueprint.Shard> shards = shards(draft);
        List<String> groups = shards.stream().map(Blueprint.Shard::group).toList();
        RedisSettings redis = new RedisSettings(draft.name(), groups, files, notes);
        hasPassword |= redis.hasPassword();
        PoolSettings pool = new PoolSettings(draft, hosts, notes);
        Kind kind = kind(draft, hint, redis);
        int replicas =
                shards.stream().mapToInt(shard -> shard.servers().size()).min().orElse(1) - 1;
        int listen = pool.port();
        if (listen == 0) {
            listen = FIRST_FREE_PORT;
            while (!listens.add(listen)) {
                listen++;
            }
            notes.remark(path + ".listen", "a guess: no pool of the files has these servers");
        }
        if (!redis.isKnown()) {
            notes.remark(
                    path + ".kind",
                    "no redis.conf of it was among the files: its servers will have what this kind has");
        } else if (redis.databases() == 1) {
            notes.remark(path + ".databases", "as it was; Magento selects others, too: cobnut doctor --explain R02");
        }
        return new Blueprint.Cache(
                draft.name(),
                kind,
                shards,
                listen,
                pool.bind(proxies),
                redis.memoryBytes(),
                redis.isKnown() ? redis.persistence() : kind.persistence(),
                redis.isKnown() ? redis.eviction() : kind.eviction(),
                redis.isKnown() ? redis.minReplicas(replicas) : kind.minReplicas(replicas),
                redis.databases(),
                pool.users(),
                pool.settings(),
                redis.directives(),
                0);
    }

    /// Those of masters first.
    private static List<Server> files(CacheDraft draft) {
        List<Server> files = new ArrayList<>();
        draft.shards().keySet().forEach(family -> files.addAll(family.files()));
        List<Server> sorted = new ArrayList<>(
                files.stream().filter(file -> file.master() == null).toList());
        files.stream().filter(file -> file.master() != null).forEach(sorted::add);
        return sorted;
    }

    private List<Blueprint.Shard> shards(CacheDraft draft) {
        List<Blueprint.Shard> shards = new ArrayList<>();
        int count = draft.shards().size();
        for (Map.Entry<Family, List<Pool.Entry>> each : draft.shards().entrySet()) {
            Family family = each.getKey();
            String otherwise = count == 1 ? draft.name() : draft.name() + "-" + (shards.size() + 1);
            String group = family.group() == null ? otherwise : family.group();
            List<Blueprint.Place> servers =
                    family.servers().stream().map(hosts::place).toList();
            Pool.Entry line = line(family, each.getValue());
            if (each.getValue().size() > 1) {
                several(draft, family, group, each.getValue(), line, count);
            } else if (line != null && count == 1 && !line.ringName().equals(group) && isNamed(line)) {
                notes.add(
                        line.at(),
                        "name " + line.ringName() + " of the only shard of " + draft.name()
                                + ": it places no key; statistics call it " + group + " from now on");
            }
            if (family.group() == null && !facts.sentinels().isEmpty() && line != null) {
                notes.add(
                        line.at(),
                        "server " + line.address() + ": no sentinel.conf watches it; from stack.yml they will, as "
                                + group);
            }
            shards.add(new Blueprint.Shard(
                    line == null || count == 1 ? group : line.ringName(),
                    group,
                    line == null || count == 1 ? 1 : line.weight(),
                    servers));
        }
        return shards;
    }

    private static boolean isNamed(Pool.Entry line) {
        NodeAddress.Tcp address = line.address();
        return address == null
                || !line.ringName().equals(address.toString())
                        && !line.ringName().equals(address.host());
    }

    /// The line that says where on the ring a family is: its master's, else the first.
    private Pool.@Nullable Entry line(Family family, List<Pool.Entry> lines) {
        for (Pool.Entry line : lines) {
            if (line.address() != null
                    && hosts.address(line.address()).equals(family.servers().getFirst())) {
                return line;
            }
        }
        return lines.isEmpty() ? null : lines.getFirst();
    }

    /// Processes of one family that a pool lists as if each were a shard.
    private void several(
            CacheDraft draft,
            Family family,
            String group,
            List<Pool.Entry> lines,
            Pool.@Nullable Entry kept,
            int shards) {
        Set<String> rings = new LinkedHashSet<>();
        lines.forEach(line -> rings.add(line.ringName()));
        String what = lines.size() + " servers that the pool " + draft.name() + " lists as shards are one master, "
                + family.servers().getFirst() + ", and its replicas: one shard, " + group;
        if (rings.size() > 1) {
            what += "; keys that were sent to a replica go to the master now";
        } else if (!rings.contains(group)) {
            what += ", which the file calls " + rings.iterator().next();
        }
        for (Pool.Entry line : lines) {
            notes.add(line.at(), what);
            if (shards > 1 && kept != null && line.weight() != kept.weight()) {
                notes.add(
                        line.at(),
                        "weight " + line.weight() + ": left out; the shard has that of its master, " + kept.weight());
            }
        }
    }

    // ---- what it is for ---------------------------------------------------------------------------------------------

    private Kind kind(CacheDraft draft, @Nullable Kind hint, RedisSettings redis) {
        Kind kind = hint == null ? byName(draft) : hint;
        String path = "caches." + draft.name() + ".kind";
        if (kind == null) {
            boolean isCache = redis.isKnown()
                    && redis.eviction().name().startsWith("ALLKEYS")
                    && redis.persistence() != Kind.Persistence.AOF;
            kind = isCache && draft.shards().size() == 1 ? Kind.CACHE : Kind.PLAIN;
            notes.remark(path, isCache ? "by its settings" : "nothing says what it is for");
        } else if (kind != Kind.SESSION && draft.shards().size() > 1) {
            notes.remark(
                    path,
                    "a cache, by its name; with several shards Magento's tags would not hold, so it is plain here");
            kind = Kind.PLAIN;
        }
        return kind;
    }

    private static @Nullable Kind byName(CacheDraft draft) {
        List<String> names = new ArrayList<>(List.of(draft.name()));
        draft.shards().forEach((family, lines) -> {
            names.add(String.valueOf(family.name()));
            lines.forEach(line -> names.add(line.ringName()));
        });
        for (String name : names) {
            switch (dev.cobnut.doctor.Kind.of(name)) {
                case SESSION -> {
                    return Kind.SESSION;
                }
                case CACHE -> {
                    String lower = name.toLowerCase(Locale.ROOT);
                    return lower.contains("page") || lower.contains("fpc") ? Kind.PAGE_CACHE : Kind.CACHE;
                }
                case UNKNOWN -> {}
            }
        }
        return null;
    }
}

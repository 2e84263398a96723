package dev.cobnut.blueprint;

import dev.cobnut.config.EnumWord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What follows from a blueprint, for people: each host's processes and memory, what it survives, and what is doubtful.
/// Pure.
public final class PlanReport {
    private static final long GIB = 1L << 30;

    private final Blueprint blueprint;

    public PlanReport(Blueprint blueprint) {
        this.blueprint = blueprint;
    }

    /// One row for each process: host, what, port, memory, note.
    public List<String[]> rows() {
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {"host", "address", "service", "port", "memory", "note"});
        for (Blueprint.Host host : blueprint.hosts()) {
            String name = host.name();
            String address = host.address();
            for (Blueprint.Service process : blueprint.processes()) {
                if (process.host().equals(host.name())) {
                    rows.add(new String[] {
                        name, address, process.title(), Integer.toString(process.port()), memory(process), note(process)
                    });
                    name = "";
                    address = "";
                }
            }
            if (!name.isEmpty()) {
                rows.add(new String[] {name, address, "-", "-", "-", "nothing runs there"});
            }
        }
        return rows;
    }

    /// The same for programs: each process with its host, address, service, port, memory in bytes (null without a limit, or
    /// when it is no server) and note.
    public List<Map<String, @Nullable Object>> services() {
        List<Map<String, @Nullable Object>> services = new ArrayList<>();
        for (Blueprint.Service process : blueprint.processes()) {
            long bytes =
                    process instanceof Blueprint.Redis redis ? redis.cache().memoryBytes() : 0;
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            fields.put("host", process.host());
            fields.put("address", blueprint.host(process.host()).address());
            fields.put("service", process.title());
            fields.put("port", process.port());
            fields.put("memory", bytes == 0 ? null : bytes);
            fields.put("note", note(process));
            services.add(fields);
        }
        return services;
    }

    /// How much it may hold, for people; `-` for what is no server.
    public static String memory(Blueprint.Service process) {
        if (!(process instanceof Blueprint.Redis redis)) {
            return "-";
        }
        return redis.cache().memoryBytes() == 0
                ? "no limit"
                : size(redis.cache().memoryBytes());
    }

    private static String note(Blueprint.Service process) {
        return switch (process) {
            case Blueprint.Redis redis -> {
                Blueprint.Cache cache = redis.cache();
                yield (redis.isFirstMaster()
                                ? "first master"
                                : "replica of " + redis.master().host()) + ", "
                        + EnumWord.of(cache.kind()) + ": " + saved(cache.persistence()) + ", "
                        + EnumWord.of(cache.eviction())
                        + (cache.minReplicas() > 0 ? ", min-replicas " + cache.minReplicas() : "");
            }
            case Blueprint.Pool pool ->
                "pool " + pool.cache().name() + ", "
                        + counted(pool.cache().shards().size(), "shard", "shards");
            case Blueprint.Sentinel _, Blueprint.Statistics _ -> "";
        };
    }

    private static String saved(Kind.Persistence persistence) {
        return switch (persistence) {
            case NONE -> "not saved";
            case RDB -> "dumps";
            case AOF -> "append-only file";
        };
    }

    /// A number of bytes in the largest unit that leaves a whole number.
    public static String size(long bytes) {
        List<String> units = List.of("B", "KB", "MB", "GB", "TB");
        int unit = 0;
        long left = bytes;
        while (left > 0 && left % 1024 == 0 && unit < units.size() - 1) {
            left /= 1024;
            unit++;
        }
        return left + " " + units.get(unit);
    }

    /// One sentence on all of it.
    public String summary() {
        Blueprint.Sentinels sentinels = blueprint.sentinels();
        Blueprint.Proxies proxies = blueprint.proxies();
        return "stack " + blueprint.name() + ": "
                + counted(blueprint.hosts().size(), "host", "hosts") + ", "
                + counted(blueprint.caches().size(), "cache", "caches") + ", "
                + counted(blueprint.redises().size(), "server", "servers") + ", "
                + counted(sentinels == null ? 0 : sentinels.hosts().size(), "Sentinel", "Sentinels") + ", "
                + counted(proxies == null ? 0 : proxies.hosts().size(), "proxy", "proxies");
    }

    private static String counted(int count, String one, String many) {
        return (count == 0 ? "no" : Integer.toString(count)) + " " + (count == 1 ? one : many);
    }

    /// What is doubtful, each with its reason.
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        if (blueprint.secrets().redis() == null) {
            warnings.add(
                    "no password of the servers: whoever reaches their ports reads and changes everything; passwords:"
                            + " redis says where one is, or a firewall lets nobody but the stack in");
        }
        sentinelWarnings(warnings);
        cacheWarnings(warnings);
        memoryWarnings(warnings);
        Blueprint.Proxies proxies = blueprint.proxies();
        if (proxies != null && proxies.hosts().size() == 1) {
            warnings.add("one proxy only: when " + proxies.hosts().getFirst() + " dies, clients reach nothing");
        }
        blueprint.clients().forEach(client -> clientWarnings(client, warnings));
        return warnings;
    }

    /// Sessions of Magento 2 log in with a password alone, which is that of the user `default`.
    private void clientWarnings(Blueprint.Client client, List<String> warnings) {
        for (Blueprint.Cache cache : blueprint.caches()) {
            if (client.kind() == Blueprint.ClientKind.MAGENTO2
                    && cache.name().equals(client.session())
                    && !cache.users().isEmpty()
                    && cache.users().stream().noneMatch(user -> user.startsWith("default "))) {
                warnings.add(
                        "client " + client.name() + ": sessions of Magento 2 know no user names, and no user of cache "
                                + cache.name() + " is called default: it could not log in");
            }
        }
    }

    private void sentinelWarnings(List<String> warnings) {
        Blueprint.Sentinels sentinels = blueprint.sentinels();
        if (sentinels == null) {
            warnings.add("no Sentinels: nobody makes a replica master when one dies");
            return;
        }
        if (sentinels.hosts().size() < 3) {
            warnings.add("fewer than three Sentinels: none of them may fail");
        }
        if (sentinels.quorum() == 1 && sentinels.hosts().size() > 1) {
            warnings.add("quorum 1: one Sentinel with a bad network begins failovers of healthy masters");
        }
        if (sentinels.downAfterMillis() < 1_500) {
            warnings.add("down_after " + sentinels.downAfterMillis() + " ms: after a switch a Sentinel may take 1 s to"
                    + " connect to the new master, and would take it for dead; 2 s is quiet");
        }
    }

    private void cacheWarnings(List<String> warnings) {
        for (Blueprint.Cache cache : blueprint.caches()) {
            int replicas = replicas(cache);
            String name = "cache " + cache.name() + ": ";
            if (replicas == 0) {
                warnings.add(name + "no replica: when its host dies, it is down");
            }
            if (cache.kind() == Kind.SESSION && cache.persistence() == Kind.Persistence.NONE) {
                warnings.add(name + "sessions that are not saved: a restart logs everybody out");
            }
            if (cache.persistence() == Kind.Persistence.NONE && replicas > 0) {
                warnings.add(
                        name + "not saved: a master that is restarted before it is replaced comes back empty, and its"
                                + " replicas throw away what they have; whoever restarts it has to wait for that, as the units of"
                                + " cobnut render do");
            }
            if (cache.memoryBytes() == 0) {
                warnings.add(name + "no memory: it grows until the host has none left");
            }
            boolean any = cache.eviction().name().startsWith("ALLKEYS");
            if (cache.kind() == Kind.SESSION && any) {
                warnings.add(name + EnumWord.of(cache.eviction()) + " throws sessions away that have not ended");
            }
            if (cache.minReplicas() > 0 && replicas - 1 < cache.minReplicas()) {
                warnings.add(name + "min_replicas " + cache.minReplicas() + " with " + replicas
                        + " replicas: after one failure it takes no writes");
            }
        }
    }

    /// Of the shard that has the fewest.
    private static int replicas(Blueprint.Cache cache) {
        return cache.shards().stream()
                        .mapToInt(shard -> shard.servers().size())
                        .min()
                        .orElse(1)
                - 1;
    }

    private void memoryWarnings(List<String> warnings) {
        for (Blueprint.Host host : blueprint.hosts()) {
            Long has = host.memoryBytes();
            long needed = 0;
            long largest = 0;
            for (Blueprint.Redis redis : blueprint.redises()) {
                if (redis.host().equals(host.name())) {
                    needed += redis.cache().memoryBytes();
                    boolean forks = redis.cache().persistence() != Kind.Persistence.NONE;
                    largest = Math.max(largest, forks ? redis.cache().memoryBytes() : 0);
                }
            }
            if (has != null && needed + largest > has) {
                warnings.add("host " + host.name() + " has " + gib(has) + ", and its servers may hold " + gib(needed)
                        + (largest > 0 ? ", and up to " + gib(largest) + " more while one saves" : ""));
            }
        }
    }

    private static String gib(long bytes) {
        return Math.ceilDiv(bytes * 10, GIB) / 10.0 + " GB";
    }
}

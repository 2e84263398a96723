package dev.cobnut.blueprint;

import dev.cobnut.config.EnumWord;
import dev.cobnut.config.YamlText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes a blueprint down as a `stack.yml`, in the order in which an operator would, and without what is so by default. What
/// is read from it again is the same blueprint. One thread.
public final class StackText {
    private final Blueprint blueprint;
    private final Map<String, String> remarks;
    private final StringBuilder text = new StringBuilder();

    private StackText(Blueprint blueprint, Map<String, String> remarks) {
        this.blueprint = blueprint;
        this.remarks = remarks;
    }

    /// The text.
    ///
    /// @param head lines of a comment above it
    /// @param remarks comments above single keys, by their paths
    public static String of(Blueprint blueprint, List<String> head, Map<String, String> remarks) {
        StackText writer = new StackText(blueprint, remarks);
        head.forEach(line -> writer.text.append("# ").append(printable(line)).append('\n'));
        writer.text.append('\n');
        writer.write();
        return writer.text.toString();
    }

    private void write() {
        line("", "stack", YamlText.quote(blueprint.name()));
        begin("hosts");
        for (Blueprint.Host host : blueprint.hosts()) {
            String address = YamlText.quote(host.address());
            Long memory = host.memoryBytes();
            line(
                    "hosts.",
                    host.name(),
                    memory == null ? address : "{address: " + address + ", memory: " + PlanReport.size(memory) + "}");
        }
        begin("caches");
        blueprint.caches().forEach(this::cache);
        sentinels();
        proxies();
        virtualIp();
        clients();
        Blueprint.Secrets secrets = blueprint.secrets();
        if (secrets.redis() != null || secrets.sentinel() != null || secrets.admin() != null) {
            begin("passwords");
            optional("passwords.", "redis", secrets.redis());
            optional("passwords.", "sentinel", secrets.sentinel());
            optional("passwords.", "admin", secrets.admin());
        }
    }

    // ---- caches -----------------------------------------------------------------------------------------------------

    private void cache(Blueprint.Cache cache) {
        String path = "caches." + cache.name() + ".";
        line("caches.", cache.name(), "");
        line(path, "kind", EnumWord.of(cache.kind()));
        shards(path, cache);
        line(
                path,
                "listen",
                cache.bind() == null
                        ? Integer.toString(cache.listen())
                        : YamlText.quote(at(cache.bind(), cache.listen())));
        if (cache.memoryBytes() > 0) {
            line(path, "memory", PlanReport.size(cache.memoryBytes()));
        }
        if (cache.persistence() != cache.kind().persistence()) {
            line(path, "persistence", EnumWord.of(cache.persistence()));
        }
        if (cache.eviction() != cache.kind().eviction()) {
            line(path, "eviction", EnumWord.of(cache.eviction()));
        }
        int replicas = cache.shards().stream()
                        .mapToInt(shard -> shard.servers().size())
                        .min()
                        .orElse(1)
                - 1;
        if (cache.minReplicas() != cache.kind().minReplicas(replicas)) {
            line(path, "min_replicas", Integer.toString(cache.minReplicas()));
        }
        if (cache.databases() != Defaults.DATABASES) {
            line(path, "databases", Integer.toString(cache.databases()));
        }
        if (!cache.users().isEmpty()) {
            line(path, "users", list(cache.users()));
        }
        settings(path, "pool", cache.pool());
        settings(path, "redis", cache.directives());
    }

    private void shards(String path, Blueprint.Cache cache) {
        Blueprint.Shard first = cache.shards().getFirst();
        int port = first.servers().getFirst().port();
        List<String> hosts =
                first.servers().stream().map(Blueprint.Place::host).distinct().toList();
        boolean isPlain = cache.shards().size() == 1
                && first.group().equals(cache.name())
                && hosts.size() == first.servers().size()
                && first.servers().stream().allMatch(place -> place.port() == port);
        if (isPlain) {
            line(path, "hosts", list(hosts));
            line(path, "port", Integer.toString(port));
            return;
        }
        line(path, "shards", "");
        for (Blueprint.Shard shard : cache.shards()) {
            String otherwise = cache.shards().size() == 1
                    ? cache.name()
                    : cache.name() + "-" + (cache.shards().indexOf(shard) + 1);
            List<String> parts = new ArrayList<>();
            if (cache.shards().size() > 1 || !shard.name().equals(shard.group())) {
                parts.add("name: " + YamlText.quote(shard.name()));
            }
            if (!shard.group().equals(otherwise)) {
                parts.add("master: " + YamlText.quote(shard.group()));
            }
            if (shard.weight() != 1) {
                parts.add("weight: " + shard.weight());
            }
            parts.add("servers: "
                    + list(shard.servers().stream()
                            .map(place -> at(place.host(), place.port()))
                            .toList()));
            text.append("      - {").append(String.join(", ", parts)).append("}\n");
        }
    }

    private void settings(String path, String key, List<Blueprint.Setting> settings) {
        if (settings.isEmpty()) {
            return;
        }
        line(path, key, "");
        Map<String, List<String>> values = new LinkedHashMap<>();
        settings.forEach(setting ->
                values.computeIfAbsent(setting.name(), _ -> new ArrayList<>()).add(setting.value()));
        values.forEach((name, all) -> line(
                path + key + ".", YamlText.quote(name), all.size() == 1 ? YamlText.quote(all.getFirst()) : list(all)));
    }

    // ---- everything else --------------------------------------------------------------------------------------------

    private void sentinels() {
        Blueprint.Sentinels sentinels = blueprint.sentinels();
        if (sentinels == null) {
            return;
        }
        begin("sentinels");
        line("sentinels.", "hosts", list(sentinels.hosts()));
        if (sentinels.port() != Defaults.SENTINEL_PORT) {
            line("sentinels.", "port", Integer.toString(sentinels.port()));
        }
        line("sentinels.", "quorum", Integer.toString(sentinels.quorum()));
        line("sentinels.", "down_after", time(sentinels.downAfterMillis()));
        line("sentinels.", "failover_timeout", time(sentinels.failoverTimeoutMillis()));
    }

    private static String time(int millis) {
        return millis % 1_000 == 0 ? millis / 1_000 + " s" : millis + " ms";
    }

    private void proxies() {
        Blueprint.Proxies proxies = blueprint.proxies();
        if (proxies != null) {
            begin("proxies");
            line("proxies.", "hosts", list(proxies.hosts()));
            if (proxies.stats() != Defaults.STATISTICS_PORT) {
                line("proxies.", "stats", Integer.toString(proxies.stats()));
            }
        }
    }

    private void virtualIp() {
        Blueprint.VirtualIp virtualIp = blueprint.virtualIp();
        if (virtualIp == null) {
            return;
        }
        begin("vip");
        line("vip.", "address", YamlText.quote(virtualIp.address()));
        line("vip.", "interface", YamlText.quote(virtualIp.networkInterface()));
        if (virtualIp.routerId() != Defaults.ROUTER_ID) {
            line("vip.", "router_id", Integer.toString(virtualIp.routerId()));
        }
        if (virtualIp.speaker() != Blueprint.Speaker.COBNUT) {
            line("vip.", "speaker", EnumWord.of(virtualIp.speaker()));
        }
        line("vip.", "hosts", list(virtualIp.hosts()));
    }

    private void clients() {
        if (blueprint.clients().isEmpty()) {
            return;
        }
        begin("clients");
        for (Blueprint.Client client : blueprint.clients()) {
            String path = "clients." + client.name() + ".";
            line("clients.", client.name(), "");
            line(path, "kind", EnumWord.of(client.kind()));
            optional(path, "cache", client.cache());
            optional(path, "page_cache", client.pageCache());
            optional(path, "session", client.session());
            line(path, "proxy", YamlText.quote(client.proxy()));
        }
    }

    // ---- lines ------------------------------------------------------------------------------------------------------

    private void begin(String key) {
        text.append('\n');
        line("", key, "");
    }

    private void optional(String path, String key, @Nullable String value) {
        if (value != null) {
            line(path, key, YamlText.quote(value));
        }
    }

    private void line(String path, String key, String value) {
        String indent = "  ".repeat(depth(path));
        String remark = remarks.get(path + key);
        if (remark != null) {
            text.append(indent).append("# ").append(printable(remark)).append('\n');
        }
        text.append(indent)
                .append(key)
                .append(value.isEmpty() ? ":" : ": ")
                .append(value)
                .append('\n');
    }

    /// Names of caches and clients may have dots, so the dots of a path do not say how deep it is.
    private static int depth(String path) {
        if (path.startsWith("caches.") && path.length() > "caches.".length()) {
            return path.endsWith(".pool.") || path.endsWith(".redis.") ? 3 : 2;
        }
        return path.isEmpty() ? 0 : path.startsWith("clients.") && path.length() > "clients.".length() ? 2 : 1;
    }

    private static String at(String host, int port) {
        return host + ":" + port;
    }

    private static String list(List<String> values) {
        return "[" + String.join(", ", values.stream().map(YamlText::quote).toList()) + "]";
    }

    private static String printable(String comment) {
        StringBuilder plain = new StringBuilder();
        comment.chars().forEach(c -> plain.append(YamlText.isOdd((char) c) ? '?' : (char) c));
        return plain.toString();
    }
}

package dev.cobnut.render;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.blueprint.Defaults;
import dev.cobnut.config.BadValue;
import dev.cobnut.config.HostPort;
import dev.cobnut.config.YamlText;
import dev.cobnut.topology.NodeAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The cobnut.yml of the proxy of one host. Proxies of all hosts have the same pools, so that any may take the place of any.
///
/// With Sentinels a shard is named by what they call it, and they say where its master is. Without them a shard is its master,
/// for ever. Passwords are named by their place.
public final class ProxyConf {
    private static final String ALL_ADDRESSES = "0.0.0.0";

    private ProxyConf() {}

    /// The file of a host.
    ///
    /// @param host one of those that have a proxy
    public static Rendered of(Blueprint blueprint, String host, Target target) {
        StringBuilder text = new StringBuilder();
        text.append("# The proxy on %s, of stack %s: written by cobnut.\n".formatted(host, blueprint.name()));
        if (blueprint.sentinels() != null) {
            text.append("sentinels:\n");
            for (Blueprint.Sentinel each : blueprint.watchers()) {
                text.append("  - ")
                        .append(YamlText.quote(blueprint.address(each).toString()))
                        .append('\n');
            }
            String place = blueprint.secrets().sentinel();
            if (place != null) {
                text.append("sentinel_password: ").append(YamlText.quote(place)).append('\n');
            }
            text.append('\n');
        }
        text.append("pools:\n");
        for (Blueprint.Cache cache : blueprint.caches()) {
            pool(blueprint, cache, host, text);
        }
        // Who has the SHA-256 of a short password has the password.
        boolean hashes = blueprint.caches().stream()
                .flatMap(cache -> cache.users().stream())
                .anyMatch(user -> user.contains(" #"));
        return new Rendered(host, target.proxy(host), text.toString(), Rendered.Keeper.COBNUT, hashes);
    }

    private static void pool(Blueprint blueprint, Blueprint.Cache cache, String host, StringBuilder text) {
        text.append("  ").append(YamlText.quote(cache.name())).append(":\n");
        settings(blueprint, cache, host).forEach((key, values) -> {
            if (values.size() == 1 && !key.equals("users")) {
                text.append("    %s: %s\n".formatted(YamlText.quote(key), YamlText.quote(values.getFirst())));
            } else {
                text.append("    %s:\n".formatted(YamlText.quote(key)));
                values.forEach(value ->
                        text.append("      - ").append(YamlText.quote(value)).append('\n'));
            }
        });
        if (blueprint.sentinels() != null && cache.shards().stream().noneMatch(shard -> isAddress(shard.name()))) {
            text.append("    shards:\n");
            for (Blueprint.Shard shard : cache.shards()) {
                text.append("      - name: ")
                        .append(YamlText.quote(shard.name()))
                        .append('\n');
                text.append("        master: ")
                        .append(YamlText.quote(shard.group()))
                        .append('\n');
                text.append("        weight: ").append(shard.weight()).append('\n');
            }
            return;
        }
        text.append("    servers:\n");
        for (Blueprint.Shard shard : cache.shards()) {
            int count = blueprint.sentinels() == null ? 1 : shard.servers().size();
            for (Blueprint.Place place : shard.servers().subList(0, count)) {
                String server = blueprint.address(place) + ":" + shard.weight() + " " + shard.name();
                text.append("      - ").append(YamlText.quote(server)).append('\n');
            }
        }
    }

    /// Of a shard that was never given a name it is the address that is hashed. Among `shards` there is no such name; as a
    /// list of its servers it can have it, and Sentinel is asked for the group that has them.
    private static boolean isAddress(String name) {
        return name.indexOf(':') >= 0;
    }

    /// All keys of a pool but its shards; the operator's own in place of ours, and an empty value for none.
    private static Map<String, List<String>> settings(Blueprint blueprint, Blueprint.Cache cache, String host) {
        Map<String, List<String>> settings = new LinkedHashMap<>();
        settings.put("listen", List.of(listen(blueprint, cache, host)));
        settings.put("hash_tag", List.of(Defaults.HASH_TAG));
        settings.put("preconnect", List.of("true"));
        String place = blueprint.secrets().redis();
        if (place != null) {
            settings.put("redis_auth", List.of(place));
        }
        if (!cache.users().isEmpty()) {
            settings.put("users", cache.users());
        }
        Map<String, List<String>> own = new LinkedHashMap<>();
        for (Blueprint.Setting each : cache.pool()) {
            boolean listens = each.name().equals("listen_reads");
            String value = listens ? listenReads(blueprint, host, each.value()) : each.value();
            own.computeIfAbsent(each.name(), _ -> new ArrayList<>()).add(value);
        }
        settings.putAll(own);
        // As with hash_tag of a pool that never had one: with ours, keys would move.
        settings.values().removeIf(values -> values.equals(List.of("")));
        return settings;
    }

    private static String listen(Blueprint blueprint, Blueprint.Cache cache, String host) {
        NodeAddress.Tcp address = blueprint.address(new Blueprint.Pool(cache, host, cache.listen()));
        String bind = cache.bind();
        String at = bind != null ? bind : isLoopback(address) ? address.host() : ALL_ADDRESSES;
        return new NodeAddress.Tcp(at, address.port()).toString();
    }

    /// The second address of a pool: as the file has it, but not where nobody else reaches the host.
    private static String listenReads(Blueprint blueprint, String host, String value) {
        try {
            NodeAddress.Tcp address = blueprint.address(
                    new Blueprint.Place(host, HostPort.parse(value).port()));
            return isLoopback(address) ? address.toString() : value;
        } catch (BadValue _) {
            return value; // a socket file, or what the proxy refuses
        }
    }

    /// A host that has such an address is this machine only, and so are its clients.
    private static boolean isLoopback(NodeAddress.Tcp address) {
        return IpLiteral.isLoopback(address.host());
    }
}

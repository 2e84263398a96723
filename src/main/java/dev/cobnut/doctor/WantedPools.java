package dev.cobnut.doctor;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.blueprint.Defaults;
import dev.cobnut.config.HoldSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The pools that follow from a stack.yml, for the rules that look at those of files. Pure.
final class WantedPools {
    private WantedPools() {}

    static List<Pool> of(Wanted wanted) {
        List<Pool> pools = new ArrayList<>();
        boolean bySentinel = wanted.blueprint().sentinels() != null;
        if (wanted.blueprint().proxies() != null) {
            wanted.blueprint().caches().forEach(cache -> pools.add(pool(wanted, cache, bySentinel)));
        }
        return pools;
    }

    private static Pool pool(Wanted wanted, Blueprint.Cache cache, boolean bySentinel) {
        String at = wanted.at(cache.line());
        Map<String, String> keys = new HashMap<>();
        cache.pool().forEach(setting -> keys.put(setting.name(), setting.value()));
        List<Setting> settings = cache.pool().stream()
                .map(each -> new Setting(each.name(), List.of(each.value()), at))
                .toList();
        List<Pool.Entry> servers = new ArrayList<>();
        for (Blueprint.Shard shard : cache.shards()) {
            servers.add(new Pool.Entry(
                    at,
                    bySentinel
                            ? null
                            : wanted.blueprint().address(shard.servers().getFirst()),
                    shard.weight(),
                    shard.name(),
                    shard.group()));
        }
        boolean ejects = keys.getOrDefault("auto_eject_hosts", "").equals("true");
        String hold = keys.getOrDefault("hold_millis_max", "");
        return new Pool(
                at,
                cache.name(),
                List.of(cache.listen()),
                Ring.words(
                        keys.getOrDefault("hash", ""),
                        keys.getOrDefault("hash_tag", Defaults.HASH_TAG),
                        keys.getOrDefault("distribution", "")),
                servers,
                true,
                ejects,
                hold.matches("\\d{1,9}")
                        ? Long.parseLong(hold)
                        : bySentinel && !ejects ? HoldSettings.DEFAULT_MILLIS : 0,
                bySentinel,
                new Settings(at, settings));
    }
}

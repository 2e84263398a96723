package dev.cobnut.adopt;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.blueprint.Defaults;
import dev.cobnut.config.PoolLine;
import dev.cobnut.config.Secret;
import dev.cobnut.doctor.Pool;
import dev.cobnut.doctor.Setting;
import dev.cobnut.topology.NodeAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The keys of a pool, as a cache has them. Of a pool that several proxies have, those of the first count. One thread.
final class PoolSettings {
    /// What others look for, and what follows from the rest.
    private static final Set<String> ELSEWHERE = Set.of(
            "listen", "redis", "redis_auth", "users", "sentinels", "sentinel_user", "sentinel_password", "pools");

    private final CacheDraft draft;
    private final Hosts hosts;
    private final Notes notes;
    private final @Nullable Pool pool;

    PoolSettings(CacheDraft draft, Hosts hosts, Notes notes) {
        this.draft = draft;
        this.hosts = hosts;
        this.notes = notes;
        this.pool = draft.pool();
    }

    /// Where clients connect to; 0 when no pool says it.
    int port() {
        for (Pool each : draft.pools()) {
            NodeAddress.Tcp listen = Hosts.parse(each.keys().text("listen", ""));
            if (listen != null) {
                return listen.port();
            }
            if (each.keys().has("listen")) {
                notes.add(
                        each.keys().at("listen"),
                        "listen " + each.keys().text("listen", "") + ": no place; a cache has a port. " + draft.name()
                                + " has one that is a guess");
            }
        }
        return 0;
    }

    /// The only address of the proxies that is listened at; null for all.
    ///
    /// @param proxies their hosts
    @Nullable
    String bind(List<String> proxies) {
        Set<String> binds = new LinkedHashSet<>();
        for (Pool each : draft.pools()) {
            NodeAddress.Tcp listen = Hosts.parse(each.keys().text("listen", ""));
            binds.add(listen == null || Hosts.isEverywhere(listen.host()) ? "" : listen.host());
        }
        if (binds.size() > 1) {
            draft.pools()
                    .forEach(each -> notes.add(
                            each.keys().at("listen"),
                            "listen " + each.keys().text("listen", "") + ": each proxy has an address of its own there;"
                                    + " from stack.yml all listen at all of theirs"));
            return null;
        }
        String only = binds.isEmpty() ? "" : binds.iterator().next();
        boolean isOfOneOfSeveral = proxies.size() > 1 && hosts.has(only) && proxies.contains(hosts.name(only));
        return only.isEmpty() || isOfOneOfSeveral ? null : only;
    }

    /// Who may log in.
    List<String> users() {
        List<String> users = new ArrayList<>();
        Setting said = pool == null ? null : pool.keys().last("users");
        if (said == null) {
            return users;
        }
        // Commas may separate them, too.
        for (String user : String.join(",", said.words()).split(",", -1)) {
            String[] words = user.strip().split(" +", -1);
            StringBuilder text = new StringBuilder(words[0]);
            for (int i = 1; i < words.length; i++) {
                boolean isHidden = words[i].startsWith("#")
                        || words[i].startsWith(">") && Secret.isElsewhere(words[i].substring(1));
                String place = "file:/etc/cobnut/password-" + words[0].replaceAll("[^A-Za-z0-9_-]", "-");
                text.append(' ').append(isHidden ? words[i] : ">" + place);
                if (!isHidden) {
                    notes.add(
                            said.at(),
                            "users: the password of " + words[0] + " is not copied; " + RedisSettings.elsewhere(place));
                }
            }
            if (words.length > 1) {
                users.add(text.toString());
            }
        }
        return users;
    }

    /// What is handed on as it is.
    List<Blueprint.Setting> settings() {
        List<Blueprint.Setting> settings = new ArrayList<>();
        if (pool == null) {
            return settings;
        }
        boolean hasSeveral = draft.shards().size() > 1;
        for (Setting key : pool.keys().all()) {
            if (!ELSEWHERE.contains(key.name()) && !key.words().isEmpty()) {
                key(key, settings);
            }
        }
        if (hasSeveral && pool.keys().last("hash_tag") == null) {
            settings.add(new Blueprint.Setting("hash_tag", ""));
            notes.remark("caches." + draft.name() + ".pool.hash_tag", "none, as it was; keys would move otherwise");
        }
        for (Pool other : draft.pools()) {
            for (Setting key : other.keys().all()) {
                boolean isOther = !Objects.equals(pool.keys().text(key.name(), ""), key.value());
                if (isOther
                        && !ELSEWHERE.contains(key.name())
                        && PoolLine.refusal(key.name(), key.value()) == null
                        && !PoolLine.isDefault(key.name(), key.value())) {
                    notes.add(
                            key.at(),
                            key.name() + " " + key.value()
                                    + ": left out; another proxy has another value, and all proxies are alike");
                }
            }
        }
        return settings;
    }

    private void key(Setting key, List<Blueprint.Setting> settings) {
        String name = key.name();
        String refusal = null;
        for (String word : key.words()) {
            refusal = refusal == null ? PoolLine.refusal(name, word) : refusal;
        }
        if (refusal != null) {
            notes.add(key.at(), refusal + ": left out");
        } else if (name.equals("client_connections")
                && pool != null
                && !pool.bySentinel()
                && !key.value().equals("0")) {
            notes.add(
                    key.at(),
                    "client_connections " + key.value()
                            + ": left out; nutcracker reads it and ignores it, and Cobnut would not");
        } else if (!isRendered(name, key.value())) {
            key.words().forEach(word -> settings.add(new Blueprint.Setting(name, word)));
        }
    }

    /// Whether a pool has this anyway when it is rendered.
    private static boolean isRendered(String name, String value) {
        return switch (name) {
            case "hash_tag" -> value.equals(Defaults.HASH_TAG);
            case "preconnect" -> value.equals("true");
            default -> PoolLine.isDefault(name, value);
        };
    }
}

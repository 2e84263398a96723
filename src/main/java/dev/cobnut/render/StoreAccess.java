package dev.cobnut.render;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.config.HoldSettings;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What a client has to know of one cache. Pure.
///
/// @param host of the proxies
/// @param port of the pool
/// @param database that nobody else uses in this cache, as long as there are enough of them
/// @param readTimeoutSeconds above what the pool lets requests wait for a master; a client that gives up first sees an error, and
///     sends once more
/// @param scripts whether scripts may be used: in front of several shards they would be refused
/// @param readsFrom where replicas answer, `HOST:PORT`; null for nowhere
/// @param login as whom it logs in; null for nobody
record StoreAccess(
        Blueprint.Cache cache,
        String host,
        int port,
        int database,
        int readTimeoutSeconds,
        boolean scripts,
        @Nullable String readsFrom,
        @Nullable Login login) {

    /// How a client logs in.
    ///
    /// @param user null for AUTH with a password only
    /// @param password null when it cannot be read here
    /// @param place where it is; empty when only its hash is known
    record Login(@Nullable String user, @Nullable String password, String place) {
        /// The password, or what stands in its place.
        String text() {
            return password == null ? PLACEHOLDER : password;
        }

        /// What to do about a password that is not there; null when it is.
        @Nullable
        String hint() {
            if (password != null) {
                return null;
            }
            return place.isEmpty()
                    ? "the password, of which stack.yml has only a hash, belongs here"
                    : "the password belongs here; it could not be read when this was written: " + place;
        }
    }

    /// In place of a password that is not known.
    static final String PLACEHOLDER = "PASSWORD";

    private static final String DEFAULT_USER = "default";
    private static final int MARGIN_SECONDS = 5;

    /// What a client keeps in a cache.
    enum Use {
        CACHE,
        PAGE_CACHE,
        SESSION;

        /// The cache that a client has for it; null for none.
        @Nullable
        String of(Blueprint.Client client) {
            return switch (this) {
                case CACHE -> client.cache();
                case PAGE_CACHE -> client.pageCache();
                case SESSION -> client.session();
            };
        }
    }

    /// Null when the client has no cache for it.
    static @Nullable StoreAccess of(Blueprint blueprint, Blueprint.Client client, Use use, SecretLookup secrets) {
        String name = use.of(client);
        for (Blueprint.Cache cache : blueprint.caches()) {
            if (cache.name().equals(name)) {
                return of(blueprint, client, cache, database(blueprint, client, use), secrets);
            }
        }
        return null;
    }

    static StoreAccess of(
            Blueprint blueprint, Blueprint.Client client, Blueprint.Cache cache, int database, SecretLookup secrets) {
        String bind = cache.bind();
        // Who listens at the loopback address is there for programs of the same host.
        String host = bind != null && IpLiteral.isLoopback(bind) ? bind : client.proxy();
        return new StoreAccess(
                cache,
                host,
                cache.listen(),
                Math.min(database, cache.databases() - 1),
                Math.ceilDiv(holdMillis(blueprint, cache), 1_000) + MARGIN_SECONDS,
                cache.shards().size() == 1,
                readsFrom(cache, host),
                login(blueprint, client, cache, secrets));
    }

    /// A flush empties a database: each use of each client gets one of its own, in the order of the file.
    private static int database(Blueprint blueprint, Blueprint.Client client, Use use) {
        int taken = 0;
        for (Blueprint.Client each : blueprint.clients()) {
            for (Use other : Use.values()) {
                if (each == client && other == use) {
                    return taken;
                }
                taken += Objects.equals(other.of(each), use.of(client)) ? 1 : 0;
            }
        }
        return taken;
    }

    private static @Nullable String setting(Blueprint.Cache cache, String name) {
        return cache.pool().stream()
                .filter(each -> each.name().equals(name))
                .map(Blueprint.Setting::value)
                .findFirst()
                .orElse(null);
    }

    /// The port of a pool's second address, if it has one that is no file.
    private static @Nullable String readsFrom(Blueprint.Cache cache, String host) {
        String listen = setting(cache, "listen_reads");
        return listen == null || listen.startsWith("/")
                ? null
                : host + listen.substring(Math.max(0, listen.lastIndexOf(':')));
    }

    /// How long the proxies let its requests wait for a master.
    private static int holdMillis(Blueprint blueprint, Blueprint.Cache cache) {
        String said = setting(cache, "hold_millis_max");
        if (said != null && said.matches("[0-9]{1,9}")) {
            return Integer.parseInt(said);
        }
        boolean ejects = "true".equals(setting(cache, "auto_eject_hosts"));
        return blueprint.sentinels() == null || ejects ? 0 : HoldSettings.DEFAULT_MILLIS;
    }

    /// A user of the pool that is called as the client, or as Redis calls whoever gives no name; else the first; else the
    /// password of the servers, which the proxies ask for, too.
    private static @Nullable Login login(
            Blueprint blueprint, Blueprint.Client client, Blueprint.Cache cache, SecretLookup secrets) {
        String chosen = null;
        for (String name : List.of(client.name(), DEFAULT_USER, "")) {
            for (String user : cache.users()) {
                if (chosen == null && (name.isEmpty() || user.startsWith(name + " "))) {
                    chosen = user;
                }
            }
        }
        if (chosen == null) {
            String place = blueprint.secrets().redis();
            return place == null ? null : new Login(null, secrets.at(place), place);
        }
        String[] words = chosen.split(" +", -1);
        String name = words[0].equals(DEFAULT_USER) ? null : words[0];
        for (String word : words) {
            if (word.startsWith(">")) {
                return new Login(name, secrets.at(word.substring(1)), word.substring(1));
            }
        }
        return new Login(name, null, "");
    }
}

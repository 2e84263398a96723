package dev.cobnut.render;

import dev.cobnut.blueprint.Blueprint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The parts of `app/etc/env.php` that name the caches, and the command that writes most of them. Pure.
///
/// No option is about Sentinel: the proxy follows it. Whole databases are flushed, so each store has its own.
final class Magento2 {
    private static final String BACKEND = "Magento\\Framework\\Cache\\Backend\\Redis";
    private static final String INDENT = "    ";

    private final Blueprint blueprint;
    private final Blueprint.Client client;
    private final @Nullable StoreAccess cache;
    private final @Nullable StoreAccess pageCache;
    private final @Nullable StoreAccess session;

    Magento2(Blueprint blueprint, Blueprint.Client client, SecretLookup secrets) {
        this.blueprint = blueprint;
        this.client = client;
        this.cache = StoreAccess.of(blueprint, client, StoreAccess.Use.CACHE, secrets);
        this.pageCache = StoreAccess.of(blueprint, client, StoreAccess.Use.PAGE_CACHE, secrets);
        this.session = StoreAccess.of(blueprint, client, StoreAccess.Use.SESSION, secrets);
    }

    boolean hasPassword() {
        for (StoreAccess each : stores()) {
            StoreAccess.Login login = each.login();
            if (login != null && login.password() != null) {
                return true;
            }
        }
        return false;
    }

    private List<StoreAccess> stores() {
        List<StoreAccess> stores = new ArrayList<>();
        for (StoreAccess each : new @Nullable StoreAccess[] {cache, pageCache, session}) {
            if (each != null) {
                stores.add(each);
            }
        }
        return stores;
    }

    // ---- env.php ----------------------------------------------------------------------------------------------------

    /// An array that env.php has to contain.
    String environment() {
        StringBuilder text =
                new StringBuilder("<?php\n").append(Heading.of(blueprint, "//")).append("""
                // These parts belong into app/etc/env.php. Keep the id_prefix that is there, if there is one.
                return [
                """);
        if (cache != null || pageCache != null) {
            line(text, 1, "'cache' => [");
            line(text, 2, "'frontend' => [");
            frontend(text, "default", cache);
            frontend(text, "page_cache", pageCache);
            line(text, 2, "],");
            line(text, 1, "],");
        }
        if (session != null) {
            line(text, 1, "'session' => [");
            line(text, 2, "'save' => 'redis',");
            line(text, 2, "'redis' => [");
            comments(text, session, 3);
            if (session.login() != null && session.login().user() != null) {
                comment(text, 3, "Magento's sessions know no user names: name a user of the pool default for them.");
            }
            options(text, sessionOptions(session), 3);
            line(text, 2, "],");
            line(text, 1, "],");
        }
        return text.append("];\n").toString();
    }

    private void frontend(StringBuilder text, String name, @Nullable StoreAccess store) {
        if (store == null) {
            return;
        }
        line(text, 3, quoted(name) + " => [");
        line(text, 4, "'id_prefix' => " + quoted(client.name().replaceAll("[^A-Za-z0-9]", "_") + "_") + ",");
        line(text, 4, "'backend' => " + quoted(BACKEND) + ",");
        line(text, 4, "'backend_options' => [");
        comments(text, store, 5);
        options(text, cacheOptions(store), 5);
        line(text, 4, "],");
        line(text, 3, "],");
    }

    private static void comments(StringBuilder text, StoreAccess store, int depth) {
        StoreAccess.Login login = store.login();
        String hint = login == null ? null : login.hint();
        if (hint != null) {
            comment(text, depth, hint);
        }
        if (!store.scripts()) {
            comment(
                    text,
                    depth,
                    "use_lua stays off: " + store.cache().name() + " has "
                            + store.cache().shards().size() + " shards");
        }
    }

    private static Map<String, String> cacheOptions(StoreAccess store) {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("server", store.host());
        options.put("port", Integer.toString(store.port()));
        options.put("database", Integer.toString(store.database()));
        login(options, store, true);
        options.put("timeout", "2.5");
        options.put("read_timeout", Integer.toString(store.readTimeoutSeconds()));
        options.put("connect_retries", "2");
        options.put("persistent", "");
        options.put("force_standalone", "0");
        options.put("compress_data", "1");
        options.put("use_lua", store.scripts() ? "1" : "0");
        if (store.readsFrom() != null) {
            options.put("load_from_slave", store.readsFrom());
            options.put("retry_reads_on_master", "1");
        }
        return options;
    }

    private static Map<String, String> sessionOptions(StoreAccess store) {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("host", store.host());
        options.put("port", Integer.toString(store.port()));
        options.put("database", Integer.toString(store.database()));
        login(options, store, false);
        options.put("timeout", "2.5");
        options.put("persistent_identifier", "");
        options.put("compression_threshold", "2048");
        options.put("compression_library", "gzip");
        options.put("log_level", "4");
        options.put("max_concurrency", "6");
        options.put("break_after_frontend", "5");
        options.put("break_after_adminhtml", "30");
        options.put("first_lifetime", "600");
        options.put("bot_first_lifetime", "60");
        options.put("bot_lifetime", "7200");
        options.put("disable_locking", "0");
        options.put("min_lifetime", "60");
        options.put("max_lifetime", "2592000");
        return options;
    }

    private static void login(Map<String, String> options, StoreAccess store, boolean knowsUsers) {
        StoreAccess.Login login = store.login();
        if (login != null) {
            if (login.user() != null && knowsUsers) {
                options.put("username", login.user());
            }
            options.put("password", login.text());
        }
    }

    private static void options(StringBuilder text, Map<String, String> options, int depth) {
        options.forEach((name, value) -> line(text, depth, quoted(name) + " => " + quoted(value) + ","));
    }

    private static void comment(StringBuilder text, int depth, String comment) {
        line(text, depth, "// " + comment);
    }

    private static void line(StringBuilder text, int depth, String line) {
        text.repeat(INDENT, depth).append(line).append('\n');
    }

    /// As PHP takes it literally.
    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    // ---- setup:config:set -------------------------------------------------------------------------------------------

    /// The command that writes most of it.
    String setup() {
        StringBuilder text = new StringBuilder("#!/bin/sh\n").append(Heading.of(blueprint, "#"));
        text.append("""
                # Run it in the shop's folder. It cannot set read_timeout, connect_retries and use_lua: those are in env.php.
                """);
        for (StoreAccess each : stores()) {
            String hint = each.login() == null ? null : each.login().hint();
            if (hint != null) {
                text.append("# ")
                        .append(each.cache().name())
                        .append(": ")
                        .append(hint)
                        .append('\n');
            }
        }
        text.append("bin/magento setup:config:set --no-interaction");
        setup(text, cache, "--cache-backend=redis", "--cache-backend-redis-", "server");
        setup(text, pageCache, "--page-cache=redis", "--page-cache-redis-", "server");
        setup(text, session, "--session-save=redis", "--session-save-redis-", "host");
        return text.append('\n').toString();
    }

    private static void setup(
            StringBuilder text, @Nullable StoreAccess store, String first, String prefix, String hostOption) {
        if (store == null) {
            return;
        }
        option(text, first);
        option(text, prefix + hostOption + "=" + RedisCli.shell(store.host()));
        option(text, prefix + "port=" + store.port());
        option(text, prefix + "db=" + store.database());
        if (store.login() != null) {
            option(text, prefix + "password=" + RedisCli.shell(store.login().text()));
        }
    }

    private static void option(StringBuilder text, String option) {
        text.append(" \\\n    ").append(option);
    }
}

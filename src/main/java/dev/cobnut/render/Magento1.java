package dev.cobnut.render;

import dev.cobnut.blueprint.Blueprint;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The parts of `app/etc/local.xml` that name the caches, for Magento 1 and OpenMage with Cm_Cache_Backend_Redis and
/// Cm_RedisSession. Pure.
///
/// Names differ between caches and sessions, and from Magento 2: `db`, not `database`, for sessions.
final class Magento1 {
    private static final String INDENT = "    ";

    private final Blueprint blueprint;
    private final @Nullable StoreAccess cache;
    private final @Nullable StoreAccess pageCache;
    private final @Nullable StoreAccess session;
    private final StringBuilder text = new StringBuilder();

    Magento1(Blueprint blueprint, Blueprint.Client client, SecretLookup secrets) {
        this.blueprint = blueprint;
        this.cache = StoreAccess.of(blueprint, client, StoreAccess.Use.CACHE, secrets);
        this.pageCache = StoreAccess.of(blueprint, client, StoreAccess.Use.PAGE_CACHE, secrets);
        this.session = StoreAccess.of(blueprint, client, StoreAccess.Use.SESSION, secrets);
    }

    boolean hasPassword() {
        List<@Nullable StoreAccess> stores = new ArrayList<>();
        stores.add(cache);
        stores.add(pageCache);
        stores.add(session);
        for (StoreAccess each : stores) {
            if (each != null && each.login() != null && each.login().password() != null) {
                return true;
            }
        }
        return false;
    }

    /// A file that local.xml has to contain.
    String text() {
        text.setLength(0);
        text.append("<?xml version=\"1.0\"?>\n");
        comment(0, Heading.text(blueprint));
        comment(0, "These parts belong into app/etc/local.xml.");
        text.append("<config>\n    <global>\n");
        store("cache", cache);
        store("full_page_cache", pageCache);
        if (session != null) {
            comment(2, "Where the module Cm_RedisSession replaces sessions in the database, session_save is db.");
            element(2, "session_save", "redis");
            text.append("        <redis_session>\n");
            hints(session, 3);
            element(3, "host", session.host());
            element(3, "port", Integer.toString(session.port()));
            login(session, 3);
            element(3, "timeout", "2.5");
            element(3, "persistent", "");
            element(3, "db", Integer.toString(session.database()));
            element(3, "compression_threshold", "2048");
            element(3, "compression_lib", "gzip");
            element(3, "log_level", "4");
            element(3, "max_concurrency", "6");
            element(3, "break_after_frontend", "5");
            element(3, "break_after_adminhtml", "30");
            element(3, "first_lifetime", "600");
            element(3, "bot_first_lifetime", "60");
            element(3, "bot_lifetime", "7200");
            element(3, "disable_locking", "0");
            element(3, "min_lifetime", "60");
            element(3, "max_lifetime", "2592000");
            text.append("        </redis_session>\n");
        }
        return text.append("    </global>\n</config>\n").toString();
    }

    private void store(String name, @Nullable StoreAccess store) {
        if (store == null) {
            return;
        }
        text.append(INDENT.repeat(2)).append('<').append(name).append(">\n");
        element(3, "backend", "Cm_Cache_Backend_Redis");
        text.append("            <backend_options>\n");
        hints(store, 4);
        element(4, "server", store.host());
        element(4, "port", Integer.toString(store.port()));
        element(4, "database", Integer.toString(store.database()));
        login(store, 4);
        element(4, "timeout", "2.5");
        element(4, "read_timeout", Integer.toString(store.readTimeoutSeconds()));
        element(4, "connect_retries", "2");
        element(4, "persistent", "");
        element(4, "force_standalone", "0");
        element(4, "compress_data", "1");
        element(4, "use_lua", store.scripts() ? "1" : "0");
        if (store.readsFrom() != null) {
            element(4, "load_from_slave", store.readsFrom());
            element(4, "retry_reads_on_master", "1");
        }
        text.append("            </backend_options>\n");
        text.append(INDENT.repeat(2)).append("</").append(name).append(">\n");
    }

    private void hints(StoreAccess store, int depth) {
        StoreAccess.Login login = store.login();
        String hint = login == null ? null : login.hint();
        if (hint != null) {
            comment(depth, hint);
        }
        if (!store.scripts()) {
            comment(
                    depth,
                    "use_lua stays off: " + store.cache().name() + " has "
                            + store.cache().shards().size() + " shards");
        }
    }

    private void login(StoreAccess store, int depth) {
        StoreAccess.Login login = store.login();
        if (login != null) {
            if (login.user() != null) {
                element(depth, "username", login.user());
            }
            element(depth, "password", login.text());
        }
    }

    private void element(int depth, String name, String value) {
        text.append(INDENT.repeat(depth)).append('<').append(name).append('>');
        text.append(value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"));
        text.append("</").append(name).append(">\n");
    }

    /// Two hyphens would end it.
    private void comment(int depth, String comment) {
        text.append(INDENT.repeat(depth))
                .append("<!-- ")
                .append(comment.replace("--", "- -"))
                .append(" -->\n");
    }
}

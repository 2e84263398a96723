package dev.cobnut.adopt;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.blueprint.Kind;
import dev.cobnut.doctor.Facts;
import dev.cobnut.doctor.Setting;
import dev.cobnut.doctor.Store;
import dev.cobnut.topology.NodeAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The shops of a stack, one for each env.php or local.xml: which of their stores is which cache. One thread.
final class Shops {
    private static final Set<String> QUIET = Set.of("server", "host", "port");

    private final Facts facts;
    private final Hosts hosts;
    private final Notes notes;

    Shops(Facts facts, Hosts hosts, Notes notes) {
        this.facts = facts;
        this.hosts = hosts;
        this.notes = notes;
    }

    /// The cache that a store of a shop is; null when none of them is.
    @Nullable
    CacheDraft draft(Store store, List<CacheDraft> drafts) {
        String master = store.options().text("sentinel_master", "");
        for (CacheDraft draft : drafts) {
            boolean isPool =
                    draft.pools().stream().anyMatch(pool -> pool.ports().contains(store.port()));
            boolean isMaster = draft.shards().keySet().stream().anyMatch(family -> master.equals(family.group()));
            if (master.isEmpty() ? isPool : isMaster) {
                return draft;
            }
        }
        NodeAddress.Tcp server = hosts.address(new NodeAddress.Tcp(store.host(), store.port()));
        return drafts.stream()
                .filter(draft -> draft.shards().keySet().stream().anyMatch(family -> family.has(server)))
                .findFirst()
                .orElse(null);
    }

    /// What a shop uses a cache for; null when none does.
    @Nullable
    Kind hint(CacheDraft draft, List<CacheDraft> drafts) {
        for (Store store : facts.stores()) {
            if (draft(store, drafts) == draft) {
                return kind(store);
            }
        }
        return null;
    }

    private static Kind kind(Store store) {
        return store.name().contains("session")
                ? Kind.SESSION
                : store.name().contains("page") ? Kind.PAGE_CACHE : Kind.CACHE;
    }

    /// All shops.
    ///
    /// @param proxy the address at which a shop finds the proxies if its file does not say it
    List<Blueprint.Client> clients(List<CacheDraft> drafts, @Nullable String proxy) {
        Map<String, List<Store>> files = new LinkedHashMap<>();
        facts.stores()
                .forEach(store -> files.computeIfAbsent(Hosts.fileOf(store.at()), _ -> new ArrayList<>())
                        .add(store));
        List<Blueprint.Client> clients = new ArrayList<>();
        files.forEach((file, stores) -> {
            String name = clients.isEmpty() ? "shop" : "shop-" + (clients.size() + 1);
            Blueprint.Client client = client(name, file, stores, drafts, proxy);
            Blueprint.Client again = clients.stream()
                    .filter(other -> other.kind() == client.kind()
                            && String.valueOf(other.cache()).equals(String.valueOf(client.cache()))
                            && String.valueOf(other.pageCache()).equals(String.valueOf(client.pageCache()))
                            && String.valueOf(other.session()).equals(String.valueOf(client.session()))
                            && other.proxy().equals(client.proxy()))
                    .findFirst()
                    .orElse(null);
            if (again == null) {
                clients.add(client);
            }
        });
        return clients;
    }

    private Blueprint.Client client(
            String name, String file, List<Store> stores, List<CacheDraft> drafts, @Nullable String proxy) {
        Map<Kind, String> caches = new LinkedHashMap<>();
        String found = null;
        for (Store store : stores) {
            CacheDraft draft = draft(store, drafts);
            if (draft == null) {
                notes.add(
                        store.at(),
                        store.name() + ": " + store.host() + ":" + store.port()
                                + " is no pool and no server of these files");
            } else {
                String other = caches.putIfAbsent(kind(store), draft.name());
                if (other != null && !other.equals(draft.name())) {
                    notes.add(store.at(), store.name() + ": left out; the shop has " + other + " for that");
                }
                boolean isByProxy =
                        draft.pools().stream().anyMatch(pool -> pool.ports().contains(store.port()))
                                && store.options().text("sentinel_master", "").isEmpty();
                if (!isByProxy) {
                    notes.add(store.at(), store.name() + ": goes to Redis itself; from stack.yml it goes to a proxy");
                } else if (found == null && store.host().matches("[A-Za-z0-9_.:-]+")) {
                    found = store.host();
                }
            }
            store.options().all().forEach(option -> option(store, option));
        }
        String at = found != null ? found : proxy;
        if (at == null) {
            notes.remark("clients." + name + ".proxy", "a guess: no file says where the proxies are");
            at = Hosts.LOOPBACK;
        }
        return new Blueprint.Client(
                name,
                file.endsWith(".xml") ? Blueprint.ClientKind.MAGENTO1 : Blueprint.ClientKind.MAGENTO2,
                caches.get(Kind.CACHE),
                caches.get(Kind.PAGE_CACHE),
                caches.get(Kind.SESSION),
                at,
                0);
    }

    private void option(Store store, Setting option) {
        String name = option.name();
        if (QUIET.contains(name) || option.value().isEmpty()) {
            return;
        }
        String what = store.name() + " ";
        if (name.contains("password")) {
            notes.add(option.at(), RedisSettings.SERVERS_PASSWORD);
        } else if (name.contains("sentinel")) {
            notes.add(option.at(), what + name + ": left out; the proxy follows the Sentinels");
        } else if (name.startsWith("load_from_slave")) {
            notes.add(
                    option.at(), what + name + ": left out; pool: listen_reads has proxies answer reads from replicas");
        } else {
            notes.add(option.at(), what + name + ": no place; compare it with what is rendered for the shop");
        }
    }
}

package dev.cobnut.adopt;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.blueprint.Blueprint.Speaker;
import dev.cobnut.blueprint.Defaults;
import dev.cobnut.doctor.Facts;
import dev.cobnut.doctor.Pool;
import dev.cobnut.doctor.Setting;
import dev.cobnut.doctor.Store;
import dev.cobnut.doctor.VirtualRouter;
import dev.cobnut.topology.NodeAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Where proxies are, and the address that moves between them. One thread.
final class Proxies {
    private static final String UNKNOWN = "proxy";

    /// What every rendered keepalived.conf or vip.yml says, and what is found elsewhere.
    private static final Set<String> QUIET = Set.of(
            "state",
            "interface",
            "virtual_router_id",
            "router_id",
            "priority",
            "advert_int",
            "unicast_src_ip",
            "source",
            "peers",
            "addresses",
            "checks",
            "global_defs/router_id");

    private static final Set<String> SECRETS = Set.of("authentication/auth_pass", "password");

    /// What a rendered vip.yml says, too, as long as it is the same.
    private static final Map<String, String> RENDERED = Map.of(
            "preempt", "false",
            "version", "3",
            "interval", "1 s",
            "check", "interval: 1 s timeout: 1 s rise: 2 fall: 2");

    /// What a `cobnut vip` asks of its own host; a rendered one asks all that can be asked there.
    private static final Pattern OWN_CHECK =
            Pattern.compile("(ping |get http://)(127\\.0\\.0\\.1|\\[::1]|localhost):.*");

    private static final Set<String> QUIET_BLOCKS =
            Set.of("unicast_peer", "virtual_ipaddress", "track_script", "authentication");

    private final Facts facts;
    private final Hosts hosts;
    private final Notes notes;

    Proxies(Facts facts, Hosts hosts, Notes notes) {
        this.facts = facts;
        this.hosts = hosts;
        this.notes = notes;
    }

    /// Takes in what the folders of proxies and of routers are called whose address stands in their files.
    void learn() {
        for (VirtualRouter router : facts.routers()) {
            if (!router.source().isEmpty()) {
                hosts.learn(hosts.folder(router.file()), router.source());
            }
        }
        for (Pool pool : facts.pools()) {
            NodeAddress.Tcp listen = Hosts.parse(pool.keys().text("listen", ""));
            if (listen != null && !Hosts.isEverywhere(listen.host()) && !isMoving(listen.host())) {
                hosts.learn(hosts.folder(Hosts.fileOf(pool.at())), listen.host());
            }
        }
    }

    /// On which hosts there are proxies; null without any.
    Blueprint.@Nullable Proxies proxies() {
        if (facts.pools().isEmpty()) {
            return null;
        }
        Set<String> on = new LinkedHashSet<>();
        Set<String> asked = new LinkedHashSet<>();
        for (Pool pool : facts.pools()) {
            String file = Hosts.fileOf(pool.at());
            if (asked.add(file)) {
                String host = host(file);
                if (host != null) {
                    on.add(hosts.name(host));
                }
            }
        }
        if (on.isEmpty()) {
            routers().forEach(router -> {
                String host = host(router);
                if (host != null) {
                    on.add(hosts.name(host));
                }
            });
        }
        if (on.isEmpty()) {
            String host = stored();
            on.add(hosts.name(host == null ? UNKNOWN : host));
            notes.remark(
                    "proxies.hosts",
                    host == null
                            ? "no file says where the proxies are: put their hosts here"
                            : "where a shop finds them");
            if (host == null) {
                notes.remark("hosts." + hosts.name(UNKNOWN), "no file says its address");
            }
        }
        return new Blueprint.Proxies(List.copyOf(on), Defaults.STATISTICS_PORT, 0);
    }

    /// By the folder of the file, else by an address that its pools listen at, else by a keepalived.conf beside it.
    private @Nullable String host(String file) {
        String folder = hosts.folder(file);
        if (folder != null) {
            return folder;
        }
        for (Pool pool : facts.pools()) {
            NodeAddress.Tcp listen = Hosts.parse(pool.keys().text("listen", ""));
            if (Hosts.fileOf(pool.at()).equals(file)
                    && listen != null
                    && !Hosts.isEverywhere(listen.host())
                    && !isMoving(listen.host())) {
                return listen.host();
            }
        }
        for (VirtualRouter router : facts.routers()) {
            if (Objects.equals(Path.of(router.file()).getParent(), Path.of(file).getParent())) {
                return host(router);
            }
        }
        return null;
    }

    private @Nullable String host(VirtualRouter router) {
        return router.source().isEmpty() ? hosts.folder(router.file()) : router.source();
    }

    /// The host that a shop is told for a port that a pool listens at, and that no router moves.
    private @Nullable String stored() {
        for (Store store : facts.stores()) {
            boolean isPool =
                    facts.pools().stream().anyMatch(pool -> pool.ports().contains(store.port()));
            if (isPool
                    && !store.host().isEmpty()
                    && !isMoving(store.host())
                    && store.host().matches("[A-Za-z0-9_.:-]+")) {
                return store.host();
            }
        }
        return null;
    }

    private boolean isMoving(String host) {
        return facts.routers().stream()
                .flatMap(router -> router.addresses().stream())
                .anyMatch(address -> address.replaceFirst("/.*", "").equals(host));
    }

    // ---- the address that moves -------------------------------------------------------------------------------------

    /// Those with addresses, the one that has them when all is well first.
    private List<VirtualRouter> routers() {
        return facts.routers().stream()
                .filter(router -> !router.addresses().isEmpty())
                .sorted(Comparator.comparingInt(VirtualRouter::priority).reversed())
                .toList();
    }

    /// The address that moves; null without one.
    ///
    /// @param proxies null for none
    Blueprint.@Nullable VirtualIp virtualIp(Blueprint.@Nullable Proxies proxies) {
        List<VirtualRouter> routers = routers();
        if (routers.isEmpty()) {
            return null;
        }
        VirtualRouter first = routers.getFirst();
        String address = first.addresses().getFirst();
        List<String> on = new ArrayList<>();
        for (VirtualRouter router : routers) {
            if (router.id() != first.id() || !router.addresses().contains(address)) {
                notes.add(
                        router.at(),
                        "virtual router " + router.name() + ": left out; one address that moves has a place, "
                                + address);
                continue;
            }
            router.addresses().stream()
                    .filter(other -> !other.equals(address))
                    .forEach(other -> notes.add(
                            router.at(), "virtual address " + other + ": left out; one has a place, " + address));
            String host = host(router);
            if (host != null && !on.contains(hosts.name(host))) {
                on.add(hosts.name(host));
            }
            leftOver(router);
        }
        if (on.isEmpty() && proxies != null) {
            on.addAll(proxies.hosts());
        } else if (on.isEmpty()) {
            on.add(hosts.name(UNKNOWN));
            notes.remark("vip.hosts", "no file says which hosts keep it");
        }
        String carrier = first.networkInterface();
        if (carrier.isEmpty()) {
            notes.remark("vip.interface", "a guess: the files name none");
        }
        boolean hasId = first.id() >= 1 && first.id() <= 255;
        return new Blueprint.VirtualIp(
                address.indexOf('/') < 0 ? address + (address.indexOf(':') < 0 ? "/32" : "/128") : address,
                carrier.isEmpty() ? "eth0" : carrier,
                hasId ? first.id() : Defaults.ROUTER_ID,
                // It is there; who wants another one says so.
                first.speaker(),
                on,
                0);
    }

    private void leftOver(VirtualRouter router) {
        String file = router.speaker() == Speaker.COBNUT ? "vip.yml" : "keepalived.conf";
        for (Setting setting : router.settings().all()) {
            int slash = setting.name().indexOf('/');
            String block = setting.name().substring(0, Math.max(0, slash));
            String key = setting.name().substring(slash + 1);
            if (SECRETS.contains(setting.name())) {
                notes.add(setting.at(), key + ": not copied; it keeps nobody out");
            } else if (!QUIET.contains(setting.name())
                    && !QUIET_BLOCKS.contains(block)
                    && !setting.value().equals(RENDERED.get(key))) {
                String line = (block + " " + key + " " + setting.value()).strip();
                notes.add(setting.at(), line + ": no place; add it to the " + file + " that is rendered");
            }
        }
        for (VirtualRouter.Check check : router.checks()) {
            if (!OWN_CHECK.matcher(check.name()).matches()) {
                String what = router.speaker() == Speaker.COBNUT ? "check " : "vrrp_script ";
                notes.add(check.at(), what + check.name() + ": left out; what is rendered asks the proxy itself");
            }
        }
    }
}

package dev.cobnut.render;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.blueprint.Defaults;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Who talks to whom, on which port, and why: one line for each pair, which an operator or a tool turns into rules. Pure.
///
/// A line has five words and a reason: from, to, protocol, port, `#`. From is `any` for those whom the file does not
/// name: shops, monitors.
final class FirewallList {
    private static final String ANY = "any";

    private final Blueprint blueprint;
    /// Reasons, by the words before them; one line may have several.
    private final Map<String, List<String>> lines = new LinkedHashMap<>();

    private FirewallList(Blueprint blueprint) {
        this.blueprint = blueprint;
    }

    static List<Rendered> of(Blueprint blueprint) {
        FirewallList list = new FirewallList(blueprint);
        for (Blueprint.Service process : blueprint.processes()) {
            switch (process) {
                case Blueprint.Redis redis -> list.towards(redis);
                case Blueprint.Sentinel sentinel -> list.towards(sentinel);
                case Blueprint.Pool pool -> list.towards(pool);
                case Blueprint.Statistics statistics -> list.towards(statistics);
            }
        }
        list.virtualRouters();
        return List.of(new Rendered(null, "shared/firewall", list.text(), Rendered.Keeper.COBNUT, false));
    }

    private void towards(Blueprint.Redis redis) {
        for (Blueprint.Place other : redis.shard().servers()) {
            if (!other.host().equals(redis.host())) {
                add(other.host(), redis, "replication of " + redis.group() + ", whoever is master");
            }
        }
        Blueprint.Sentinels sentinels = blueprint.sentinels();
        for (String host : sentinels == null ? List.<String>of() : sentinels.hosts()) {
            add(host, redis, "Sentinel watches " + redis.group());
        }
        for (String host : proxyHosts()) {
            add(host, redis, "the proxy sends to " + redis.group());
        }
    }

    private void towards(Blueprint.Sentinel sentinel) {
        Blueprint.Sentinels all = blueprint.sentinels();
        for (String host : all == null ? List.<String>of() : all.hosts()) {
            add(host, sentinel, "Sentinels agree");
        }
        for (String host : proxyHosts()) {
            add(host, sentinel, "the proxy asks who is master");
        }
    }

    private void towards(Blueprint.Pool pool) {
        String bind = pool.cache().bind();
        if (bind == null || !IpLiteral.isLoopback(bind)) {
            String own = blueprint.host(pool.host()).address();
            add(ANY, own, pool.port(), "clients of " + pool.cache().name());
            Blueprint.VirtualIp virtualIp = blueprint.virtualIp();
            if (virtualIp != null && virtualIp.hosts().contains(pool.host())) {
                add(
                        ANY,
                        virtualIp.host(),
                        pool.port(),
                        "clients of " + pool.cache().name());
            }
        }
    }

    private void towards(Blueprint.Statistics statistics) {
        add(
                ANY,
                blueprint.host(statistics.host()).address(),
                statistics.port(),
                "monitors, and cobnut status; not the world");
    }

    private void virtualRouters() {
        Blueprint.VirtualIp virtualIp = blueprint.virtualIp();
        if (virtualIp == null) {
            return;
        }
        for (String from : virtualIp.hosts()) {
            if (virtualIp.speaker() == Blueprint.Speaker.COBNUT) {
                add(
                        ANY,
                        blueprint.host(from).address(),
                        Defaults.SPEAKER_PORT,
                        "monitors: whether it would take " + virtualIp.host() + "; not the world");
            }
            for (String to : virtualIp.hosts()) {
                if (!from.equals(to)) {
                    String words = blueprint.host(from).address() + " "
                            + blueprint.host(to).address() + " vrrp -";
                    lines.computeIfAbsent(words, _ -> new ArrayList<>())
                            .add("IP protocol 112: who has " + virtualIp.address());
                }
            }
        }
    }

    private List<String> proxyHosts() {
        Blueprint.Proxies proxies = blueprint.proxies();
        return proxies == null ? List.of() : proxies.hosts();
    }

    private void add(String from, Blueprint.Service to, String why) {
        if (!from.equals(to.host())) {
            add(blueprint.host(from).address(), blueprint.host(to.host()).address(), to.port(), why);
        }
    }

    private void add(String from, String to, int port, String why) {
        List<String> reasons = lines.computeIfAbsent(from + " " + to + " tcp " + port, _ -> new ArrayList<>());
        if (!reasons.contains(why)) {
            reasons.add(why);
        }
    }

    private String text() {
        StringBuilder text = new StringBuilder(Heading.of(blueprint, "#"));
        text.append("""
                # Who begins a connection to whom. What runs on one host is left out, and so are you, who runs cobnut doctor.
                # from to protocol port # why
                """);
        lines.forEach((words, reasons) -> text.append(words)
                .append(" # ")
                .append(String.join("; ", reasons))
                .append('\n'));
        return text.toString();
    }
}

package dev.cobnut.render;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.config.YamlText;
import dev.cobnut.topology.NodeAddress;
import java.util.ArrayList;
import java.util.List;

/// vip.yml for each host of the virtual address, which `cobnut vip` reads. A file of its own: the proxy's stays as
/// it is, and either can be started again without the other. Pure.
///
/// Asked is what clients ask: each pool of the host's proxy, and whether all of them know a master.
final class VipConf {
    /// Where the file is on a host.
    static final String PATH = "/etc/cobnut/vip.yml";

    private final Blueprint blueprint;
    private final Blueprint.VirtualIp virtualIp;
    private final VipHosts hosts;

    private VipConf(Blueprint blueprint, Blueprint.VirtualIp virtualIp) {
        this.blueprint = blueprint;
        this.virtualIp = virtualIp;
        this.hosts = new VipHosts(blueprint, virtualIp);
    }

    static List<Rendered> of(Blueprint blueprint) {
        Blueprint.VirtualIp virtualIp = blueprint.virtualIp();
        if (virtualIp == null || virtualIp.speaker() != Blueprint.Speaker.COBNUT) {
            return List.of();
        }
        VipConf conf = new VipConf(blueprint, virtualIp);
        return virtualIp.hosts().stream()
                .map(host -> new Rendered(
                        host, PATH, Heading.of(blueprint, "#") + conf.text(host), Rendered.Keeper.COBNUT, false))
                .toList();
    }

    /// Whether a host has the file.
    static boolean isOn(Blueprint blueprint, String host) {
        Blueprint.VirtualIp virtualIp = blueprint.virtualIp();
        return virtualIp != null
                && virtualIp.speaker() == Blueprint.Speaker.COBNUT
                && virtualIp.hosts().contains(host);
    }

    private String text(String host) {
        StringBuilder text = new StringBuilder("""
                # Let nobody else on this network use router_id %d; let protocol 112 pass between the hosts.
                vip:
                  cobnut:
                    interface: %s
                    router_id: %d
                    addresses: %s
                    # The first host has it when all begin; after that it stays where it is until that host fails.
                    priority: %d
                    preempt: false
                    version: 3
                    interval: 1 s
                """.formatted(
                        virtualIp.routerId(),
                        YamlText.quote(virtualIp.networkInterface()),
                        virtualIp.routerId(),
                        YamlText.quote(virtualIp.address()),
                        hosts.priority(host)));
        peers(text, host);
        List<String> checks = hosts.hasProxy(host) ? checks() : List.of();
        if (checks.isEmpty()) {
            return text.append("    # No proxy runs here, so nothing is checked.\n    checks: []\n")
                    .toString();
        }
        text.append(
                        "    # Asks the proxy of this host, each second. Twice without an answer: the address goes to another host.\n")
                .append(
                        "    # Of readyz the priority is less instead: it may be bad on all hosts, and one of them has to answer.\n")
                .append("    checks:\n");
        checks.forEach(
                check -> text.append("      - ").append(YamlText.quote(check)).append('\n'));
        return text.append("    check: {interval: 1 s, timeout: 1 s, rise: 2, fall: 2}\n")
                .toString();
    }

    private void peers(StringBuilder text, String host) {
        if (!hosts.canUnicast()) {
            text.append("    # By multicast: the addresses of the hosts are not of the kind that unicast needs.\n");
            return;
        }
        text.append("    source: ").append(YamlText.quote(hosts.address(host))).append('\n');
        List<String> peers = hosts.peers(host).stream().map(YamlText::quote).toList();
        if (!peers.isEmpty()) {
            text.append("    peers: [").append(String.join(", ", peers)).append("]\n");
        }
    }

    private List<String> checks() {
        List<String> checks = new ArrayList<>();
        for (NodeAddress.Tcp pool : hosts.pools()) {
            boolean isIpv6 = IpLiteral.isIpv6(pool.host());
            checks.add("ping " + (isIpv6 ? "[" + pool.host() + "]" : pool.host()) + ":" + pool.port());
        }
        Blueprint.Proxies proxies = blueprint.proxies();
        if (proxies != null) {
            checks.add("get http://127.0.0.1:" + proxies.stats() + "/readyz");
        }
        return checks;
    }
}

package dev.cobnut.render;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.topology.NodeAddress;
import java.util.ArrayList;
import java.util.List;

/// What follows for the hosts of a virtual address, whichever program moves it. Pure.
///
/// @param virtualIp of the blueprint
record VipHosts(Blueprint blueprint, Blueprint.VirtualIp virtualIp) {
    private static final int PRIORITY = 150;
    private static final int GAP_MAX = 10;
    private static final String LOOPBACK = "127.0.0.1";

    boolean hasProxy(String host) {
        Blueprint.Proxies proxies = blueprint.proxies();
        return proxies != null && proxies.hosts().contains(host);
    }

    String address(String host) {
        return blueprint.host(host).address();
    }

    /// Whether they can speak to each other alone: their addresses are of the same kind as the one that moves.
    boolean canUnicast() {
        boolean isIpv6 = IpLiteral.isIpv6(virtualIp.host());
        return virtualIp.hosts().stream()
                .map(this::address)
                .allMatch(each -> !Directives.isName(each) && IpLiteral.isIpv6(each) == isIpv6);
    }

    /// The addresses of the others.
    List<String> peers(String host) {
        return virtualIp.hosts().stream()
                .filter(each -> !each.equals(host))
                .map(this::address)
                .toList();
    }

    /// Different on each host, by their order.
    int priority(String host) {
        int gap =
                Math.max(1, Math.min(GAP_MAX, (PRIORITY - 1) / virtualIp.hosts().size()));
        return Math.max(1, PRIORITY - gap * virtualIp.hosts().indexOf(host));
    }

    /// Where the pools of a host's proxy answer it. Those at the virtual address are left out: whoever does not
    /// have it would ask the one that has.
    List<NodeAddress.Tcp> pools() {
        List<NodeAddress.Tcp> pools = new ArrayList<>();
        for (Blueprint.Cache cache : blueprint.caches()) {
            String bind = cache.bind();
            if (!virtualIp.host().equals(bind)) {
                String at = bind == null || bind.equals("0.0.0.0") || bind.equals("::") ? LOOPBACK : bind;
                pools.add(new NodeAddress.Tcp(at, cache.listen()));
            }
        }
        return pools;
    }
}

package dev.cobnut.render;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.topology.NodeAddress;
import java.util.ArrayList;
import java.util.List;

/// keepalived.conf for each host of the virtual address, and the check that it runs. Pure.
///
/// What published files get wrong, and what stands here instead:
///
/// | there | here | since |
/// | --- | --- | --- |
/// | multicast | unicast peers | clouds and switches drop it; then there are two masters |
/// | a check for the process | a PING to each pool | a proxy that hangs is still a process |
/// | a small weight | no weight: who fails the check gives the address away | less than the gap moves nothing |
/// | MASTER and BACKUP | BACKUP, nopreempt | a host that returns would interrupt everybody once more |
/// | an ARP once | again every second | after a split, switches keep the way to the wrong host |
/// | `vrrp_strict` | not there | it drops what comes to the address, and refuses unicast |
final class KeepalivedConf {
    /// Where the file is on a host.
    static final String PATH = "/etc/keepalived/keepalived.conf";

    private static final String CHECK = "/etc/keepalived/check-cobnut";

    private final Blueprint blueprint;
    private final Blueprint.VirtualIp virtualIp;
    private final VipHosts hosts;

    private KeepalivedConf(Blueprint blueprint, Blueprint.VirtualIp virtualIp) {
        this.blueprint = blueprint;
        this.virtualIp = virtualIp;
        this.hosts = new VipHosts(blueprint, virtualIp);
    }

    static List<Rendered> of(Blueprint blueprint) {
        Blueprint.VirtualIp virtualIp = blueprint.virtualIp();
        if (virtualIp == null || virtualIp.speaker() != Blueprint.Speaker.KEEPALIVED) {
            return List.of();
        }
        KeepalivedConf conf = new KeepalivedConf(blueprint, virtualIp);
        List<Rendered> files = new ArrayList<>();
        for (String host : virtualIp.hosts()) {
            files.add(conf.file(host, PATH, conf.text(host)));
            if (conf.hosts.hasProxy(host)) {
                files.add(conf.file(host, CHECK, conf.check()));
            }
        }
        return files;
    }

    private Rendered file(String host, String path, String text) {
        return new Rendered(host, path, Heading.of(blueprint, "#") + text, Rendered.Keeper.COBNUT, false);
    }

    private String text(String host) {
        StringBuilder text = new StringBuilder("""
                # Let nobody else on this network use virtual_router_id %d; let protocol 112 pass between the hosts.
                global_defs {
                    router_id %s
                    script_user nobody
                    enable_script_security
                }

                """.formatted(virtualIp.routerId(), host));
        if (hosts.hasProxy(host)) {
            text.append("""
                    # Asks the proxy of this host, each second. Twice without an answer: the address goes to another host.
                    vrrp_script cobnut {
                        script "/bin/bash %s"
                        interval 1
                        timeout 2
                        fall 2
                        rise 2
                        init_fail
                    }

                    """.formatted(CHECK));
        }
        text.append("""
                vrrp_instance cobnut {
                    # The first host has it when all begin; after that it stays where it is until that host fails.
                    state BACKUP
                    nopreempt
                    interface %s
                    virtual_router_id %d
                    priority %d
                    advert_int 1
                    # Two hosts that were cut off from each other both had it: say again who has it now.
                    garp_master_refresh 1
                    higher_prio_send_advert true
                """.formatted(virtualIp.networkInterface(), virtualIp.routerId(), hosts.priority(host)));
        peers(text, host);
        text.append("    virtual_ipaddress {\n        ")
                .append(virtualIp.address())
                .append("\n    }\n");
        if (hosts.hasProxy(host)) {
            text.append("    track_script {\n        cobnut\n    }\n");
        } else {
            text.append("    # No proxy runs here, so nothing is checked.\n");
        }
        return text.append("}\n").toString();
    }

    /// Unicast needs addresses of the same kind as the one that moves.
    private void peers(StringBuilder text, String host) {
        if (!hosts.canUnicast()) {
            text.append("    # By multicast: the addresses of the hosts are not of the kind that unicast needs.\n");
            return;
        }
        text.append("    unicast_src_ip ").append(hosts.address(host)).append('\n');
        if (virtualIp.hosts().size() > 1) {
            text.append("    unicast_peer {\n");
            for (String peer : hosts.peers(host)) {
                text.append("        ").append(peer).append('\n');
            }
            text.append("    }\n");
        }
    }

    /// A script of bash alone: redis-cli need not be on a proxy's host.
    private String check() {
        StringBuilder text = new StringBuilder("""
                # Succeeds when each pool of this host's proxy answers PING, or says that one has to log in first.
                ask() {
                    exec 3<>"/dev/tcp/$1/$2" || return 1
                    printf 'PING\\r\\n' >&3
                    read -r -t 1 answer <&3 || return 1
                    exec 3>&-
                    case $answer in
                        +PONG* | -NOAUTH*) return 0 ;;
                        *) return 1 ;;
                    esac
                }
                """);
        for (NodeAddress.Tcp pool : hosts.pools()) {
            text.append("ask ")
                    .append(pool.host())
                    .append(' ')
                    .append(pool.port())
                    .append(" || exit 1\n");
        }
        Blueprint.Proxies proxies = blueprint.proxies();
        if (hosts.pools().isEmpty() && proxies != null) {
            text.append("# The pools are at the virtual address, which this host may not have.\n")
                    .append("exec 3<>/dev/tcp/127.0.0.1/")
                    .append(proxies.stats())
                    .append(" || exit 1\nprintf 'GET /stats HTTP/1.0\\r\\n\\r\\n' >&3\n")
                    .append("read -r -t 1 answer <&3 || exit 1\n");
        }
        return text.append("exit 0\n").toString();
    }
}

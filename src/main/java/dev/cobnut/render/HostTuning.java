package dev.cobnut.render;

import dev.cobnut.blueprint.Blueprint;
import java.util.ArrayList;
import java.util.List;

/// What the kernel and the system of each host have to be told: sysctl, limits, users, owners of files, huge pages. Pure.
final class HostTuning {
    private HostTuning() {}

    static List<Rendered> of(Blueprint blueprint) {
        List<Rendered> files = new ArrayList<>();
        for (Blueprint.Host host : blueprint.hosts()) {
            Uses uses = Uses.of(blueprint, host.name());
            if (uses.redis || uses.proxy || uses.vip) {
                files.add(file(blueprint, host, "/etc/sysctl.d/60-cobnut.conf", sysctl(blueprint, uses)));
                files.add(file(blueprint, host, "/etc/security/limits.d/cobnut.conf", limits(uses)));
                files.add(file(blueprint, host, "/etc/sysusers.d/cobnut.conf", users(uses)));
                files.add(file(blueprint, host, "/etc/tmpfiles.d/cobnut.conf", owners(blueprint, host.name(), uses)));
            }
        }
        return files;
    }

    /// What a host is there for.
    ///
    /// @param servers whether it has a redis-server
    /// @param redis whether it has one, or a Sentinel
    /// @param proxy whether it has a proxy
    /// @param vip whether it has a speaker of ours for the virtual address
    private record Uses(boolean servers, boolean redis, boolean proxy, boolean vip) {
        static Uses of(Blueprint blueprint, String host) {
            Blueprint.Sentinels sentinels = blueprint.sentinels();
            Blueprint.Proxies proxies = blueprint.proxies();
            boolean servers =
                    blueprint.redises().stream().anyMatch(each -> each.host().equals(host));
            boolean sentinel = sentinels != null && sentinels.hosts().contains(host);
            return new Uses(
                    servers,
                    servers || sentinel,
                    proxies != null && proxies.hosts().contains(host),
                    VipConf.isOn(blueprint, host));
        }
    }

    private static Rendered file(Blueprint blueprint, Blueprint.Host host, String path, String text) {
        return new Rendered(host.name(), path, Heading.of(blueprint, "#") + text, Rendered.Keeper.COBNUT, false);
    }

    private static String sysctl(Blueprint blueprint, Uses uses) {
        StringBuilder text = new StringBuilder("""
                # A burst of connections waits here; those that find no place are dropped, and come again after 1 s.
                net.core.somaxconn = 4096
                net.ipv4.tcp_max_syn_backlog = 4096
                """);
        if (uses.servers) {
            text.append("""
                    # A server that saves, or sends all it has to a replica, forks; the copy needs little of what it may need.
                    vm.overcommit_memory = 1
                    """);
        }
        if (uses.vip) {
            text.append("""
                    # An address that goes does not take those with it that came after it in its network.
                    net.ipv4.conf.all.promote_secondaries = 1
                    """);
        }
        Blueprint.VirtualIp virtualIp = blueprint.virtualIp();
        boolean listensThere = virtualIp != null
                && blueprint.caches().stream()
                        .anyMatch(cache -> virtualIp.host().equals(cache.bind()));
        if (uses.proxy && listensThere) {
            text.append("""
                    # The proxy listens at the virtual address before this host has it.
                    net.ipv4.ip_nonlocal_bind = 1
                    net.ipv6.ip_nonlocal_bind = 1
                    """);
        }
        return text.toString();
    }

    private static String limits(Uses uses) {
        return "# For what is started by hand; the units say it themselves.\n"
                + (uses.redis ? "redis - nofile 65536\n" : "")
                + (uses.proxy ? "cobnut - nofile 65536\n" : "");
    }

    private static String users(Uses uses) {
        return (uses.redis ? "u redis - \"Redis\" /var/lib/redis\n" : "")
                + (uses.proxy || uses.vip ? "u cobnut - \"Cobnut\" /var/lib/cobnut\n" : "");
    }

    private static String owners(Blueprint blueprint, String host, Uses uses) {
        StringBuilder text = new StringBuilder();
        if (uses.servers) {
            text.append("""
                    # With huge pages each write after a fork copies 2 MiB.
                    w /sys/kernel/mm/transparent_hugepage/enabled - - - - madvise
                    """);
        }
        if (uses.redis) {
            text.append("""
                    # Servers and Sentinel write beside their files, and then rename. Whole, since systemd-tmpfiles does not follow a path
                    # out of a folder that is not root's; the mode of files is without x.
                    Z /etc/redis ~0700 redis redis
                    """);
        }
        List<String> readable = new ArrayList<>();
        if (uses.proxy) {
            readable.add(Target.SYSTEM.proxy(host));
            SystemdUnits.secretFiles(blueprint).forEach(readable::add);
        }
        if (uses.vip) {
            readable.add(VipConf.PATH);
        }
        if (!readable.isEmpty()) {
            text.append("d /etc/cobnut 0755 root root\n");
        }
        readable.forEach(path -> text.append("z ").append(path).append(" 0640 root cobnut\n"));
        return text.toString();
    }
}

package dev.cobnut.render;

import dev.cobnut.blueprint.Blueprint;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Every file that follows from a blueprint. Pure.
public final class Rendering {
    /// What files are about.
    public enum Kind {
        /// `redis-GROUP.conf` of each server.
        REDIS,
        /// `sentinel.conf`, for a Sentinel's first start.
        SENTINEL,
        /// `cobnut.yml` of each proxy.
        COBNUT,
        /// Units of servers, Sentinels and proxies.
        SYSTEMD,
        /// sysctl, limits, users, owners of files, huge pages.
        TUNING,
        /// Lines for `/etc/hosts`.
        HOSTS,
        /// Who talks to whom.
        FIREWALL,
        /// vip.yml of each host that may have the virtual address.
        VIP,
        /// keepalived.conf, where that moves it, and the check that it runs.
        KEEPALIVED,
        /// What shops and others have to be told.
        CLIENTS,
        /// What Prometheus needs.
        MONITORING;

        /// As people write it.
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private Rendering() {}

    /// The files, kind after kind; those of one kind in the order of the hosts.
    ///
    /// @param passwords for files that cannot say where one is
    /// @param secrets what can be known here of the passwords of users
    /// @param kinds of which files are wanted
    public static List<Rendered> of(
            Blueprint blueprint, Target target, Passwords passwords, SecretLookup secrets, Set<Kind> kinds) {
        List<Rendered> files = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            if (kinds.contains(kind)) {
                files.addAll(of(kind, blueprint, target, passwords, secrets));
            }
        }
        return files;
    }

    private static List<Rendered> of(
            Kind kind, Blueprint blueprint, Target target, Passwords passwords, SecretLookup secrets) {
        return switch (kind) {
            case REDIS ->
                blueprint.redises().stream()
                        .map(redis -> RedisConf.of(blueprint, redis, target, passwords))
                        .toList();
            case SENTINEL ->
                blueprint.watchers().stream()
                        .map(sentinel -> SentinelConf.of(blueprint, sentinel, target, passwords))
                        .toList();
            case COBNUT -> {
                Blueprint.Proxies proxies = blueprint.proxies();
                yield proxies == null
                        ? List.of()
                        : proxies.hosts().stream()
                                .map(host -> ProxyConf.of(blueprint, host, target))
                                .toList();
            }
            case SYSTEMD -> SystemdUnits.of(blueprint);
            case TUNING -> HostTuning.of(blueprint);
            case HOSTS -> HostNames.of(blueprint);
            case FIREWALL -> FirewallList.of(blueprint);
            case VIP -> VipConf.of(blueprint);
            case KEEPALIVED -> KeepalivedConf.of(blueprint);
            case CLIENTS -> ClientFiles.of(blueprint, secrets);
            case MONITORING -> MonitoringFiles.of(blueprint);
        };
    }

    /// The units that a host has to start.
    public static List<String> units(Blueprint blueprint, String host) {
        return SystemdUnits.names(blueprint, host);
    }
}

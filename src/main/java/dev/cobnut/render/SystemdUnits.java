package dev.cobnut.render;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.blueprint.Kind;
import dev.cobnut.config.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The units of each host: `redis@NAME.service` for its servers, redis-sentinel.service, cobnut.service,
/// cobnut-vip.service. Places are those
/// of [Target#SYSTEM]. Pure.
///
/// A master that saves nothing and comes back before Sentinel has replaced it is empty, and its replicas empty themselves
/// after it. So the servers of such a group start only after a pause that Sentinel needs to replace them, however they came to
/// be stopped: a crash, `systemctl restart`, a reboot.
final class SystemdUnits {
    /// Where a proxy finds the variables that `env:` names.
    static final String ENVIRONMENT = "/etc/cobnut/secrets.env";

    private static final String FOLDER = "/etc/systemd/system/";
    private static final int PRIVILEGED_PORTS = 1024;

    /// On top of what Sentinel allows itself: its elections wait up to 1 s, and the proxies look once a second.
    private static final int MARGIN_SECONDS = 3;

    /// What neither redis-server nor a Java program needs. A JVM writes code, so MemoryDenyWriteExecute is not here.
    private static final String HARDENING_FORM = """
            UMask=0077
            NoNewPrivileges=yes
            PrivateTmp=yes
            PrivateDevices=yes
            ProtectSystem=strict
            ProtectHome=yes
            ProtectKernelTunables=yes
            ProtectKernelModules=yes
            ProtectControlGroups=yes
            RestrictAddressFamilies=%s
            RestrictNamespaces=yes
            RestrictSUIDSGID=yes
            LockPersonality=yes
            """;

    private static final String FAMILIES = "AF_INET AF_INET6 AF_UNIX AF_NETLINK";
    private static final String HARDENING = HARDENING_FORM.formatted(FAMILIES);

    private final Blueprint blueprint;

    private SystemdUnits(Blueprint blueprint) {
        this.blueprint = blueprint;
    }

    static List<Rendered> of(Blueprint blueprint) {
        return new SystemdUnits(blueprint).all();
    }

    private List<Rendered> all() {
        List<Rendered> units = new ArrayList<>();
        Blueprint.Sentinels sentinels = blueprint.sentinels();
        Blueprint.Proxies proxies = blueprint.proxies();
        for (Blueprint.Host host : blueprint.hosts()) {
            List<Blueprint.Redis> servers = servers(host.name());
            if (!servers.isEmpty()) {
                units.add(unit(host.name(), "redis@.service", server()));
            }
            for (Blueprint.Redis redis : servers) {
                int pause = pauseSeconds(blueprint, redis);
                if (pause > 0) {
                    units.add(unit(
                            host.name(), "redis@" + redis.instance() + ".service.d/pause.conf", pause(redis, pause)));
                }
            }
            if (sentinels != null && sentinels.hosts().contains(host.name())) {
                units.add(unit(host.name(), "redis-sentinel.service", sentinel()));
            }
            if (proxies != null && proxies.hosts().contains(host.name())) {
                units.add(unit(host.name(), "cobnut.service", proxy(proxies)));
            }
            Blueprint.VirtualIp virtualIp = blueprint.virtualIp();
            if (virtualIp != null && VipConf.isOn(blueprint, host.name())) {
                units.add(unit(host.name(), "cobnut-vip.service", speaker(virtualIp)));
            }
        }
        return units;
    }

    /// What to hand to `systemctl enable` on a host.
    static List<String> names(Blueprint blueprint, String host) {
        List<String> names = new ArrayList<>();
        for (Blueprint.Service process : blueprint.processes()) {
            if (process.host().equals(host)) {
                switch (process) {
                    case Blueprint.Redis redis -> names.add("redis@" + redis.instance());
                    case Blueprint.Sentinel _ -> names.add("redis-sentinel");
                    case Blueprint.Pool _ -> {}
                    case Blueprint.Statistics _ -> names.add("cobnut");
                }
            }
        }
        Blueprint.VirtualIp virtualIp = blueprint.virtualIp();
        if (virtualIp != null && virtualIp.hosts().contains(host)) {
            names.add(
                    switch (virtualIp.speaker()) {
                        case COBNUT -> "cobnut-vip";
                        case KEEPALIVED -> "keepalived";
                    });
        }
        return names;
    }

    private List<Blueprint.Redis> servers(String host) {
        return blueprint.redises().stream()
                .filter(each -> each.host().equals(host))
                .toList();
    }

    private Rendered unit(String host, String name, String text) {
        return new Rendered(host, FOLDER + name, Heading.of(blueprint, "#") + text, Rendered.Keeper.COBNUT, false);
    }

    /// @param after other units that are started first, each with a blank before it
    private static String head(String description, String after) {
        return """
                [Unit]
                Description=%s
                Wants=network-online.target
                After=network-online.target%s
                # Again and again, for as long as it takes: else five failures within ten seconds would end it for good.
                StartLimitIntervalSec=0

                """.formatted(description, after);
    }

    private static String server() {
        return """
                # One for each server of this host: systemctl enable --now redis@NAME, with NAME as in /etc/redis/redis-NAME.conf.
                """ + head("Redis %i", "") + """
                [Service]
                # A redis-server that was built without libsystemd never says that it is ready: Type=exec for that.
                Type=notify
                User=redis
                Group=redis
                ExecStart=/usr/bin/redis-server /etc/redis/redis-%i.conf --supervised systemd --daemonize no
                # Not when it was told to stop by SHUTDOWN.
                Restart=on-failure
                RestartSec=1
                # Reading a large file at the start, and writing one at the end, take as long as they take.
                TimeoutStartSec=infinity
                TimeoutStopSec=infinity
                LimitNOFILE=65536
                StateDirectory=redis redis/%i
                StateDirectoryMode=0750
                # It rewrites its own configuration when Sentinel makes it master or replica.
                ReadWritePaths=/etc/redis
                """ + HARDENING + install();
    }

    /// How long a server has to stay away before it may come back empty, in seconds; 0 when it may come back at once.
    static int pauseSeconds(Blueprint blueprint, Blueprint.Redis redis) {
        Blueprint.Sentinels sentinels = blueprint.sentinels();
        boolean comesBackEmpty = redis.cache().persistence() == Kind.Persistence.NONE;
        // Without a Sentinel nobody replaces it, and without a replica nobody can.
        if (!comesBackEmpty || sentinels == null || redis.shard().servers().size() == 1) {
            return 0;
        }
        return Math.ceilDiv(sentinels.downAfterMillis() + sentinels.failoverTimeoutMillis(), 1_000) + MARGIN_SECONDS;
    }

    private static String pause(Blueprint.Redis redis, int seconds) {
        return """
                # %s saves nothing. A master of it that comes back before Sentinel has replaced it is empty, and its replicas throw
                # away what they have. So it stays away for down_after and failover_timeout of the Sentinels, and a little more.
                [Service]
                ExecStartPre=/bin/sleep %d
                """.formatted(redis.group(), seconds);
    }

    private static String sentinel() {
        return head("Redis Sentinel", "") + """
                [Service]
                Type=notify
                User=redis
                Group=redis
                ExecStart=/usr/bin/redis-server /etc/redis/sentinel.conf --sentinel --supervised systemd --daemonize no
                Restart=always
                RestartSec=1
                LimitNOFILE=65536
                StateDirectory=redis redis/sentinel
                StateDirectoryMode=0750
                # What it learns it writes into its configuration; without that it does not vote.
                ReadWritePaths=/etc/redis
                """ + HARDENING + install();
    }

    private String proxy(Blueprint.Proxies proxies) {
        StringBuilder text = new StringBuilder("""
                # The program is in /opt/cobnut. Run /opt/cobnut/cobnut -V once as a user who may write there: it builds what it needs.
                """);
        places(text);
        text.append(head("Cobnut", ""));
        text.append("""
                [Service]
                Type=exec
                User=cobnut
                Group=cobnut
                """);
        if (placesOf("env:").findAny().isPresent()) {
            text.append("EnvironmentFile=").append(ENVIRONMENT).append('\n');
        }
        String token = blueprint.secrets().admin();
        text.append("ExecStart=/opt/cobnut/cobnut proxy -c ")
                .append(Target.SYSTEM.proxy(proxies.hosts().getFirst()))
                .append(" -s ")
                .append(proxies.stats())
                .append(token == null ? "" : " --admin-token " + token.replace("%", "%%"))
                .append('\n');
        text.append("""
                Restart=always
                RestartSec=1
                # SIGTERM ends it at any time, before it serves as well.
                SuccessExitStatus=143
                # What is in flight is answered for up to 5 s.
                TimeoutStopSec=15
                LimitNOFILE=65536
                """);
        if (blueprint.caches().stream().anyMatch(cache -> cache.listen() < PRIVILEGED_PORTS)) {
            text.append("AmbientCapabilities=CAP_NET_BIND_SERVICE\n");
        }
        return text + HARDENING + install();
    }

    /// Raw sockets and addresses of interfaces need two rights, which the proxy does not get. With PrivateUsers they would be worth
    /// nothing.
    ///
    /// Its page is for others, too: a backup that would not take the address is seen by nobody else. It takes no orders.
    private static String speaker(Blueprint.VirtualIp virtualIp) {
        return """
                # The program is in /opt/cobnut, as for cobnut.service.
                """ + head("Cobnut, the virtual address", " cobnut.service")
                + """
                [Service]
                Type=exec
                User=cobnut
                Group=cobnut
                ExecStart=/opt/cobnut/cobnut vip -c %s -a 0.0.0.0
                # Who was killed leaves the address behind: nobody else may have it then.
                ExecStopPost=-/bin/sh -c 'ip addr del %s dev %s 2>/dev/null'
                Restart=always
                RestartSec=1
                SuccessExitStatus=143
                TimeoutStopSec=15
                # A machine that has too much to do must not keep it from speaking.
                Nice=-10
                OOMScoreAdjust=-500
                AmbientCapabilities=CAP_NET_RAW CAP_NET_ADMIN
                CapabilityBoundingSet=CAP_NET_RAW CAP_NET_ADMIN
                # That it was drained outlives a restart.
                RuntimeDirectory=cobnut-vip
                RuntimeDirectoryPreserve=yes
                """.formatted(VipConf.PATH, virtualIp.address(), virtualIp.networkInterface())
                + HARDENING_FORM.formatted(FAMILIES + " AF_PACKET")
                + install();
    }

    /// What the operator has to put there, since it is never written down.
    private void places(StringBuilder text) {
        Set<String> variables =
                new TreeSet<>(placesOf("env:").map(each -> each.substring(4)).toList());
        if (!variables.isEmpty()) {
            text.append("# Put into ").append(ENVIRONMENT).append(", readable to root only, as NAME=VALUE: ");
            text.append(String.join(", ", variables)).append(".\n");
        }
        Set<String> files = secretFiles(blueprint);
        if (!files.isEmpty()) {
            text.append("# Has to be there; systemd-tmpfiles makes it readable to cobnut: ")
                    .append(String.join(", ", files))
                    .append(".\n");
        }
    }

    private Stream<String> placesOf(String kind) {
        return secretPlaces(blueprint).stream().filter(each -> each.startsWith(kind));
    }

    /// The files of what the proxies need to know.
    static Set<String> secretFiles(Blueprint blueprint) {
        return new TreeSet<>(secretPlaces(blueprint).stream()
                .filter(each -> each.startsWith("file:"))
                .map(each -> each.substring("file:".length()))
                .toList());
    }

    /// Where the proxies find what they need to know.
    static List<String> secretPlaces(Blueprint blueprint) {
        List<@Nullable String> all = new ArrayList<>();
        all.add(blueprint.secrets().redis());
        all.add(blueprint.secrets().sentinel());
        all.add(blueprint.secrets().admin());
        for (Blueprint.Cache cache : blueprint.caches()) {
            for (String user : cache.users()) {
                for (String word : user.split(" +", -1)) {
                    all.add(word.startsWith(">") ? word.substring(1) : null);
                }
            }
        }
        List<String> places = new ArrayList<>();
        for (String each : all) {
            if (each != null && Secret.isElsewhere(each)) {
                places.add(each);
            }
        }
        return places;
    }

    private static String install() {
        return """

                [Install]
                WantedBy=multi-user.target
                """;
    }
}

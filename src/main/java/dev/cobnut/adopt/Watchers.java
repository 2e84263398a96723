package dev.cobnut.adopt;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.blueprint.Defaults;
import dev.cobnut.config.Secret;
import dev.cobnut.doctor.Facts;
import dev.cobnut.doctor.Group;
import dev.cobnut.doctor.Pool;
import dev.cobnut.doctor.Sentinel;
import dev.cobnut.doctor.Setting;
import dev.cobnut.topology.NodeAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The Sentinels of a stack: where they are, and the one value of each setting that all of them have for all masters. One thread.
final class Watchers {
    static final String PASSWORD = "file:/etc/cobnut/sentinel-password";

    private static final long FAILOVER_TIMEOUT_MILLIS = 180_000;
    private static final int SOUND_DOWN_AFTER_MILLIS = 1_500;

    /// What is found elsewhere, what Sentinel says to itself, and what is written anew anyway.
    private static final Set<String> QUIET = Set.of(
            "port",
            "bind",
            "monitor",
            "known-replica",
            "known-slave",
            "known-sentinel",
            "config-epoch",
            "leader-epoch",
            "current-epoch",
            "myid",
            "announce-ip",
            "announce-port",
            "resolve-hostnames",
            "announce-hostnames",
            "down-after-milliseconds",
            "failover-timeout",
            "dir",
            "protected-mode",
            "maxclients",
            "latency-tracking-info-percentiles");

    /// What says nothing with this value.
    private static final Map<String, String> DEFAULTS = Map.of(
            "parallel-syncs", "1",
            "deny-scripts-reconfig", "yes",
            "master-reboot-down-after-period", "0",
            "loglevel", "notice",
            "acllog-max-len", "128");

    private static final Set<String> SYSTEMD = Set.of("daemonize", "pidfile", "logfile", "supervised");

    private final Facts facts;
    private final Hosts hosts;
    private final Notes notes;
    private final Set<NodeAddress.Tcp> found = new LinkedHashSet<>();
    private @Nullable String password;
    private boolean hasServerPassword;

    Watchers(Facts facts, Hosts hosts, Notes notes) {
        this.facts = facts;
        this.hosts = hosts;
        this.notes = notes;
    }

    /// Where the Sentinels' password is; null when they have none.
    @Nullable
    String password() {
        return password;
    }

    /// Whether they have a password for the servers.
    boolean hasServerPassword() {
        return hasServerPassword;
    }

    /// Where they are; null for none.
    ///
    /// @param servers hosts of the servers, in their order, for when nothing else says where Sentinels are
    Blueprint.@Nullable Sentinels sentinels(List<String> servers) {
        int lost = locate();
        facts.sentinels().forEach(this::leftOver);
        proxies();
        if (facts.sentinels().isEmpty() && found.isEmpty()) {
            return null;
        }
        List<String> on = new ArrayList<>();
        Map<Integer, Integer> ports = new LinkedHashMap<>();
        found.forEach(address -> ports.merge(address.port(), 1, Integer::sum));
        int port = mostOf(
                ports,
                facts.sentinels().isEmpty()
                        ? Defaults.SENTINEL_PORT
                        : port(facts.sentinels().getFirst()));
        for (NodeAddress.Tcp address : found) {
            String name = hosts.name(address.host());
            if (address.port() != port || on.contains(name)) {
                notes.add(
                        address.toString(),
                        "Sentinel " + address + ": left out; one for each host has a place, at port " + port);
            } else {
                on.add(name);
            }
        }
        if (lost > 0 && on.isEmpty()) {
            // An even number agrees no better than one fewer.
            on.addAll(servers.size() % 2 == 0 && servers.size() > 1 ? servers.subList(0, servers.size() - 1) : servers);
            notes.remark("sentinels.hosts", "a guess: no file says on which hosts the Sentinels are");
        }
        List<Group> groups = new ArrayList<>();
        facts.sentinels().forEach(sentinel -> groups.addAll(sentinel.groups()));
        Map<Group, Long> timeouts = new HashMap<>();
        facts.sentinels()
                .forEach(sentinel ->
                        sentinel.groups().forEach(group -> timeouts.put(group, failoverTimeout(sentinel, group))));
        long quorum = groups.isEmpty() ? on.size() / 2 + 1 : settle("quorum", groups, Group::quorum);
        long downAfter = groups.isEmpty() ? 2_000 : settle("down-after-milliseconds", groups, Group::downAfterMillis);
        long timeout = groups.isEmpty()
                ? 10_000
                : settle("failover-timeout", groups, group -> timeouts.getOrDefault(group, FAILOVER_TIMEOUT_MILLIS));
        if (quorum > on.size() || quorum < 1) {
            notes.add(groups.getFirst().at(), "quorum " + quorum + ": " + on.size() + " Sentinels are known");
            quorum = Math.clamp(quorum, 1, Math.max(1, on.size()));
        } else if (quorum == 1 && on.size() > 1) {
            notes.remark("sentinels.quorum", "as it was; one Sentinel with a bad network: cobnut doctor --explain S02");
        }
        if (downAfter < SOUND_DOWN_AFTER_MILLIS) {
            notes.remark("sentinels.down_after", "as it was; deposes healthy masters: cobnut doctor --explain S04");
        }
        return new Blueprint.Sentinels(
                on,
                port,
                (int) quorum,
                Math.clamp(downAfter, 1, Integer.MAX_VALUE),
                Math.clamp(timeout, 1, Integer.MAX_VALUE),
                0);
    }

    private interface Said {
        long by(Group group);
    }

    /// The value of most, the first of those; the others are told.
    private long settle(String what, List<Group> groups, Said said) {
        Map<Long, Integer> votes = new LinkedHashMap<>();
        groups.forEach(group -> votes.merge(said.by(group), 1, Integer::sum));
        long most = mostOf(votes, 0L);
        for (Group group : groups) {
            if (said.by(group) != most) {
                notes.add(
                        group.at(),
                        what + " " + said.by(group) + " of " + group.name() + ": left out; most have " + most
                                + ", and there is one value for all");
            }
        }
        return most;
    }

    private static <T> T mostOf(Map<T, Integer> votes, T otherwise) {
        T most = otherwise;
        int count = 0;
        for (Map.Entry<T, Integer> vote : votes.entrySet()) {
            if (vote.getValue() > count) {
                most = vote.getKey();
                count = vote.getValue();
            }
        }
        return most;
    }

    private static long failoverTimeout(Sentinel sentinel, Group group) {
        for (Setting setting : sentinel.settings().named("failover-timeout")) {
            if (setting.word(0).equals(group.name()) && setting.word(1).matches("\\d{1,18}")) {
                return Long.parseLong(setting.word(1));
            }
        }
        return FAILOVER_TIMEOUT_MILLIS;
    }

    private static int port(Sentinel sentinel) {
        long port =
                sentinel.settings().number("announce-port", sentinel.settings().number("port", Defaults.SENTINEL_PORT));
        return port < 1 || port > 65_535 ? Defaults.SENTINEL_PORT : (int) port;
    }

    // ---- where they are ---------------------------------------------------------------------------------------------

    /// Takes in what the folders of Sentinels are called whose address only others know.
    void learn() {
        Map<String, NodeAddress.Tcp> byId = byId();
        for (Sentinel sentinel : facts.sentinels()) {
            NodeAddress.Tcp address = byId.get(sentinel.settings().text("myid", ""));
            if (address != null) {
                hosts.learn(hosts.folder(sentinel.at()), address.host());
            }
            hosts.place(sentinel.settings(), sentinel.at());
        }
    }

    /// Where Sentinels are, by their ids, as others know them.
    private Map<String, NodeAddress.Tcp> byId() {
        Map<String, NodeAddress.Tcp> byId = new LinkedHashMap<>();
        for (Sentinel sentinel : facts.sentinels()) {
            for (Setting setting : sentinel.settings().named("known-sentinel")) {
                NodeAddress.Tcp address = Hosts.parse(setting.word(1) + ":" + setting.word(2));
                if (address != null) {
                    byId.putIfAbsent(setting.word(3), hosts.address(address));
                }
            }
        }
        return byId;
    }

    /// By what others know of them, else by their own files.
    ///
    /// @return how many files say nothing of their host
    private int locate() {
        Map<String, NodeAddress.Tcp> byId = byId();
        int lost = 0;
        for (Sentinel sentinel : facts.sentinels()) {
            String host = hosts.place(sentinel.settings(), sentinel.at());
            NodeAddress.Tcp address = byId.get(sentinel.settings().text("myid", ""));
            if (address == null && host != null) {
                address = new NodeAddress.Tcp(host, port(sentinel));
            }
            if (address == null) {
                lost++;
            } else {
                found.add(address);
            }
        }
        found.addAll(byId.values());
        for (Pool pool : facts.pools()) {
            Setting said = pool.keys().last("sentinels");
            for (String word : said == null ? List.<String>of() : said.words()) {
                NodeAddress.Tcp address = Hosts.parse(word);
                if (address != null) {
                    found.add(hosts.address(address));
                }
            }
        }
        return lost;
    }

    /// What a cobnut.yml says of them.
    private void proxies() {
        for (Pool pool : facts.pools()) {
            Setting secret = pool.keys().last("sentinel_password");
            if (secret != null && !secret.words().isEmpty()) {
                boolean isHidden = Secret.isElsewhere(secret.word(0));
                password = isHidden ? secret.word(0) : PASSWORD;
                if (!isHidden) {
                    notes.add(
                            secret.at(),
                            "the password of the Sentinels: not copied; " + RedisSettings.elsewhere(PASSWORD));
                }
            }
            if (pool.keys().has("sentinel_user")) {
                notes.add(
                        pool.keys().at("sentinel_user"),
                        "sentinel_user: no place; say it in the cobnut.yml that is rendered");
            }
        }
    }

    private void leftOver(Sentinel sentinel) {
        for (Setting setting : sentinel.settings().all()) {
            String name = setting.name();
            String value = setting.words().isEmpty() ? "" : setting.words().getLast();
            if (QUIET.contains(name) || value.equals(DEFAULTS.get(name))) {
                continue;
            }
            switch (name) {
                case "auth-pass" -> {
                    hasServerPassword = true;
                    notes.add(setting.at(), RedisSettings.SERVERS_PASSWORD);
                }
                case "requirepass", "sentinel-pass" -> {
                    password = password == null ? PASSWORD : password;
                    notes.add(
                            setting.at(),
                            "the password of the Sentinels: not copied; " + RedisSettings.elsewhere(PASSWORD));
                }
                case "user" -> {
                    if (!setting.words().contains("nopass")) {
                        notes.add(setting.at(), "user " + setting.word(0) + ": no place for users of Sentinels");
                    }
                }
                default -> {
                    String line = name.contains("pass") ? name : name + " " + setting.value();
                    notes.add(
                            setting.at(),
                            SYSTEMD.contains(name)
                                    ? RedisSettings.LEFT_TO_SYSTEMD
                                    : line + ": no place; add it to the sentinel.conf that is rendered");
                }
            }
        }
    }
}

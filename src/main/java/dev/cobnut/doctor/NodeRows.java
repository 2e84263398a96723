package dev.cobnut.doctor;

import java.util.List;

/// The rows of [RuleTable] about Sentinels, servers and their hosts.
final class NodeRows {
    static final List<Rule> ALL = List.of(
            Rule.error(
                    "S01",
                    "Sentinels name different masters",
                    "Clients that ask different Sentinels write to different servers; one side's writes are "
                            + "lost when they agree again.",
                    "Wait a minute if a failover is under way. If it stays: at the Sentinel with the lower "
                            + "config epoch, SENTINEL REMOVE NAME, then SENTINEL MONITOR NAME with the right master.",
                    SentinelRules::differentMasters),
            Rule.warning(
                    "S02",
                    "quorum 1",
                    "A single Sentinel with a bad network starts failovers, and deposes a healthy master when "
                            + "the others vote for it: voters do not look whether it is down.",
                    "SENTINEL SET NAME quorum 2, at each Sentinel.",
                    SentinelRules::quorumOne),
            Rule.error(
                    "S03",
                    "the quorum cannot be reached",
                    "When the master dies nothing is promoted.",
                    "Bring the missing Sentinels back, or SENTINEL SET NAME quorum to what a majority can reach.",
                    SentinelRules::quorumOutOfReach),
            Rule.error(
                    "S04",
                    "a down-after so short that failovers cascade",
                    "A real Sentinel waits up to 1 s before it connects to the new master, takes it for dead "
                            + "meanwhile, and deposes it about a second after it was announced; writes that were "
                            + "acknowledged in between are lost.",
                    "SENTINEL SET NAME down-after-milliseconds 2000, at each Sentinel.",
                    SentinelRules::cascades),
            Rule.warning(
                    "S05",
                    "a replica stands twice in a sentinel.conf",
                    "Most often another was meant: that one is not known to this Sentinel until the master "
                            + "tells it.",
                    "Correct or remove the second line while the Sentinel is stopped; it owns the file while "
                            + "it runs.",
                    SentinelRules::twins),
            Rule.warning(
                    "S06",
                    "a replica that is long gone is remembered",
                    "Sentinel counts it, asks it for ever, and makes whatever comes back at that address a "
                            + "replica.",
                    "SENTINEL RESET NAME, at one Sentinel after the other, 30 s apart, while the master is well.",
                    SentinelRules::stale),
            Rule.warning(
                    "S07",
                    "a server of the group that Sentinel does not know",
                    "It cannot be promoted, and nobody tells it who is master after a failover.",
                    "Add it as known-replica, or let it replicate the master; a replica that announces "
                            + "another address needs replica-announce-ip.",
                    SentinelRules::unwatched),
            Rule.error(
                    "S08",
                    "a Sentinel that is given names, and does not resolve them",
                    "Since Redis 6.2 a host name is refused unless resolve-hostnames is yes; the Sentinel "
                            + "does not start.",
                    "sentinel resolve-hostnames yes before the monitor lines, and announce-hostnames yes if "
                            + "clients are to get names; or addresses.",
                    SentinelRules::namesUnresolved),
            Rule.warning(
                    "S09",
                    "Sentinels that do not know each other",
                    "Those that are not known have no vote: fewer failures than you think stop failovers.",
                    "Let them reach each other, in both directions, on their ports; they find each other "
                            + "through the master they watch.",
                    SentinelRules::strangers),
            Rule.warning(
                    "S10",
                    "fewer than three Sentinels",
                    "A failover needs a majority of all that are known: of two, none may fail.",
                    "Run a third, on another host.",
                    SentinelRules::few),
            Rule.warning(
                    "S11",
                    "Sentinels that are set differently",
                    "SENTINEL SET reaches one Sentinel only; what happens then depends on who leads.",
                    "Give each the same with SENTINEL SET.",
                    SentinelRules::differentSettings),
            Rule.error(
                    "S12",
                    "servers want a password that Sentinel does not have",
                    "It cannot talk to them: it takes them for dead, and promotes nothing.",
                    "sentinel auth-pass NAME PASSWORD, or SENTINEL SET NAME auth-pass.",
                    SentinelRules::withoutPassword),
            Rule.error(
                    "S13",
                    "the master is taken for dead",
                    "Writes fail, or a failover is under way.",
                    "See the log of the Sentinels for why no failover ends; SENTINEL CKQUORUM NAME says "
                            + "whether one can.",
                    SentinelRules::masterDown),
            Rule.error(
                    "S14",
                    "a Sentinel that does not answer",
                    "It has no vote while it is gone.",
                    "Start it, or remove it everywhere: SENTINEL RESET NAME at the others.",
                    SentinelRules::absent),
            Rule.warning(
                    "S15",
                    "a down-after that leaves little room",
                    "Below 2000 ms a busy host or a long script is taken for dead, and the pause before the "
                            + "new master is asked eats most of it.",
                    "SENTINEL SET NAME down-after-milliseconds 2000, at each Sentinel.",
                    SentinelRules::hasty),
            Rule.error(
                    "R01",
                    "slaveof or replicaof without a blank",
                    "Redis wants HOST PORT as two words, and does not start with HOST:PORT.",
                    "Put a blank between host and port.",
                    ServerRules::slaveofWithColon),
            Rule.warning(
                    "R02",
                    "only one database",
                    "Clients that select another get an error; Magento uses 0, 1 and 2 unless it is told "
                            + "otherwise.",
                    "databases 16 costs nothing.",
                    ServerRules::oneDatabase),
            Rule.error(
                    "R03",
                    "requirepass without masterauth",
                    "As a replica the server cannot log in to its master: after a failover the old master "
                            + "never follows the new one.",
                    "masterauth at every server of the group.",
                    ServerRules::noMasterauth),
            Rule.warning(
                    "R04",
                    "a master that saves nothing",
                    "When it restarts before Sentinel notices it comes back empty, and its replicas empty "
                            + "themselves after it.",
                    "appendonly yes or save lines; or do not let it restart by itself (Restart=no), so that a "
                            + "replica is promoted.",
                    KindRules::savesNothing),
            Rule.error(
                    "R05",
                    "an empty master beside full replicas",
                    "It came back without data; as soon as the link is up the replicas are as empty.",
                    "Stop the master now, so that a replica with the data is promoted; or REPLICAOF NO ONE at "
                            + "that replica first.",
                    ServerRules::emptyMaster),
            Rule.error(
                    "R06",
                    "two masters in one group",
                    "Writes to the one that is not Sentinel's are lost when it becomes a replica.",
                    "REPLICAOF at the one that Sentinel does not name; Sentinel does so by itself after some "
                            + "seconds if it knows it.",
                    ServerRules::twoMasters),
            Rule.warning(
                    "R07",
                    "sessions whose master writes without replicas",
                    "A master that is cut off goes on taking writes, and loses them when it returns.",
                    "min-replicas-to-write 1 and min-replicas-max-lag 10.",
                    KindRules::sessionsUnfenced),
            Rule.error(
                    "R08",
                    "a fence was left behind",
                    "A planned switch has set it, and whoever did so has died: every write gets NOREPLICAS.",
                    "A Cobnut that follows the group lifts it within 15 s. By hand: CONFIG SET the setting to "
                            + "its value less 1,000,000,000.",
                    ServerRules::fenceLeft),
            Rule.error(
                    "R09",
                    "a replica of another master",
                    "It has other data than its group, or will have soon.",
                    "REPLICAOF to the master that Sentinel names.",
                    ServerRules::wrongMaster),
            Rule.warning(
                    "R10",
                    "a replica that lags",
                    "What it does not have is lost if it is promoted.",
                    "See its log; client-output-buffer-limit replica and repl-backlog-size are often too small.",
                    ServerRules::lag),
            Rule.error(
                    "R11",
                    "a server that does not answer",
                    "The group has less to fall back on than it should.",
                    "Start it; or, if it is gone for good, SENTINEL RESET NAME at one Sentinel after the other.",
                    ServerRules::absent),
            Rule.error(
                    "R12",
                    "no replica that may be promoted",
                    "With replica-priority 0 everywhere a failover finds nobody.",
                    "CONFIG SET replica-priority 100, then CONFIG REWRITE.",
                    ServerRules::nobodyToPromote),
            Rule.warning(
                    "R13",
                    "a cache without a bound",
                    "It grows until the kernel kills it.",
                    "maxmemory, with room for what a save copies.",
                    KindRules::unbounded),
            Rule.warning(
                    "R14",
                    "an eviction policy against the kind of data",
                    "A full cache with noeviction refuses writes; sessions with allkeys-* are thrown away "
                            + "while they are in use.",
                    "CONFIG SET maxmemory-policy, then CONFIG REWRITE.",
                    KindRules::policy),
            Rule.warning(
                    "R15",
                    "timeouts that harm proxies",
                    "A proxy keeps connections that are idle for long; and those of hosts that have vanished "
                            + "must end at some time.",
                    "CONFIG SET timeout 0, tcp-keepalive 60.",
                    ServerRules::timeouts),
            Rule.warning(
                    "R16",
                    "a server that is open to anybody",
                    "Whoever reaches the port owns the data, and often the host.",
                    "requirepass with masterauth, or users of an ACL, or a bind that only the stack reaches.",
                    ServerRules::open),
            Rule.error(
                    "R17",
                    "a command is renamed that others need",
                    "Sentinel needs CONFIG, REPLICAOF, INFO, CLIENT, MULTI, EXEC and PUBLISH to fail over; "
                            + "proxies ask for ROLE and INFO.",
                    "Close commands by users of an ACL instead; or tell Sentinel by sentinel rename-command.",
                    ServerRules::renamed),
            Rule.warning(
                    "R18",
                    "sessions that are not kept",
                    "A restart loses what came after the last snapshot: customers are logged out.",
                    "appendonly yes and appendfsync everysec, at replicas, too.",
                    KindRules::sessionsUnsaved),
            Rule.warning(
                    "R19",
                    "replicas that can be written to",
                    "What is written there is on no other server, and is gone after a resynchronisation.",
                    "replica-read-only yes.",
                    ServerRules::writableReplica),
            Rule.note(
                    "R20",
                    "a process that does not let the doctor look",
                    "Half of these rules cannot look.",
                    "Give --user and --password (--sentinel-user and --sentinel-password; passwords: in stack.yml), and allow "
                            + "CONFIG GET to that user.",
                    ServerRules::mute),
            Rule.warning(
                    "R21",
                    "protected mode between hosts",
                    "A server without a password that does not say protected-mode no serves its own host only: Redis 7 refuses "
                            + "replicas and proxies of others.",
                    "requirepass and masterauth at all of them; or protected-mode no, with a bind or a firewall.",
                    ServerRules::keepsOthersOut),
            Rule.note(
                    "R22",
                    "a cache that is written to disk",
                    "An append-only file costs a write for each write, for data that can be made again.",
                    "CONFIG SET appendonly no, then CONFIG REWRITE; unless a cold cache is worse.",
                    KindRules::cachesSaved),
            Rule.warning(
                    "K01",
                    "a short queue of connections",
                    "Connections of a burst are dropped, and come again after 1 s.",
                    "sysctl net.core.somaxconn=4096, in /etc/sysctl.d, too.",
                    HostRules::somaxconn),
            Rule.warning(
                    "K02",
                    "memory is not overcommitted",
                    "A save or a full synchronisation forks, and the fork is refused when memory is more than "
                            + "half in use.",
                    "sysctl vm.overcommit_memory=1, in /etc/sysctl.d, too.",
                    HostRules::overcommit),
            Rule.warning(
                    "K03",
                    "transparent huge pages",
                    "After a fork each write copies 2 MiB: latencies of many milliseconds.",
                    "echo madvise > /sys/kernel/mm/transparent_hugepage/enabled, at each boot.",
                    HostRules::hugePages),
            Rule.warning(
                    "K04",
                    "servers that may grow beyond the memory of their host",
                    "The kernel kills the largest of them when they do.",
                    "A smaller maxmemory at some of them, or fewer servers on this host.",
                    HostRules::tooMuchMemory),
            Rule.note(
                    "K05",
                    "few clients at a time",
                    "Most often the limit of open files was too small, and the server has lowered maxclients.",
                    "LimitNOFILE=65536 in its unit, or ulimit -n, then maxclients 10000.",
                    HostRules::fewClients),
            Rule.error(
                    "K07",
                    "a host where nothing answers",
                    "It is down or cut off: what it held is on others, or nowhere.",
                    "See the host, and the network to it; then its units. What its death costs: `cobnut plan`.",
                    HostRules::dead),
            Rule.warning(
                    "K08",
                    "a limit of open files that is too small",
                    "The server takes fewer clients than it should, and refuses the rest.",
                    "LimitNOFILE=65536 in its unit, then restart it.",
                    HostRules::fewFiles),
            Rule.warning(
                    "K06",
                    "a clock that is wrong",
                    "Keys expire at other times after a failover, and logs of one failover cannot be put together.",
                    "chrony or ntpd, on every host.",
                    HostRules::clocks));

    private NodeRows() {}
}

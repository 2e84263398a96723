package dev.cobnut.doctor;

import java.util.List;

/// The rows of [RuleTable] about pools, proxies, those who connect to them, and virtual addresses.
final class ProxyRows {
    static final List<Rule> ALL = List.of(
            Rule.warning(
                    "V01",
                    "a replica older than its master, or of the other family",
                    "An older server cannot load what a newer one sends, nor Valkey what Redis 7.4 and later do: it never gets "
                            + "into step.",
                    "Upgrade replicas first, the master last; do not mix Redis and Valkey in one group.",
                    VersionRules::older),
            Rule.warning(
                    "V02",
                    "a check whose weight never moves the address",
                    "The priority with the weight is still above the peer's: the host keeps the address while "
                            + "the check fails.",
                    "A weight greater than the difference of the priorities; or none, which is also faster.",
                    AddressRules::weightTooSmall),
            Rule.warning(
                    "V03",
                    "vrrp_strict",
                    "The address does not answer (a firewall rule drops what comes), and unicast and "
                            + "passwords are refused.",
                    "Remove the line.",
                    AddressRules::strict),
            Rule.warning(
                    "V04",
                    "a check that only sees a process",
                    "A proxy that hangs, or has no nodes, keeps the address.",
                    "Ask it: PING at its port, or a page of its statistics port.",
                    AddressRules::checksProcess),
            Rule.error(
                    "V05",
                    "two hosts that disagree about one virtual router",
                    "Both hold an address, or none does.",
                    "The same number, addresses, version, interval and password on both, multicast on both or on none, and different"
                            + " priorities. (keepalived speaks version 2 unless it is told, cobnut vip version 3.)",
                    AddressRules::routersDiffer),
            Rule.error(
                    "V06",
                    "a virtual address that nobody holds",
                    "Clients reach no proxy, though proxies run.",
                    "See whether cobnut-vip or keepalived runs on these hosts, and what its log says: a check that fails keeps the "
                            + "address from all of them.",
                    AddressRules::heldByNobody),
            Rule.error(
                    "V07",
                    "a virtual address that two hosts hold",
                    "The hosts do not hear each other: clients reach one or the other, as the network happens to have learnt.",
                    "Let VRRP through between them (protocol 112), or use unicast_peer; the same virtual_router_id on "
                            + "both, and on nobody else's.",
                    AddressRules::heldTwice),
            Rule.warning(
                    "V08",
                    "a host that would not take the virtual address",
                    "Of two hosts the other one must not die then: nobody takes the address over, and clients reach no proxy.",
                    "systemctl status cobnut-vip there, and its log; `cobnut vip undrain` after a deployment; what its check does not "
                            + "find. Its page has to be reached from here: port 22223, and -a 0.0.0.0 as in the unit that "
                            + "`cobnut render` writes.",
                    AddressRules::wouldNotTake),
            Rule.error(
                    "N01",
                    "processes of one cache as shards of a pool",
                    "nutcracker hashes two thirds of the writes to read-only replicas. One shard with three "
                            + "nodes is meant.",
                    "One line with the master, kept up to date by `cobnut agent`; or `cobnut proxy "
                            + "--sentinel`, which makes one shard of them.",
                    PoolRules::processesAsShards),
            Rule.warning(
                    "N02",
                    "ejection together with Sentinel",
                    "During a failover the keys of the shard move to others, and back: reads miss, sessions "
                            + "are lost.",
                    "auto_eject_hosts: false.",
                    PoolRules::ejectsWithSentinel),
            Rule.error(
                    "N03",
                    "servers that share a ring name",
                    "ketama puts them on the same points; one gets all keys, or the file is refused.",
                    "A name of its own for each shard, one line for each.",
                    PoolRules::sharedRingName),
            Rule.warning(
                    "N04",
                    "a server name that Sentinel does not know",
                    "An agent matches by name: it never replaces this server.",
                    "The Sentinel master name as the server's name. Names place keys: where data matter, "
                            + "rename the group instead.",
                    PoolRules::nameUnknownToSentinel),
            Rule.warning(
                    "N05",
                    "two ports for one cache",
                    "One of the two is another cache, or nobody.",
                    "Make all of them say the same; see which one runs.",
                    PoolRules::serverPorts),
            Rule.warning(
                    "N06",
                    "a proxy port where no pool listens",
                    "Whoever is set up by that table reaches nobody, or another cache.",
                    "Correct the table, or listen.",
                    PoolRules::proxyPorts),
            Rule.error(
                    "N07",
                    "a pool without a name or without servers:",
                    "The file is no configuration: no proxy starts with it.",
                    "NAME: on a line of its own, its keys indented, the servers below servers:.",
                    PoolRules::nameless),
            Rule.error(
                    "N08",
                    "a file that Cobnut refuses",
                    "No proxy starts with it, or no speaker for the virtual address.",
                    "Mend the line; `cobnut proxy -t -c FILE` looks again, or `cobnut vip -t -c FILE`.",
                    PoolRules::refused),
            Rule.error(
                    "N09",
                    "files that place keys differently",
                    "Two proxies with them look for one key on two servers.",
                    "One file for all proxies.",
                    PoolRules::filesPlaceDifferently),
            Rule.error(
                    "P01",
                    "proxies that send to different masters",
                    "One of them writes what will be lost.",
                    "See their logs; the one with the lower config epoch does not hear the Sentinels.",
                    ClientRules::otherMaster),
            Rule.warning(
                    "P02",
                    "proxies of different versions",
                    "What one refuses another may do.",
                    "Upgrade the older.",
                    ClientRules::proxyVersions),
            Rule.error(
                    "P03",
                    "a running proxy that places keys otherwise",
                    "Keys are looked for where they are not.",
                    "Start it with the file that the others have.",
                    ClientRules::otherPlacement),
            Rule.warning(
                    "P04",
                    "the old agent still runs",
                    "It rewrites a file that nobody reads, and restarts a proxy at each blip of its Sentinel.",
                    "Stop it, and take it out of what starts it.",
                    ClientRules::agent),
            Rule.error(
                    "P05",
                    "a proxy whose requests wait or fail",
                    "A shard has no master that can be written to.",
                    "See `cobnut status`, its log, and what this report says of the group.",
                    ClientRules::waiting),
            Rule.error(
                    "P06",
                    "a proxy that does not answer",
                    "Its clients are not served, or nobody can see it.",
                    "Start it; its statistics port is 22222 unless -s says otherwise.",
                    ClientRules::absent),
            Rule.warning(
                    "P07",
                    "a proxy that is behind",
                    "It has not heard of the last failover: it may not hear the Sentinels, and would miss the next one, too.",
                    "See what `cobnut status` says of its Sentinels. (The epoch of a whole topology counts what one process "
                            + "has published; that of two proxies need not be the same.)",
                    ClientRules::behind),
            Rule.error(
                    "M01",
                    "Magento selects a database that the server does not have",
                    "Every request of that store fails.",
                    "databases at the servers, or a smaller number at Magento.",
                    ClientRules::databases),
            Rule.error(
                    "M02",
                    "sentinel_ options together with the proxy",
                    "Magento asks the proxy for Sentinel's commands, and gets errors.",
                    "Remove them: the proxy follows the Sentinels.",
                    ClientRules::sentinelLeft),
            Rule.warning(
                    "M03",
                    "Magento gives up before the proxy does",
                    "During a failover requests are held; a client that gives up first sees an error, and "
                            + "sends once more.",
                    "read_timeout above hold_millis_max.",
                    ClientRules::impatient),
            Rule.error(
                    "M04",
                    "scripts on a pool of several shards",
                    "use_lua sends scripts whose keys are on several shards: they are refused, or change half "
                            + "of what they should.",
                    "use_lua 0, or a pool of one shard.",
                    ClientRules::scriptsOnShards),
            Rule.error(
                    "M05",
                    "Magento connects to a port where no pool listens",
                    "The store reaches nobody, or another cache.",
                    "The port of the pool.",
                    ClientRules::nobodyListens),
            Rule.warning(
                    "M06",
                    "sessions and a cache in one database",
                    "Flushing the cache logs everybody out.",
                    "A server of its own for sessions.",
                    ClientRules::flushedTogether),
            Rule.warning(
                    "M07",
                    "a cache with tags on several shards",
                    "Tags and what they stand for are on different shards: a clean changes several at once, "
                            + "which is refused or misses some.",
                    "A pool of one shard for each cache; shards are for sessions.",
                    ClientRules::tagsOnShards));

    private ProxyRows() {}
}

package dev.cobnut.stack;

import dev.cobnut.topology.NodeAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The sentinel.conf files of the stack. Each is written once; from then on it is Sentinel's own memory: who is
/// master, and since which epoch. [#learned] reads that memory.
///
/// Sentinels and replicas are listed from the beginning, so the Sentinels need not find each other first, which takes
/// them 2 s and more.
final class SentinelConf {
    /// What an operator can choose.
    ///
    /// @param quorum how many Sentinels must find a master down; the election needs a majority in any case
    /// @param downAfterMillis how long a master is silent before it counts as down
    /// @param failoverTimeoutMillis bounds the steps of a failover; the next attempt waits twice as long
    record Settings(int quorum, int downAfterMillis, int failoverTimeoutMillis) {
        /// Two Sentinels must agree, and down-after is above the 1 s that Sentinel may take to reconnect after a
        /// switch: with less it deposes a healthy new master, and acknowledged writes are lost.
        static final Settings SOUND = new Settings(2, 2000, 10_000);

        /// As the reference stack was published.
        static final Settings REFERENCE = new Settings(1, 200, 1000);
    }

    /// Who is master, as one file remembers.
    ///
    /// @param master its address
    /// @param configEpoch the failover that made it master; 0 for the first
    record Memory(NodeAddress.Tcp master, long configEpoch) {}

    private SentinelConf() {}

    /// @param layout where everything listens
    /// @param host whose Sentinel this is, from 0
    /// @param directory its working directory; absolute
    /// @param settings for every cache
    /// @param ids of all Sentinels by host, 40 hexadecimal digits each
    /// @param masters the host of each cache's master
    static String render(
            Layout layout, int host, Path directory, Settings settings, List<String> ids, Map<Cache, Integer> masters) {
        NodeAddress.Tcp address = layout.sentinel(host);
        List<String> lines = new ArrayList<>();
        lines.add(marker(layout, settings));
        lines.add("# Written once by `cobnut up`; Sentinel keeps what it learns in this file.");
        lines.add("bind " + address.host());
        lines.add("port " + address.port());
        lines.add("protected-mode no");
        lines.add("daemonize no");
        lines.add("dir " + RedisConf.quote(directory));
        lines.add("sentinel announce-ip " + address.host());
        lines.add("sentinel announce-port " + address.port());
        lines.add("sentinel myid " + ids.get(host));
        for (Cache cache : Cache.values()) {
            int master = masters.getOrDefault(cache, cache.firstMaster());
            String name = cache.masterName();
            lines.add("sentinel monitor " + name + " " + spaced(layout.redis(cache, master)) + " " + settings.quorum);
            lines.add("sentinel down-after-milliseconds " + name + " " + settings.downAfterMillis);
            lines.add("sentinel failover-timeout " + name + " " + settings.failoverTimeoutMillis);
            for (int other = 0; other < Layout.HOSTS; other++) {
                if (other != master) {
                    lines.add("sentinel known-replica " + name + " " + spaced(layout.redis(cache, other)));
                }
                if (other != host) {
                    lines.add("sentinel known-sentinel " + name + " " + spaced(layout.sentinel(other)) + " "
                            + ids.get(other));
                }
            }
        }
        return String.join("\n", lines) + "\n";
    }

    /// The first line of a file: what it was written for. Sentinel keeps comments when it rewrites the file.
    static String marker(Layout layout, Settings settings) {
        return "# For " + layout + " " + settings;
    }

    /// What a file says about each master; empty where it says nothing that can be read.
    static Map<String, Memory> learned(List<String> lines) {
        Map<String, NodeAddress.Tcp> masters = new HashMap<>();
        Map<String, Long> epochs = new HashMap<>();
        for (String line : lines) {
            String[] words = line.strip().split("\\s+", -1);
            if (words.length >= 5 && words[0].equals("sentinel") && words[1].equals("monitor") && isNumber(words[4])) {
                masters.put(words[2], new NodeAddress.Tcp(words[3], Integer.parseInt(words[4])));
            } else if (words.length >= 4 && words[1].equals("config-epoch") && isNumber(words[3])) {
                epochs.put(words[2], Long.parseLong(words[3]));
            }
        }
        Map<String, Memory> learned = new HashMap<>();
        masters.forEach((name, master) -> learned.put(name, new Memory(master, epochs.getOrDefault(name, 0L))));
        return learned;
    }

    private static boolean isNumber(String word) {
        return !word.isEmpty() && word.length() <= 9 && word.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static String spaced(NodeAddress.Tcp address) {
        return address.host() + " " + address.port();
    }
}

package dev.cobnut.stack;

import dev.cobnut.topology.NodeAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Who is master, as the sentinel.conf of one Sentinel remembers: it keeps in that file what it learns.
///
/// @param master its address
/// @param configEpoch the failover that made it master; 0 for the first
record Memory(NodeAddress.Tcp master, long configEpoch) {
    /// What a file says about each master, by group; empty where it says nothing that can be read.
    static Map<String, Memory> in(List<String> lines) {
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
        Map<String, Memory> memories = new HashMap<>();
        masters.forEach((name, master) -> memories.put(name, new Memory(master, epochs.getOrDefault(name, 0L))));
        return memories;
    }

    private static boolean isNumber(String word) {
        return !word.isEmpty() && word.length() <= 9 && word.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}

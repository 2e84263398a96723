package dev.cobnut.control.discovery;

import dev.cobnut.control.probe.StrictText;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The events of a Sentinel that are listened to, one row each: the channel, how much it matters, what it means.
enum SentinelEvent {
    SWITCH_MASTER("+switch-master", DiscoveryEvent.Kind.FAILOVER, "is the new one (+switch-master)"),
    PROMOTED_SLAVE("+promoted-slave", DiscoveryEvent.Kind.FAILOVER, "is promoted"),
    TRY_FAILOVER("+try-failover", DiscoveryEvent.Kind.FAILOVER, "failover: a Sentinel wants to lead one"),
    ELECTED_LEADER("+elected-leader", DiscoveryEvent.Kind.FAILOVER, "failover: its leader is elected"),
    SELECT_SLAVE("+failover-state-select-slave", DiscoveryEvent.Kind.FAILOVER, "failover: a replica is being chosen"),
    SELECTED_SLAVE("+selected-slave", DiscoveryEvent.Kind.FAILOVER, "is chosen to be the next master"),
    SLAVEOF_NO_ONE("+failover-state-send-slaveof-noone", DiscoveryEvent.Kind.FAILOVER, "is being promoted"),
    WAIT_PROMOTION("+failover-state-wait-promotion", DiscoveryEvent.Kind.FAILOVER, "was told to be master"),
    RECONF_SLAVES("+failover-state-reconf-slaves", DiscoveryEvent.Kind.FAILOVER, "failover: the replicas are told"),
    FAILOVER_END("+failover-end", DiscoveryEvent.Kind.FAILOVER, "failover: done"),
    FAILOVER_END_FOR_TIMEOUT(
            "+failover-end-for-timeout",
            DiscoveryEvent.Kind.FAILOVER,
            "failover: ended at failover-timeout, some replicas may not follow yet"),
    NOT_ELECTED("-failover-abort-not-elected", DiscoveryEvent.Kind.FAILOVER, "failover: given up, no majority"),
    NO_GOOD_SLAVE("-failover-abort-no-good-slave", DiscoveryEvent.Kind.FAILOVER, "failover: given up, no fit replica"),
    SLAVE_TIMEOUT(
            "-failover-abort-slave-timeout",
            DiscoveryEvent.Kind.FAILOVER,
            "failover: given up, the replica did not become master"),
    SUBJECTIVELY_DOWN("+sdown", DiscoveryEvent.Kind.NODE, "is down (sdown)"),
    SUBJECTIVELY_UP("-sdown", DiscoveryEvent.Kind.NODE, "answers again (-sdown)"),
    OBJECTIVELY_DOWN("+odown", DiscoveryEvent.Kind.NODE, "is down, the quorum agrees (odown)"),
    OBJECTIVELY_UP("-odown", DiscoveryEvent.Kind.NODE, "is not down any more (-odown)"),
    REPLICA_FOUND("+slave", DiscoveryEvent.Kind.NODE, "is a replica now"),
    CONVERTED("+convert-to-slave", DiscoveryEvent.Kind.NODE, "is told to be a replica"),
    REBOOTED("+reboot", DiscoveryEvent.Kind.NODE, "was restarted"),
    RESET("+reset-master", DiscoveryEvent.Kind.NODE, "its replicas and Sentinels were forgotten (SENTINEL RESET)"),
    MONITORED("+monitor", DiscoveryEvent.Kind.NODE, "is watched now"),
    FORGOTTEN("-monitor", DiscoveryEvent.Kind.WARNING, "is not watched any more (SENTINEL REMOVE)");

    private static final Map<String, SentinelEvent> BY_CHANNEL = new HashMap<>();

    static {
        for (SentinelEvent event : values()) {
            BY_CHANNEL.put(event.channel, event);
        }
    }

    /// One event, understood.
    ///
    /// @param group the master name
    /// @param master whether it is about the master of the group, not a replica
    /// @param address the node it is about; the new master for `+switch-master`
    record Told(SentinelEvent event, String group, boolean master, NodeAddress.Tcp address) {

        /// For people.
        String line() {
            String node = (master ? "master " : "replica ") + address + " ";
            return group + ": " + (event.text.startsWith("failover") ? "" : node) + event.text;
        }
    }

    private final String channel;
    private final DiscoveryEvent.Kind kind;
    private final String text;

    SentinelEvent(String channel, DiscoveryEvent.Kind kind, String text) {
        this.channel = channel;
        this.kind = kind;
        this.text = text;
    }

    String channel() {
        return channel;
    }

    DiscoveryEvent.Kind kind() {
        return kind;
    }

    /// The command that subscribes to every row.
    static String[] subscription() {
        SentinelEvent[] events = values();
        String[] command = new String[events.length + 1];
        command[0] = "SUBSCRIBE";
        for (int event = 0; event < events.length; event++) {
            command[event + 1] = events[event].channel;
        }
        return command;
    }

    /// Reads an event. `+switch-master` has `NAME OLDIP OLDPORT NEWIP NEWPORT`; all others have
    /// `TYPE NAME IP PORT`, for replicas followed by `@ MASTER-NAME MASTER-IP MASTER-PORT`, and perhaps more.
    ///
    /// @return null for a channel or a type of instance (a Sentinel) that has no row
    /// @throws IOException when the payload does not fit
    static @Nullable Told parse(String channel, String payload) throws IOException {
        SentinelEvent event = BY_CHANNEL.get(channel);
        if (event == null) {
            return null;
        }
        List<String> words = List.of(payload.split(" ", -1));
        if (event == SWITCH_MASTER && words.size() == 5) {
            return new Told(event, words.get(0), true, StrictText.address(words.get(3), words.get(4)));
        }
        if (event != SWITCH_MASTER && words.size() >= 4) {
            switch (words.getFirst()) {
                case "master" -> {
                    return new Told(event, words.get(1), true, StrictText.address(words.get(2), words.get(3)));
                }
                case "slave" -> {
                    if (words.size() >= 8 && words.get(4).equals("@")) {
                        return new Told(event, words.get(5), false, StrictText.address(words.get(2), words.get(3)));
                    }
                }
                case "sentinel" -> {
                    return null;
                }
                default -> {
                    // refused below
                }
            }
        }
        throw new IOException("event " + channel + " \"" + StrictText.printable(payload)
                + "\" (expected the words that a Sentinel sends on this channel)");
    }
}

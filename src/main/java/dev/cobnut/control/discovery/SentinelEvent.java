package dev.cobnut.control.discovery;

import dev.cobnut.control.Notice;
import dev.cobnut.control.probe.StrictText;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The events of a Sentinel that are listened to, one row each: the channel, how much it matters, what it means.
enum SentinelEvent {
    SWITCH_MASTER("+switch-master", Notice.Kind.FAILOVER, "is the new one (+switch-master)"),
    PROMOTED_SLAVE("+promoted-slave", Notice.Kind.FAILOVER, "is promoted"),
    TRY_FAILOVER("+try-failover", Notice.Kind.FAILOVER, "failover: a Sentinel wants to lead one"),
    ELECTED_LEADER("+elected-leader", Notice.Kind.FAILOVER, "failover: its leader is elected"),
    SELECT_SLAVE("+failover-state-select-slave", Notice.Kind.FAILOVER, "failover: a replica is being chosen"),
    SELECTED_SLAVE("+selected-slave", Notice.Kind.FAILOVER, "is chosen to be the next master"),
    SLAVEOF_NO_ONE("+failover-state-send-slaveof-noone", Notice.Kind.FAILOVER, "is being promoted"),
    WAIT_PROMOTION("+failover-state-wait-promotion", Notice.Kind.FAILOVER, "was told to be master"),
    RECONF_SLAVES("+failover-state-reconf-slaves", Notice.Kind.FAILOVER, "failover: the replicas are told"),
    FAILOVER_END("+failover-end", Notice.Kind.FAILOVER, "failover: done"),
    FAILOVER_END_FOR_TIMEOUT(
            "+failover-end-for-timeout",
            Notice.Kind.FAILOVER,
            "failover: ended at failover-timeout, some replicas may not follow yet"),
    NOT_ELECTED("-failover-abort-not-elected", Notice.Kind.FAILOVER, "failover: given up, no majority"),
    NO_GOOD_SLAVE("-failover-abort-no-good-slave", Notice.Kind.FAILOVER, "failover: given up, no fit replica"),
    SLAVE_TIMEOUT(
            "-failover-abort-slave-timeout",
            Notice.Kind.FAILOVER,
            "failover: given up, the replica did not become master"),
    SUBJECTIVELY_DOWN("+sdown", Notice.Kind.NODE, "is down (sdown)"),
    SUBJECTIVELY_UP("-sdown", Notice.Kind.NODE, "answers again (-sdown)"),
    OBJECTIVELY_DOWN("+odown", Notice.Kind.NODE, "is down, the quorum agrees (odown)"),
    OBJECTIVELY_UP("-odown", Notice.Kind.NODE, "is not down any more (-odown)"),
    REPLICA_FOUND("+slave", Notice.Kind.NODE, "is a replica now"),
    CONVERTED("+convert-to-slave", Notice.Kind.NODE, "is told to be a replica"),
    REBOOTED("+reboot", Notice.Kind.NODE, "was restarted"),
    RESET("+reset-master", Notice.Kind.NODE, "its replicas and Sentinels were forgotten (SENTINEL RESET)"),
    MONITORED("+monitor", Notice.Kind.NODE, "is watched now"),
    FORGOTTEN("-monitor", Notice.Kind.WARNING, "is not watched any more (SENTINEL REMOVE)");

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

    /// What an event is to those who wait for a failover.
    enum Step {
        /// Nothing.
        NONE,
        /// A failover of the master that it names is under way.
        BEGUN,
        /// It names the replica that is going to be promoted.
        NAMED,
        /// That replica has been told.
        TOLD,
        /// The failover is given up.
        ABORTED
    }

    private final String channel;
    private final Notice.Kind kind;
    private final String text;

    SentinelEvent(String channel, Notice.Kind kind, String text) {
        this.channel = channel;
        this.kind = kind;
        this.text = text;
    }

    String channel() {
        return channel;
    }

    Notice.Kind kind() {
        return kind;
    }

    Step step() {
        return switch (this) {
            case TRY_FAILOVER, ELECTED_LEADER, SELECT_SLAVE -> Step.BEGUN;
            case SELECTED_SLAVE, SLAVEOF_NO_ONE -> Step.NAMED;
            case WAIT_PROMOTION, PROMOTED_SLAVE -> Step.TOLD;
            case NOT_ELECTED, NO_GOOD_SLAVE, SLAVE_TIMEOUT -> Step.ABORTED;
            case SWITCH_MASTER,
                    RECONF_SLAVES,
                    FAILOVER_END,
                    FAILOVER_END_FOR_TIMEOUT,
                    SUBJECTIVELY_DOWN,
                    SUBJECTIVELY_UP,
                    OBJECTIVELY_DOWN,
                    OBJECTIVELY_UP,
                    REPLICA_FOUND,
                    CONVERTED,
                    REBOOTED,
                    RESET,
                    MONITORED,
                    FORGOTTEN -> Step.NONE;
        };
    }

    /// Whether it names a master that is or will be another than before.
    boolean announcesMaster() {
        return this == SWITCH_MASTER || this == PROMOTED_SLAVE;
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

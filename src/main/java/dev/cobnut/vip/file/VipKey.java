package dev.cobnut.vip.file;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// The keys of one virtual router below `vip:`. One row each.
enum VipKey {
    INTERFACE(
            "the name of a network interface",
            "none; it has to be there",
            "Speaks, hears and carries the addresses there"),
    ROUTER_ID(
            "1 to 255",
            "`51`",
            "The number of the virtual router: the same on all its machines, and no other's in that network"),
    ADDRESSES(
            "an IP address or a list, each with `/` and the length of its prefix, or without",
            "none; it has to be there",
            "What moves: the same list on all machines, all IPv4 or all IPv6; `/32` or `/128` without a length"),
    PRIORITY("1 to 254", "`100`", "Who is master of those that are well: the greatest"),
    VERSION("2 or 3", "`3`", "Of VRRP: the same on all machines; 3 for IPv6; keepalived's default is 2"),
    INTERVAL(
            "version 3: 50 ms to 40950 ms, in tens of milliseconds; version 2: 1 s to 255 s, whole seconds",
            "`1 s`",
            "How often the master says that it lives; who hears nothing three times takes its place. In version "
                    + "2 the same on all"
                    + " machines"),
    PREEMPT("true or false", "`false`", "Whether a master of less priority is replaced; keepalived's default is true"),
    PREEMPT_DELAY("0 s to 1000 s", "`0 s`", "For how long it is let be before; with `preempt: true` only"),
    SOURCE(
            "an IP address of the interface",
            "its first one",
            "Sends from there, and wins over lesser ones of the same priority"),
    PEERS("an IP address or a list", "none: multicast", "Speaks to these, and hears these only"),
    PASSWORD(
            "1 to 8 bytes, or env:NAME or file:/PATH where they are",
            "none",
            "Version 2 only: in clear text in each message. It keeps nobody out; it is for the keepalived on "
                    + "the other side"),
    CHECKSUM_AS_V2(
            "true or false",
            "`false`",
            "Version 3 over IPv4: sums the message alone, as RFC 9568 and some routers do; keepalived's "
                    + "`v3_checksum_as_v2`"),
    ANNOUNCE(
            "`{repeat: 5, delay: 5 s, refresh: 500 ms, refresh_repeat: 1}`",
            "the same",
            "How a master tells neighbours: so often at once, as often again after `delay`, and every `refresh` "
                    + "so often as"
                    + " `refresh_repeat` says; `0 s` for never"),
    ADVERT_BEFORE_YIELDING(
            "true or false",
            "`true`",
            "Whether a master that hears of a better one says once more that it was here, so that the better "
                    + "one tells the neighbours"),
    CHECKS(
            "a list of `ping HOST:PORT`, `get http://HOST:PORT/PATH`, `run PROGRAM WORDS`",
            "`ping` of each pool of the file",
            "What has to be well behind the addresses; `[]` for nothing"),
    CHECK(
            "`{interval: 1 s, timeout: 1 s, rise: 2, fall: 2, weight: 0}`",
            "the same, but `weight: -50` for `get`",
            "How often is looked, for how long, and how often in turn something else has to be seen before it counts."
                    + " `weight: 0`: who fails carries no address; above 0 is added to the priority while all is well, below 0 while it is not"),
    NOTIFY(
            "a program and its words",
            "none",
            "Is run at each change, with four words more: INSTANCE, the name, the state, the priority"),
    NOTIFY_MASTER("a program and its words", "none", "Is run when this machine becomes master"),
    NOTIFY_BACKUP("a program and its words", "none", "Is run when it becomes backup"),
    NOTIFY_FAULT("a program and its words", "none", "Is run when something keeps it from being master"),
    NOTIFY_STOP("a program and its words", "none", "Is run when the speaker ends"),
    NOTIFY_TIMEOUT("10 ms to 600 s", "`10 s`", "After that a program is killed");

    private final String values;
    private final String otherwise;
    private final String sentence;

    /// @param values what may stand there
    /// @param otherwise what holds without it
    VipKey(String values, String otherwise, String sentence) {
        this.values = values;
        this.otherwise = otherwise;
        this.sentence = sentence;
    }

    /// As it stands in the file.
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static List<String> words() {
        return Arrays.stream(values()).map(VipKey::word).toList();
    }

    /// The table of the documents.
    static String markdown() {
        StringBuilder table =
                new StringBuilder("| key | values | default | what it does |\n| --- | --- | --- | --- |\n");
        for (VipKey key : values()) {
            table.append("| `")
                    .append(key.word())
                    .append("` | ")
                    .append(key.values)
                    .append(" | ")
                    .append(key.otherwise)
                    .append(" | ")
                    .append(key.sentence)
                    .append(" |\n");
        }
        return table.toString();
    }
}

package dev.cobnut.doctor;

import java.util.List;

/// The rows of [RuleTable] about what stack.yml says and what runs.
final class StackRows {
    static final List<Rule> ALL = List.of(
            Rule.error(
                    "F01",
                    "a process of stack.yml that does not run",
                    "What it was to take over when another fails is missing.",
                    "Start it: systemctl status, and its log, say why it does not run. If it is gone for good, take it "
                            + "out of the file.",
                    StackRules::notRunning),
            Rule.warning(
                    "F02",
                    "something that stack.yml does not have",
                    "Whoever plans by the file does not see it: a replica that may become master, a pool that others use.",
                    "Write it down, or end it; what only Sentinels remember goes with SENTINEL RESET NAME.",
                    StackRules::strangers),
            Rule.warning(
                    "F03",
                    "a server at another port than stack.yml says",
                    "Files that are rendered from it lead to nobody.",
                    "Correct the port in the file; or move the server: start one at the right port as a replica, let it "
                            + "catch up, stop the other.",
                    StackRules::otherPort),
            Rule.error(
                    "F04",
                    "a group that Sentinels do not watch under its name",
                    "Proxies ask by this name, and are told nothing; nobody replaces its master.",
                    "SENTINEL MONITOR NAME with the master, at each Sentinel; or `master:` of the shard in the file, if it "
                            + "only has another name.",
                    StackRules::unwatched),
            Rule.warning(
                    "F05",
                    "Sentinels that are set otherwise than stack.yml says",
                    "Failovers begin sooner or later than planned, or need other votes.",
                    "SENTINEL SET NAME with the value, at each Sentinel; or change the file.",
                    StackRules::sentinelsDiffer),
            Rule.warning(
                    "F06",
                    "servers that are set otherwise than stack.yml says",
                    "After the next start, or on the next host, it is otherwise again.",
                    "CONFIG SET and CONFIG REWRITE (databases needs a restart); or change the file.",
                    StackRules::serversDiffer),
            Rule.error(
                    "F07",
                    "a server that replicates somebody outside of its group",
                    "It has the data of another cache, or of nobody.",
                    "REPLICAOF to the master of its group.",
                    StackRules::outsideOfItsGroup),
            Rule.error(
                    "F08",
                    "a proxy without a pool of stack.yml",
                    "Clients of that cache find nobody at this proxy.",
                    "Give it the cobnut.yml that follows from the file, and restart it.",
                    StackRules::withoutPool));

    private StackRows() {}
}

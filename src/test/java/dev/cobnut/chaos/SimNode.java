package dev.cobnut.chaos;

import dev.cobnut.control.probe.History;
import dev.cobnut.control.probe.MasterAnswer;
import dev.cobnut.control.probe.RoleAnswer;
import dev.cobnut.topology.NodeAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A server of a [SimWorld]: executes requests, replicates from another one with a lag, and says of itself what INFO
/// and ROLE of Redis 7 say. One write is one byte of its history.
final class SimNode {
    private static final String NONE = "0".repeat(40);

    /// One write, as it is in a history.
    ///
    /// @param atNanos when the master of then executed it
    record Entry(String id, String key, long atNanos) {}

    final NodeAddress.Tcp address;
    private final SimWorld world;

    /// What is under way to it and from it.
    final List<SimWire> wires = new ArrayList<>();

    /// Questions that wait until it goes on.
    final List<Runnable> questions = new ArrayList<>();

    boolean up = true;
    boolean frozen;

    /// Nobody tells those who are connected that it is down.
    boolean silent;

    /// Its data do not descend from those of the group.
    boolean foreign;

    /// A Sentinel has promoted it all the same, as no other was there.
    boolean blessed;

    private boolean linked;
    private @Nullable SimNode source;
    private long connectNanos;
    private long loadedNanos = Long.MIN_VALUE;
    private long killedNanos;
    private List<Entry> log = new ArrayList<>();
    private Map<String, Integer> keys = new HashMap<>();
    private String runId;
    private String replid;
    private String before = NONE;
    private long beforeOffset = -1;

    SimNode(SimWorld world, NodeAddress.Tcp address) {
        this.world = world;
        this.address = address;
        this.runId = world.newIdentity();
        this.replid = world.newIdentity();
    }

    /// Data that were there before all.
    void fill(int count) {
        for (int i = 0; i < count; i++) {
            append(new Entry("filled " + i, "filled " + i, world.nowNanos()));
        }
    }

    boolean isMaster() {
        return source == null;
    }

    boolean answers() {
        return up && !frozen;
    }

    boolean isLinkedTo(SimNode master) {
        sync();
        return answers() && source == master && linked;
    }

    String replid() {
        return replid;
    }

    long offset() {
        return log.size();
    }

    boolean has(String id) {
        return log.stream().anyMatch(entry -> entry.id.equals(id));
    }

    private void append(Entry entry) {
        log.add(entry);
        keys.merge(entry.key, 1, Integer::sum);
    }

    private void take(List<Entry> entries) {
        log = new ArrayList<>();
        keys = new HashMap<>();
        entries.forEach(this::append);
    }

    // ---- replication ------------------------------------------------------------------------------------------------

    /// Gets what has arrived by now.
    void sync() {
        SimNode master = source;
        if (master == null || world.isAlone(master) || !answers() || !master.answers() || !master.isMaster()) {
            return;
        }
        long visible = world.nowNanos() - world.lagNanos();
        int to = master.log.size();
        while (to > 0 && master.log.get(to - 1).atNanos > visible) {
            to--;
        }
        if (!linked) {
            if (world.nowNanos() < connectNanos || master.isLoading()) {
                return;
            }
            linked = true;
            boolean same = replid.equals(master.replid) && log.size() <= master.log.size();
            boolean heir = replid.equals(master.before) && log.size() <= master.beforeOffset;
            if (heir) {
                before = replid;
                beforeOffset = log.size();
                replid = master.replid;
            } else if (!same) {
                replid = master.replid;
                before = NONE;
                beforeOffset = -1;
                foreign = master.foreign;
                blessed = master.blessed;
                take(List.copyOf(master.log.subList(0, Math.max(to, 0))));
            }
        }
        while (log.size() < to) {
            append(master.log.get(log.size()));
        }
    }

    /// All that replicate from it get what has left it, before something becomes of it.
    private void letGo() {
        for (SimNode each : world.nodes()) {
            if (each.source == this) {
                each.sync();
            }
        }
    }

    private void cut() {
        letGo();
        for (SimNode each : world.nodes()) {
            if (each.source == this) {
                each.linked = false;
                each.connectNanos = Long.MAX_VALUE;
            }
        }
    }

    private void offer() {
        for (SimNode each : world.nodes()) {
            if (each.source == this && !each.linked) {
                each.connectNanos = world.nowNanos() + world.millis(10, 600);
            }
        }
    }

    // ---- what befalls it --------------------------------------------------------------------------------------------

    /// REPLICAOF NO ONE.
    void promote() {
        sync();
        if (source != null) {
            source = null;
            linked = false;
            before = replid;
            beforeOffset = log.size();
            replid = world.newIdentity();
            endWires();
            offer();
        }
    }

    /// REPLICAOF.
    void replicate(SimNode master) {
        if (source != master) {
            sync();
            cut();
            source = master;
            linked = false;
            connectNanos = world.nowNanos() + world.millis(5, 200);
            if (!world.chance(3)) {
                endWires();
            }
        }
    }

    private void endWires() {
        List.copyOf(wires).forEach(SimWire::nodeEnds);
    }

    void freeze() {
        sync();
        letGo();
        frozen = true;
    }

    void thaw() {
        frozen = false;
        List<SimWire> ready = new ArrayList<>(wires);
        world.shuffle(ready);
        ready.forEach(SimWire::work);
        List<Runnable> waiting = List.copyOf(questions);
        questions.clear();
        waiting.forEach(Runnable::run);
    }

    /// @param withHost whether nobody is left who could end the connections
    void kill(boolean withHost) {
        sync();
        cut();
        up = false;
        killedNanos = world.nowNanos();
        frozen = false;
        linked = false;
        silent = withHost;
        List<Runnable> waiting = List.copyOf(questions);
        questions.clear();
        waiting.forEach(Runnable::run);
        List.copyOf(wires).forEach(SimWire::nodeDies);
    }

    /// @param kept how much of its history is on its disk
    void restart(long kept, boolean forgetsMaster) {
        up = true;
        silent = false;
        runId = world.newIdentity();
        boolean empty = kept == 0;
        if (empty) {
            before = NONE;
            beforeOffset = -1;
            replid = world.newIdentity();
            foreign = true;
            blessed = false;
            take(List.of());
        } else {
            take(List.copyOf(log.subList(0, (int) Math.min(kept, log.size()))));
            if (source == null || forgetsMaster) {
                if (loadedNanos <= killedNanos) {
                    // Else its disk still has what it had before.
                    before = replid;
                    beforeOffset = log.size();
                }
                replid = world.newIdentity();
            }
        }
        source = forgetsMaster ? null : source;
        loadedNanos = world.nowNanos() + (empty ? 0 : world.millis(0, 300));
        connectNanos = loadedNanos + world.millis(5, 200);
        offer();
        List.copyOf(wires).forEach(SimWire::nodeIsBack);
    }

    // ---- what it says -----------------------------------------------------------------------------------------------

    boolean isLoading() {
        return world.nowNanos() < loadedNanos;
    }

    /// The reply to a request, `COMMAND key id`.
    String execute(List<String> words) {
        if (words.getFirst().equals("ECHO")) {
            return bulk(words.get(1));
        }
        if (words.getFirst().equals("INFO")) {
            sync();
            return bulk("# Replication\r\nrole:" + (source == null ? "master" : "slave") + "\r\nmaster_replid:" + replid
                    + "\r\nmaster_replid2:" + before + "\r\n");
        }
        String id = words.get(2);
        boolean write = !words.getFirst().equals("GET");
        if (isLoading()) {
            return "-LOADING Redis is loading the dataset in memory\r\n";
        }
        sync();
        if (source != null && !linked && world.deniesStale()) {
            return "-MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.\r\n";
        }
        if (source != null && write) {
            return "-READONLY You can't write against a read only replica.\r\n";
        }
        if (write) {
            append(new Entry(id, words.get(1), world.nowNanos()));
        }
        return bulk(id + " " + world.onExecuted(this, id, write));
    }

    private static String bulk(String text) {
        return "$" + text.length() + "\r\n" + text + "\r\n";
    }

    /// What INFO says.
    MasterAnswer info() {
        sync();
        if (isLoading()) {
            return new MasterAnswer.NotYet("it is loading its data");
        }
        SimNode master = source;
        return master == null
                ? new MasterAnswer.Master(
                        new History(
                                runId, replid, log.size(), before, beforeOffset, keys.size(), false, false, replicas()),
                        false)
                : new MasterAnswer.NotYet("it is a replica of " + master.address);
    }

    private Set<NodeAddress.Tcp> replicas() {
        Set<NodeAddress.Tcp> replicas = new HashSet<>();
        for (SimNode each : world.nodes()) {
            each.sync();
            if (each.source == this && each.linked) {
                replicas.add(each.address);
            }
        }
        return replicas;
    }

    /// What ROLE says.
    RoleAnswer role() {
        sync();
        SimNode master = source;
        if (isLoading()) {
            return RoleAnswer.none("LOADING");
        }
        return master == null
                ? RoleAnswer.master(List.copyOf(replicas()))
                : RoleAnswer.replica(master.address, linked ? "connected" : "connect");
    }

    @Override
    public String toString() {
        String state = up ? frozen ? "frozen" : source == null ? "master" : "replica" : "down";
        return address.port() + " (" + state + (foreign ? ", foreign" : "") + ", " + log.size() + ")";
    }
}

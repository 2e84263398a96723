package dev.cobnut.doctor;

import dev.cobnut.control.probe.StrictText;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One redis-server: a redis.conf, or a living one.
///
/// @param address of a living one; null for a file, which does not say its host
/// @param settings what the file says, or CONFIG GET; empty when a living one would not say
/// @param info the fields of a living one's INFO; empty for a file
/// @param mute why a living one would not show its settings; null when it did
public record Server(
        NodeAddress.@Nullable Tcp address,
        Settings settings,
        Map<String, String> info,
        @Nullable String mute) {
    static final int DEFAULT_PORT = 6379;

    /// What stands among the fields of INFO for how many seconds its clock is ahead of ours.
    static final String CLOCK = "cobnut_clock_seconds_ahead";

    /// What stands there for the commands that Sentinel and proxies need and that it does not have under their names.
    static final String RENAMED = "cobnut_commands_renamed";

    public Server {
        info = Map.copyOf(info);
    }

    /// Where it was found.
    public String at() {
        return settings.at();
    }

    boolean isLiving() {
        return address != null;
    }

    /// Whether its settings are known.
    boolean isOpen() {
        return mute == null;
    }

    public int port() {
        return address != null ? address.port() : (int) settings.number("port", DEFAULT_PORT);
    }

    /// Whether it is no replica.
    boolean isMaster() {
        return isLiving() ? field("role").equals("master") : master() == null && !isReplicaByFile();
    }

    private boolean isReplicaByFile() {
        Setting said = settings.last(settings.has("replicaof") ? "replicaof" : "slaveof");
        return said != null
                && !said.value().equalsIgnoreCase("no one")
                && !said.words().isEmpty();
    }

    /// Whom it replicates; null for a master, or when what it says is no address.
    public NodeAddress.@Nullable Tcp master() {
        try {
            if (isLiving()) {
                return isMaster() ? null : StrictText.address(field("master_host"), field("master_port"));
            }
            Setting said = settings.last(settings.has("replicaof") ? "replicaof" : "slaveof");
            return said == null || said.words().size() != 2 ? null : StrictText.address(said.word(0), said.word(1));
        } catch (IOException _) {
            return null;
        }
    }

    /// A field of INFO; empty when it is not there.
    String field(String name) {
        return info.getOrDefault(name, "");
    }

    /// A number of INFO.
    long number(String name, long otherwise) {
        return field(name).matches("-?\\d{1,18}") ? Long.parseLong(field(name)) : otherwise;
    }

    /// How many keys it has, in all databases.
    long keys() {
        long keys = 0;
        for (Map.Entry<String, String> field : info.entrySet()) {
            // db0 -> keys=12,expires=0,avg_ttl=0
            if (field.getKey().matches("db\\d{1,9}") && field.getValue().matches("keys=\\d{1,18},.*")) {
                keys += Long.parseLong(
                        field.getValue().substring(5, field.getValue().indexOf(',')));
            }
        }
        return keys;
    }

    /// Whether anything of its data survives a restart.
    boolean isPersistent() {
        return settings.text("appendonly", "no").equals("yes") || savesSnapshots();
    }

    /// Whether it saves snapshots: by default, unless `save ""` says that it does not.
    private boolean savesSnapshots() {
        return isLiving() ? settings.has("save") : settings.last("save") == null || settings.has("save");
    }
}

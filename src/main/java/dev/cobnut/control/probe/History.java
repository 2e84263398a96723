package dev.cobnut.control.probe;

import dev.cobnut.resp.RespValue;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// Of which data a master is master: what INFO says of where its data come from.
///
/// A history is what was written, one byte after the other, under an identity that Redis gives it. A replica that is
/// promoted begins a new history and names the one before, and the byte at which it left it. Identities are empty for
/// servers before Redis 4.0, which have none.
///
/// @param runId of the process; empty when it does not say
/// @param replid of the history that it writes
/// @param offset how many bytes of it there are
/// @param before of the history that came before; all zeros when there was none
/// @param beforeOffset how many bytes of that one it has; -1 (or less) without one
/// @param keys how many it has, in all databases
/// @param renames whether a restart gives it a new identity though it keeps its data: from an append-only file, or before
///     Redis 7
/// @param evicts whether it throws keys away when it is full, whichever they are: a cache, which may be empty
/// @param replicas that it sends its history to
public record History(
        String runId,
        String replid,
        long offset,
        String before,
        long beforeOffset,
        long keys,
        boolean renames,
        boolean evicts,
        Set<NodeAddress.Tcp> replicas) {

    public History {
        replicas = Set.copyOf(replicas);
    }

    /// Reads the reply to INFO, without a section.
    ///
    /// @param master what it says of its replication
    /// @throws IOException when it lacks what a master has to say
    static History parse(RespValue reply, ReplicationInfo.Master master) throws IOException {
        Map<String, String> fields = new HashMap<>();
        long keys = 0;
        for (String line : reply.text().split("\r\n", -1)) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.putIfAbsent(line.substring(0, colon), line.substring(colon + 1));
            }
            // db0:keys=12,expires=0,avg_ttl=0
            if (line.matches("db\\d{1,9}:keys=\\d{1,18},.*")) {
                keys += Long.parseLong(line.substring(line.indexOf('=') + 1, line.indexOf(',')));
            }
        }
        return new History(
                fields.getOrDefault("run_id", ""),
                master.replid(),
                master.offset(),
                fields.getOrDefault("master_replid2", ""),
                // Redis counts the byte after the last one.
                ReplicationInfo.number("second_repl_offset", fields.getOrDefault("second_repl_offset", "0")) - 1,
                keys,
                fields.getOrDefault("aof_enabled", "0").equals("1")
                        || fields.getOrDefault("redis_version", "").matches("[1-6]\\..*"),
                fields.getOrDefault("maxmemory_policy", "").startsWith("allkeys-"),
                master.online());
    }
}

package dev.cobnut.stack;

import dev.cobnut.topology.NodeAddress;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The redis.conf of one server of the stack: the published settings, and what several servers on one machine need.
/// It is written anew at every start, because who is master is the Sentinels' to say.
final class RedisConf {
    private RedisConf() {}

    /// @param address where it listens
    /// @param cache which cache it holds
    /// @param directory for its data; absolute
    /// @param master whom it replicates; null for a master
    /// @param binary what will read this
    static String render(
            NodeAddress.Tcp address,
            Cache cache,
            Path directory,
            NodeAddress.@Nullable Tcp master,
            ServerBinary binary) {
        StringBuilder text = new StringBuilder();
        text.append("""
                # Written by `cobnut up` at every start; changes are lost.
                bind %s
                port %d
                # Loopback only, but not only 127.0.0.1.
                protected-mode no
                daemonize no
                dir %s
                # The published set-up has 1, but Magento selects other databases, too.
                databases 16
                save 900 1
                save 300 10
                save 60 10000
                rdbcompression yes
                appendonly %s
                appendfsync everysec
                # What Sentinels and clients are told; the connection itself comes from 127.0.0.1.
                replica-announce-ip %s
                replica-announce-port %d
                # A new replica is served at once; diskless synchronisation would wait 5 s for a second one.
                repl-diskless-sync no
                """.formatted(
                        address.host(),
                        address.port(),
                        quote(directory),
                        cache.appendOnly() ? "yes" : "no",
                        address.host(),
                        address.port()));
        if (binary.isAtLeast(7)) {
            text.append("# Ctrl-C ends everything within 3 s; by default a master waits 10 s for its replicas.\n")
                    .append("shutdown-timeout 1\n");
        }
        if (master != null) {
            text.append("replicaof ")
                    .append(master.host())
                    .append(' ')
                    .append(master.port())
                    .append('\n');
        }
        return text.toString();
    }

    static String quote(Path path) {
        return '"' + path.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}

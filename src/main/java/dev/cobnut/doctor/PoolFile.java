package dev.cobnut.doctor;

import dev.cobnut.config.Config;
import dev.cobnut.config.ConfigException;
import dev.cobnut.config.ConfigFile;
import dev.cobnut.config.PlacementSettings;
import dev.cobnut.config.PoolConfig;
import dev.cobnut.config.Problem;
import dev.cobnut.config.ServerConfig;
import dev.cobnut.sharding.HashTag;
import dev.cobnut.topology.NodeAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The pools of a nutcracker.yml or cobnut.yml: as the proxy reads them; of a file that the proxy refuses, as far
/// as its lines can be understood ([PoolLines]). Blocks for the disk.
final class PoolFile {
    private PoolFile() {}

    /// @param text of the file
    static void read(Path file, String text, Facts.Collector into) {
        try {
            // Where servers share a ring name it is for a rule to say so, not for the reader.
            Config config = ConfigFile.read(file, true);
            for (PoolConfig pool : config.pools()) {
                into.pools.add(pool(file, pool, !config.sentinels().isEmpty()));
            }
        } catch (ConfigException e) {
            List<Pool> pools = PoolLines.read(file.toString(), text);
            into.pools.addAll(pools);
            if (pools.stream().allMatch(pool -> pool.name() != null && pool.hasServersKey())) {
                for (Problem problem : e.problems()) {
                    into.refusals.add(
                            new Facts.Refusal(problem.file() + ":" + Math.max(1, problem.line()), problem.text()));
                }
            }
        }
    }

    private static Pool pool(Path file, PoolConfig pool, boolean bySentinel) {
        List<Pool.Entry> servers = new ArrayList<>();
        boolean watched = bySentinel;
        for (ServerConfig server : pool.servers()) {
            String group = server.masterName() == null ? server.ringName() : server.masterName();
            servers.add(new Pool.Entry(
                    file + ":" + server.line(),
                    server.address() instanceof NodeAddress.Tcp tcp ? tcp : null,
                    server.weight(),
                    server.ringName(),
                    group));
            watched |= server.masterName() != null;
        }
        List<Integer> ports = new ArrayList<>();
        if (pool.listen().address() instanceof NodeAddress.Tcp tcp) {
            ports.add(tcp.port());
        }
        if (pool.reads().listen() != null && pool.reads().listen().address() instanceof NodeAddress.Tcp tcp) {
            ports.add(tcp.port());
        }
        return new Pool(
                file + ":" + pool.line(),
                pool.name(),
                ports,
                placement(pool.placement()),
                servers,
                true,
                pool.backend().autoEjectHosts(),
                pool.hold().of(true).toMillis(),
                watched);
    }

    private static String placement(PlacementSettings settings) {
        HashTag tag = settings.hashTag();
        return Ring.words(
                settings.hash().name().toLowerCase(Locale.ROOT),
                tag == null ? "" : new String(new byte[] {tag.open(), tag.close()}, StandardCharsets.UTF_8),
                settings.distribution().name().toLowerCase(Locale.ROOT));
    }
}

package dev.cobnut.doctor;

import dev.cobnut.config.Config;
import dev.cobnut.config.ConfigException;
import dev.cobnut.config.ConfigFile;
import dev.cobnut.config.PlacementSettings;
import dev.cobnut.config.PoolConfig;
import dev.cobnut.config.Problem;
import dev.cobnut.config.Problems;
import dev.cobnut.config.Secret;
import dev.cobnut.config.ServerConfig;
import dev.cobnut.config.YamlNode;
import dev.cobnut.config.YamlTree;
import dev.cobnut.sharding.HashTag;
import dev.cobnut.topology.NodeAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The pools of a nutcracker.yml or cobnut.yml: as the proxy reads them; of a file that the proxy refuses, as far
/// as its lines can be understood ([PoolLines]). Blocks for the disk.
final class PoolFile {
    private PoolFile() {}

    /// Where passwords are is not looked at: files may have been brought from somewhere else, and the proxy tells at its start.
    ///
    /// @param text of the file
    static void read(Path file, String text, Facts.Collector into) {
        try {
            // Where servers share a ring name it is for a rule to say so, not for the reader.
            take(file, text, ConfigFile.parse(Secret.withoutPlaces(text), true, new Problems(file)), into);
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

    private static void take(Path file, String text, Config config, Facts.Collector into) {
        YamlNode root = YamlTree.parse(text, new Problems(file));
        for (PoolConfig pool : config.pools()) {
            into.pools.add(pool(file, pool, !config.sentinels().isEmpty(), keys(file, root, pool)));
        }
    }

    private static Pool pool(Path file, PoolConfig pool, boolean bySentinel, Settings keys) {
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
                watched,
                keys);
    }

    /// The keys of one pool: of those that stand where its name does, and of the mapping around the pools, if there is one.
    private static Settings keys(Path file, @Nullable YamlNode root, PoolConfig pool) {
        List<Setting> keys = new ArrayList<>();
        if (root instanceof YamlNode.Mapping top) {
            boolean isAround = top.entries().stream()
                    .noneMatch(entry -> entry.key().line() == pool.line()
                            && entry.key().value().equals(pool.name()));
            for (YamlNode.Entry entry : top.entries()) {
                if (isAround
                        && entry.key().value().equals("pools")
                        && entry.value() instanceof YamlNode.Mapping pools) {
                    pools.entries().forEach(each -> add(file, pool, each, keys));
                } else if (isAround) {
                    keys.add(Setting.of(file.toString(), entry));
                } else {
                    add(file, pool, entry, keys);
                }
            }
        }
        return new Settings(file + ":" + pool.line(), keys);
    }

    private static void add(Path file, PoolConfig pool, YamlNode.Entry entry, List<Setting> keys) {
        if (entry.key().line() == pool.line() && entry.value() instanceof YamlNode.Mapping mapping) {
            for (YamlNode.Entry each : mapping.entries()) {
                String key = each.key().value();
                if (!key.equals("servers") && !key.equals("shards")) {
                    keys.add(Setting.of(file.toString(), each));
                }
            }
        }
    }

    private static String placement(PlacementSettings settings) {
        HashTag tag = settings.hashTag();
        return Ring.words(
                settings.hash().name().toLowerCase(Locale.ROOT),
                tag == null ? "" : new String(new byte[] {tag.open(), tag.close()}, StandardCharsets.UTF_8),
                settings.distribution().name().toLowerCase(Locale.ROOT));
    }
}

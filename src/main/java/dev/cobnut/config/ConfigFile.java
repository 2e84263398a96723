package dev.cobnut.config;

import dev.cobnut.topology.Login;
import dev.cobnut.topology.NodeAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads a configuration file: `nutcracker.yml`, all that nutcracker accepts and with its meaning, or `cobnut.yml`.
///
/// A file is read as a whole or refused as a whole, with all its problems at once. Where nutcracker is stricter only
/// about YAML (flow style, a leading `---`), a file is accepted. Where it accepts what cannot have been meant
/// (a number beyond 2147483647, a socket path that no system can bind), a file is refused.
public final class ConfigFile {
    /// What may stand at the top of a `cobnut.yml`. What stands below `vip` is for a program of its own, and passed
    /// over here.
    public static final List<String> TOP_KEYS =
            List.of("pools", "sentinels", "sentinel_user", "sentinel_password", ConfigForm.VIP);

    private ConfigFile() {}

    /// The configuration in `file`. Blocks for the disk.
    ///
    /// @param withSentinels whether Sentinels are known from elsewhere (the command line). With Sentinels,
    ///     from there or from the file, a pool may have several servers of one ring name, which become one shard.
    /// @throws ConfigException with every problem found; nothing else is thrown, whatever the file contains
    public static Config read(Path file, boolean withSentinels) throws ConfigException {
        Problems problems = new Problems(file);
        String text = ConfigText.read(file, "-c", problems);
        if (text == null) {
            throw problems.exception();
        }
        return parse(text, withSentinels, problems);
    }

    /// The configuration in a text.
    ///
    /// @param problems get what is wrong
    /// @throws ConfigException with every problem found
    public static Config parse(String text, boolean withSentinels, Problems problems) throws ConfigException {
        YamlNode root = YamlTree.parse(text, problems);
        if (root instanceof YamlNode.Mapping top && !top.entries().isEmpty()) {
            Config config = of(top, withSentinels, problems);
            problems.throwIfAny();
            return config;
        }
        if (problems.count() == 0) {
            boolean isEmpty = root == null
                    || (root instanceof YamlNode.Scalar scalar && scalar.value().isEmpty());
            String what = root == null || isEmpty ? "empty" : root.kind();
            problems.add(root == null ? 0 : root.line(), "the file is " + what + " (expected: at least one pool)");
        }
        throw problems.exception();
    }

    /// The configuration in a file that has been taken apart. Worth nothing when there are problems afterwards.
    ///
    /// @param problems get what is wrong
    public static Config of(YamlNode.Mapping top, boolean withSentinels, Problems problems) {
        return switch (ConfigForm.of(top)) {
            case NUTCRACKER -> nutcracker(top, withSentinels, problems);
            case COBNUT -> cobnut(top, withSentinels, problems);
        };
    }

    private static Config nutcracker(YamlNode.Mapping top, boolean withSentinels, Problems problems) {
        for (YamlNode.Entry entry : top.entries()) {
            String key = entry.key().value();
            if (PoolKeys.named(key) != null && !(entry.value() instanceof YamlNode.Mapping)) {
                problems.add(
                        entry.key().line(),
                        key + " at the top level (expected: a pool's name first, such as \"main:\", and its keys"
                                + " indented below)");
                return new Config(List.of(), List.of(), null);
            }
        }
        PoolReader pools = new PoolReader(ConfigForm.NUTCRACKER, withSentinels, problems);
        return new Config(pools.readAll(top), List.of(), null);
    }

    private static Config cobnut(YamlNode.Mapping top, boolean withSentinels, Problems problems) {
        Map<String, YamlNode> values = new HashMap<>();
        for (YamlNode.Entry entry : top.entries()) {
            String key = entry.key().value();
            if (!TOP_KEYS.contains(key)) {
                problems.add(
                        entry.key().line(),
                        BadValue.quote(key)
                                + " is not a key of the top level (expected: pools, sentinels, sentinel_user, sentinel_password or vip; a pool"
                                + " stands below pools:" + Nearest.hint(key, TOP_KEYS) + ")");
            } else if (values.putIfAbsent(key, entry.value()) != null) {
                problems.add(entry.key().line(), key + " is there already (expected: once)");
            }
        }
        YamlNode sentinelList = values.get("sentinels");
        List<NodeAddress.Tcp> sentinels = sentinelList == null ? List.of() : sentinels(sentinelList, problems);
        String user = secret(values, "sentinel_user", Secret.USER, problems);
        Login login = Login.of(user, secret(values, "sentinel_password", Secret.PASSWORD, problems));
        YamlNode named = values.get("sentinel_user");
        if (named != null && !values.containsKey("sentinel_password")) {
            problems.add(named.line(), "sentinel_user without sentinel_password (expected: both)");
        }
        PoolReader reader = new PoolReader(ConfigForm.COBNUT, withSentinels || sentinelList != null, problems);
        YamlNode pools = values.get("pools");
        if (pools instanceof YamlNode.Mapping mapping && !mapping.entries().isEmpty()) {
            return new Config(reader.readAll(mapping), sentinels, login);
        }
        if (!(pools instanceof YamlNode.Refused)) {
            problems.add(
                    pools == null ? 0 : pools.line(), "no pools (expected: pools: with at least one name below it)");
        }
        return new Config(List.of(), sentinels, login);
    }

    private static @Nullable String secret(
            Map<String, YamlNode> values, String key, String expected, Problems problems) {
        YamlNode node = values.get(key);
        if (node == null) {
            return null;
        }
        switch (node) {
            case YamlNode.Scalar scalar
            when !scalar.value().isEmpty() -> {
                try {
                    return Secret.read(scalar.value());
                } catch (BadValue e) {
                    problems.add(scalar.line(), key + " " + e.getMessage());
                }
            }
            case YamlNode.Scalar _ -> problems.add(node.line(), key + " is empty (expected: " + expected + ")");
            case YamlNode.Sequence _, YamlNode.Mapping _ ->
                problems.add(node.line(), key + " is " + node.kind() + " (expected: " + expected + ")");
            case YamlNode.Refused _ -> {}
        }
        return null;
    }

    private static List<NodeAddress.Tcp> sentinels(YamlNode node, Problems problems) {
        List<NodeAddress.Tcp> sentinels = new ArrayList<>();
        switch (node) {
            case YamlNode.Sequence list
            when !list.items().isEmpty() -> {
                for (YamlNode item : list.items()) {
                    addSentinel(item, sentinels, problems);
                }
            }
            case YamlNode.Refused _ -> {}
            case YamlNode.Sequence _, YamlNode.Scalar _, YamlNode.Mapping _ ->
                problems.add(
                        node.line(), "sentinels is not a list of addresses (expected: - HOST:PORT, one line each)");
        }
        return sentinels;
    }

    private static void addSentinel(YamlNode item, List<NodeAddress.Tcp> sentinels, Problems problems) {
        switch (item) {
            case YamlNode.Scalar scalar -> {
                try {
                    NodeAddress.Tcp sentinel = HostPort.parse(scalar.value());
                    if (sentinels.contains(sentinel)) {
                        problems.add(item.line(), "sentinel " + sentinel + " is there already (expected: once)");
                    }
                    sentinels.add(sentinel);
                } catch (BadValue e) {
                    problems.add(item.line(), "sentinel " + e.getMessage());
                }
            }
            case YamlNode.Sequence _, YamlNode.Mapping _ ->
                problems.add(item.line(), "sentinel is " + item.kind() + " (expected: HOST:PORT)");
            case YamlNode.Refused _ -> {}
        }
    }
}

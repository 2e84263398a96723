package dev.cobnut.vip.file;

import dev.cobnut.config.Config;
import dev.cobnut.config.ConfigException;
import dev.cobnut.config.ConfigFile;
import dev.cobnut.config.ConfigText;
import dev.cobnut.config.PoolConfig;
import dev.cobnut.config.Problem;
import dev.cobnut.config.Problems;
import dev.cobnut.config.Section;
import dev.cobnut.config.YamlNode;
import dev.cobnut.config.YamlTree;
import dev.cobnut.topology.NodeAddress;
import dev.cobnut.vip.VipSettings;
import dev.cobnut.vip.VipSettings.Check;
import dev.cobnut.vip.VipSettings.Instance;
import dev.cobnut.vip.VipSettings.Probe;
import dev.cobnut.vip.vrrp.RouterSettings;
import dev.cobnut.vip.vrrp.VirtualAddress;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the file of `cobnut vip`: a cobnut.yml with `vip:`, or a keepalived.conf; which, its text says. A file is
/// read as a whole or refused as a whole, with all its problems at once.
///
///     vip:
///       shop:
///         interface: eth0
///         addresses: 10.0.0.100/24
///
/// Pools of the same file are what is looked at by default. They are read only where an instance does not say
/// `checks:` itself, by the rules of the proxy, and then what is wrong with them is wrong with the file: an address
/// that is served without looking at what stands behind it is worse than a speaker that does not start. An instance
/// with `checks:` does not depend on them.
public final class VipFile {
    private static final String POOLS = "pools";
    private static final String VIP = "vip";

    private final Path file;
    private final Problems problems;
    private final List<String> notes = new ArrayList<>();

    private VipFile(Path file, Problems problems) {
        this.file = file;
        this.problems = problems;
    }

    /// What a file says. Blocks for the disk.
    ///
    /// @throws ConfigException with every problem found
    public static VipSettings read(Path file) throws ConfigException {
        Problems problems = new Problems(file);
        String text = ConfigText.read(file, "-c", problems);
        if (text == null) {
            throw problems.exception();
        }
        return parse(file, text);
    }

    /// What a text says.
    ///
    /// @param file where it stands, for people
    /// @throws ConfigException with every problem found
    public static VipSettings parse(Path file, String text) throws ConfigException {
        Problems problems = new Problems(file);
        VipSettings settings = KeepalivedReader.isOne(text)
                ? KeepalivedReader.read(file, text, problems)
                : new VipFile(file, problems).read(YamlTree.parse(text, problems));
        problems.throwIfAny();
        return settings;
    }

    private VipSettings read(@Nullable YamlNode root) {
        if (root instanceof YamlNode.Mapping top) {
            return read(top);
        }
        if (problems.count() == 0) {
            boolean isEmpty = root == null
                    || (root instanceof YamlNode.Scalar scalar && scalar.value().isEmpty());
            String what = root == null || isEmpty ? "empty" : root.kind();
            problems.add(
                    root == null ? 0 : root.line(), "the file is " + what + " (expected: vip: with a name below it)");
        }
        return new VipSettings(List.of(), List.of());
    }

    private VipSettings read(YamlNode.Mapping top) {
        Map<InstanceReader, RouterSettings> routers = new LinkedHashMap<>();
        boolean allHaveChecks = true;
        for (InstanceReader reader : instances(value(top, VIP))) {
            RouterSettings router = reader.router();
            if (router != null) {
                routers.put(reader, router);
            }
            allHaveChecks &= reader.hasChecks();
        }
        List<Probe.Ping> pings = List.of();
        if (allHaveChecks || value(top, POOLS) == null) {
            // Knows the keys of the top level, as the reader of pools does.
            checkTop(top);
        } else {
            Config config = ConfigFile.of(top, true, problems);
            pings = pings(config.pools(), Set.copyOf(addresses(routers.values())));
        }
        List<Instance> instances = new ArrayList<>();
        List<RouterRules.Read> all = new ArrayList<>();
        for (Map.Entry<InstanceReader, RouterSettings> each : routers.entrySet()) {
            InstanceReader reader = each.getKey();
            List<Check> checks = reader.checks(pings);
            if (checks.isEmpty() && !reader.hasChecks()) {
                note(reader.line(), reader.what() + " looks at nothing: there are no checks, and no pools to look at");
            }
            Instance instance =
                    new Instance(each.getValue(), named(checks, each.getValue().name(), instances), reader.hooks());
            instances.add(instance);
            all.add(new RouterRules.Read(reader.what(), instance, reader::line));
        }
        new RouterRules(problems).check(all);
        return new VipSettings(instances, notes);
    }

    private void checkTop(YamlNode.Mapping top) {
        Section section = new Section("top level", top, ConfigFile.TOP_KEYS, problems);
        section.requires(VIP, "names of virtual routers, and what each is, indented below");
    }

    private List<InstanceReader> instances(@Nullable YamlNode vip) {
        List<InstanceReader> readers = new ArrayList<>();
        switch (vip) {
            case YamlNode.Mapping mapping
            when !mapping.entries().isEmpty() -> {
                Set<String> names = new HashSet<>();
                for (YamlNode.Entry entry : mapping.entries()) {
                    if (!names.add(entry.key().value())) {
                        problems.add(
                                entry.key().line(),
                                "vip " + entry.key().value() + " is there already (expected: another name)");
                    }
                    readers.add(new InstanceReader(entry.key(), entry.value(), problems));
                }
            }
            case YamlNode.Refused _ -> {}
            case null -> {}
            case YamlNode other ->
                problems.add(
                        other.line(),
                        "vip: nothing is there (expected: names of virtual routers, and what each is, indented below)");
        }
        return readers;
    }

    /// A question for each pool at which one can be asked while the addresses are elsewhere.
    private List<Probe.Ping> pings(List<PoolConfig> pools, Set<InetAddress> moving) {
        List<Probe.Ping> pings = new ArrayList<>();
        for (PoolConfig pool : pools) {
            switch (pool.listen().address()) {
                case NodeAddress.Tcp tcp -> {
                    InetAddress address = IpText.literal(tcp.host());
                    if (address != null && moving.contains(address)) {
                        note(
                                pool.line(),
                                "pool " + pool.name() + " is not looked at: it listens at " + tcp.host()
                                        + ", which moves; with checks: something else can be");
                    } else {
                        pings.add(new Probe.Ping(new NodeAddress.Tcp(reachable(tcp.host()), tcp.port())));
                    }
                }
                case NodeAddress.Unix unix ->
                    note(pool.line(), "pool " + pool.name() + " is not looked at: it listens at " + unix.path());
            }
        }
        return pings;
    }

    /// Where somebody who listens everywhere can be reached.
    private static String reachable(String host) {
        return switch (host) {
            case "0.0.0.0" -> "127.0.0.1";
            case "::" -> "::1";
            default -> host;
        };
    }

    /// One of a name is the same check everywhere, but for its weight: others get the name of their instance.
    private static List<Check> named(List<Check> checks, String instance, List<Instance> before) {
        List<Check> named = new ArrayList<>();
        for (Check check : checks) {
            boolean isAnother = before.stream()
                    .flatMap(each -> each.checks().stream())
                    .anyMatch(each -> each.name().equals(check.name())
                            && !each.withWeight(check.weight()).equals(check));
            named.add(isAnother ? check.withName(check.name() + " (" + instance + ")") : check);
        }
        return named;
    }

    private static List<InetAddress> addresses(Collection<RouterSettings> routers) {
        return routers.stream()
                .flatMap(router -> router.addresses().stream())
                .map(VirtualAddress::address)
                .toList();
    }

    private void note(int line, String text) {
        notes.add(new Problem(file, line, text).toString());
    }

    private static @Nullable YamlNode value(YamlNode.Mapping top, String key) {
        for (YamlNode.Entry entry : top.entries()) {
            if (entry.key().value().equals(key)) {
                return entry.value();
            }
        }
        return null;
    }
}

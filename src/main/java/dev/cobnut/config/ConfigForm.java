package dev.cobnut.config;

import org.jspecify.annotations.Nullable;

/// The two forms of a configuration file.
enum ConfigForm {
    /// Pools at the top level.
    NUTCRACKER,
    /// Pools below `pools:`, beside `sentinels:` and `vip:`.
    COBNUT;

    /// The key with virtual addresses.
    static final String VIP = "vip";

    /// The form of a file. A pool of nutcracker's may itself be called `pools`; it has `listen: TEXT`, which the
    /// `pools:` of `cobnut.yml` cannot have.
    static ConfigForm of(YamlNode.Mapping top) {
        YamlNode pools = value(top, "pools");
        if (pools != null) {
            boolean isPool =
                    pools instanceof YamlNode.Mapping mapping && value(mapping, "listen") instanceof YamlNode.Scalar;
            return isPool ? NUTCRACKER : COBNUT;
        }
        YamlNode sentinels = value(top, "sentinels");
        boolean asksSentinels = sentinels != null && !(sentinels instanceof YamlNode.Mapping);
        return asksSentinels || hasVirtualRouters(top) ? COBNUT : NUTCRACKER;
    }

    /// A pool of nutcracker's may be called `vip`, too; what stands below it are values and lists.
    private static boolean hasVirtualRouters(YamlNode.Mapping top) {
        return value(top, VIP) instanceof YamlNode.Mapping mapping
                && mapping.entries().stream().anyMatch(entry -> entry.value() instanceof YamlNode.Mapping);
    }

    private static @Nullable YamlNode value(YamlNode.Mapping mapping, String key) {
        for (YamlNode.Entry entry : mapping.entries()) {
            if (entry.key().value().equals(key)) {
                return entry.value();
            }
        }
        return null;
    }
}

package dev.cobnut.blueprint;

import dev.cobnut.config.BadValue;
import dev.cobnut.config.Nearest;
import dev.cobnut.config.Section;
import dev.cobnut.config.YamlNode;
import java.util.List;

/// Names of hosts in a section of a `stack.yml`. Pure.
final class HostList {
    private static final String KEY = "hosts";

    private HostList() {}

    /// The hosts of something; they have to be known.
    static List<String> read(Section section, List<String> known) {
        section.requires(KEY, "[NAME, …], of those below hosts:");
        if (section.node(KEY) instanceof YamlNode.Sequence list && list.items().isEmpty()) {
            section.refuse(KEY, "hosts is empty (expected: [NAME, …], of those below hosts:)");
        }
        return section.words(KEY, "names of hosts").stream()
                .filter(each -> isKnown(section, KEY, each, known))
                .toList();
    }

    /// Whether a name is one of those that are known; a problem of a key if not.
    static boolean isKnown(Section section, String key, String host, List<String> known) {
        if (!known.contains(host)) {
            section.refuse(
                    key,
                    "host " + BadValue.quote(host) + " is not there" + Nearest.hint(host, known) + " (expected one of: "
                            + String.join(", ", known) + ")");
        }
        return known.contains(host);
    }
}

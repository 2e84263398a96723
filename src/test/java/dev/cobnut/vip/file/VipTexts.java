package dev.cobnut.vip.file;

import dev.cobnut.config.ConfigException;
import dev.cobnut.vip.VipSettings;
import java.nio.file.Path;
import java.util.List;

/// Reads texts without files.
final class VipTexts {
    private static final Path FILE = Path.of("a.yml");

    private VipTexts() {}

    static VipSettings read(String text) throws ConfigException {
        return VipFile.parse(FILE, text);
    }

    /// The problems as `LINE: TEXT`; empty when the text is accepted.
    static List<String> problems(String text) {
        try {
            read(text);
            return List.of();
        } catch (ConfigException e) {
            return e.problems().stream().map(p -> p.line() + ": " + p.text()).toList();
        }
    }

    /// A virtual router with an address and without pools, and more lines; they begin on line 6.
    static String shop(String... more) {
        StringBuilder text =
                new StringBuilder("vip:\n  shop:\n    interface: eth0\n    addresses: 10.0.0.100/24\n    checks: []\n");
        for (String line : more) {
            text.append("    ").append(line).append('\n');
        }
        return text.toString();
    }
}

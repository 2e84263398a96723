package dev.cobnut.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;

/// Reads configuration texts without files.
final class ConfigTexts {
    private static final Path FILE = Path.of("a.yml");

    private ConfigTexts() {}

    static Config read(String yaml, boolean withSentinels) throws ConfigException {
        return ConfigFile.parse(yaml, withSentinels, new Problems(FILE));
    }

    static Config read(String yaml) throws ConfigException {
        return read(yaml, false);
    }

    /// The problems as `LINE: TEXT`; empty when the text is accepted.
    static List<String> problems(String yaml, boolean withSentinels) {
        try {
            assertThat(read(yaml, withSentinels).pools()).isNotEmpty();
            return List.of();
        } catch (ConfigException e) {
            return e.problems().stream().map(p -> p.line() + ": " + p.text()).toList();
        }
    }

    /// A pool with a server, and more lines.
    static String pool(String more) {
        return "alpha:\n  listen: 127.0.0.1:22121\n  redis: true\n  servers:\n  - 127.0.0.1:6379:1\n" + more;
    }

    /// The pool that [#pool] makes.
    static PoolConfig readPool(String more) throws ConfigException {
        return read(pool(more)).pools().getFirst();
    }
}

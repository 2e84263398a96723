package dev.cobnut.adopt;

import dev.cobnut.doctor.Setting;
import dev.cobnut.doctor.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Which names a redis.conf can have, and what Redis does without them. The table is `redis-defaults.conf` beside this class.
final class RedisDefaults {
    /// What a server can have several times, each line with a meaning of its own.
    private static final Set<String> REPEATED =
            Set.of("save", "client-output-buffer-limit", "rename-command", "loadmodule");

    /// What newer servers do not start with.
    private static final List<String> GONE = List.of("vm-", "hash-max-zipmap-", "glueoutputbuf", "really-use-vm");

    private static final Map<String, Set<String>> VALUES = read();

    private RedisDefaults() {}

    private static Map<String, Set<String>> read() {
        Map<String, Set<String>> values = new HashMap<>();
        try (InputStream in = RedisDefaults.class.getResourceAsStream("redis-defaults.conf")) {
            if (in == null) {
                throw new IllegalStateException("redis-defaults.conf is missing in this program");
            }
            new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(line -> {
                if (!line.startsWith("#")) {
                    String[] words = line.split(" ", 2);
                    values.computeIfAbsent(words[0], _ -> new HashSet<>()).add(comparable(words[1].replace("\"", "")));
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Map.copyOf(values);
    }

    /// The name that Redis has for it today; older ones mean the same.
    static String today(String name) {
        String today = name.replace("slaves", "replicas").replace("slave", "replica");
        String listpack = today.replace("ziplist", "listpack");
        return VALUES.containsKey(listpack) ? listpack : today;
    }

    /// Whether a server knows the name. Those that decide what a cache is are not among them: they have keys of their own.
    static boolean knows(String name) {
        return VALUES.containsKey(today(name)) || isRepeated(name);
    }

    static boolean isRepeated(String name) {
        return REPEATED.contains(name);
    }

    /// Whether newer servers do not start with it.
    static boolean isGone(String name) {
        return GONE.stream().anyMatch(name::startsWith);
    }

    /// Whether a server is the same without this line.
    static boolean isDefault(Setting setting) {
        return VALUES.getOrDefault(today(setting.name()), Set.of()).contains(comparable(setting.value()));
    }

    /// A value in the one form that all that mean the same have: sizes as bytes, `replica` for `slave`.
    static String comparable(String value) {
        StringBuilder text = new StringBuilder();
        for (String word : value.strip().split("\\s+", -1)) {
            Setting one = new Setting("n", List.of(word), "");
            long number = new Settings("", List.of(one)).number("n", Long.MIN_VALUE);
            text.append(number != Long.MIN_VALUE ? Long.toString(number) : word.equals("slave") ? "replica" : word)
                    .append(' ');
        }
        return text.toString().strip();
    }
}

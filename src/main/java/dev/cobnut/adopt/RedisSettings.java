package dev.cobnut.adopt;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.blueprint.Kind;
import dev.cobnut.config.EnumWord;
import dev.cobnut.doctor.Server;
import dev.cobnut.doctor.Setting;
import dev.cobnut.doctor.Settings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the redis.conf of all servers of a cache say, as one: a cache has one value for all of them. Where they differ it is
/// that of most, and of those that of the first. One thread.
final class RedisSettings {
    static final String PASSWORD = "file:/etc/cobnut/redis-password";

    /// Of all places that have it, in one note.
    static final String SERVERS_PASSWORD = "the password of the servers: not copied; " + elsewhere(PASSWORD);

    static final String LEFT_TO_SYSTEMD =
            "daemonize, pidfile, logfile and the like: left out; systemd starts processes, and keeps their log";

    /// What says where a server is, and is found by others.
    private static final Set<String> SAID_BY_HOSTS = Set.of(
            "port",
            "bind",
            "replicaof",
            "slaveof",
            "replica-announce-ip",
            "replica-announce-port",
            "slave-announce-ip",
            "slave-announce-port");

    /// What a process is started with, which is for whoever starts it to say.
    private static final Set<String> SAID_BY_SYSTEMD = Set.of(
            "daemonize", "supervised", "pidfile", "logfile", "syslog-enabled", "syslog-ident", "syslog-facility");

    private static final Set<String> PASSWORDS = Set.of("requirepass", "masterauth");

    /// What has a key of its own in `stack.yml`.
    private static final Set<String> KEYS = Set.of(
            "maxmemory", "maxmemory-policy", "databases", "appendonly", "save", "appendfsync", "min-replicas-to-write");

    private static final String USUAL_SAVES = "900 1 300 10 60 10000";

    private final String cache;
    private final List<String> groups;
    private final Notes notes;
    private final int files;

    /// What most say, by today's name; a name that stands several times has several.
    private final Map<String, List<Setting>> said = new LinkedHashMap<>();

    private boolean hasPassword;

    /// @param cache for messages
    /// @param groups what its shards are called
    /// @param servers the masters first
    RedisSettings(String cache, List<String> groups, List<Server> servers, Notes notes) {
        this.cache = cache;
        this.groups = List.copyOf(groups);
        this.notes = notes;
        this.files = servers.size();
        List<Map<String, List<Setting>>> each =
                servers.stream().map(this::lines).toList();
        Set<String> names = new LinkedHashSet<>();
        each.forEach(lines -> names.addAll(lines.keySet()));
        for (String name : names) {
            settle(name, each);
        }
    }

    /// Whether any redis.conf of the cache was among the files.
    boolean isKnown() {
        return files > 0;
    }

    boolean hasPassword() {
        return hasPassword;
    }

    /// The lines of one file that mean something to a cache, by today's names.
    private Map<String, List<Setting>> lines(Server server) {
        Map<String, List<Setting>> lines = new LinkedHashMap<>();
        for (Setting setting : server.settings().all()) {
            String name = RedisDefaults.today(setting.name());
            if (isForCache(setting, name)) {
                List<Setting> of = lines.computeIfAbsent(name, _ -> new ArrayList<>());
                if (!RedisDefaults.isRepeated(name)) {
                    of.clear();
                }
                of.add(setting);
            }
        }
        return lines;
    }

    /// Whether a line is one that a cache can have; a note says what becomes of it if not.
    private boolean isForCache(Setting setting, String name) {
        if (SAID_BY_HOSTS.contains(name)) {
            return false;
        }
        String line = name + " " + setting.value() + ": ";
        if (PASSWORDS.contains(name)) {
            if (!setting.value().isEmpty()) {
                hasPassword = true;
                notes.add(setting.at(), SERVERS_PASSWORD);
            }
        } else if (name.equals("masteruser")) {
            notes.add(setting.at(), line + "no place; servers log in with the password alone");
        } else if (name.endsWith("-pass")) {
            notes.add(setting.at(), name + ": not copied; it is a password, and has no place");
        } else if (name.equals("user")) {
            if (!setting.word(0).equals("default") || !setting.words().contains("nopass")) {
                notes.add(
                        setting.at(),
                        "user " + setting.word(0) + ": no place for users of servers; keep it in an aclfile,"
                                + " and say redis: aclfile");
            }
        } else if (SAID_BY_SYSTEMD.contains(name)) {
            notes.add(setting.at(), LEFT_TO_SYSTEMD);
        } else if (name.equals("dir")) {
            if (!isUsualFolder(setting.value())) {
                notes.add(setting.at(), line + "servers of a stack.yml have /var/lib/redis/GROUP; move the data there");
            }
        } else if (name.equals("include")) {
            notes.add(setting.at(), line + "was not followed; import that file, too");
        } else if (RedisDefaults.isGone(name)) {
            notes.add(setting.at(), line + "left out; Redis has not had it for long, and would not start");
        } else if (!KEYS.contains(name) && !RedisDefaults.knows(name)) {
            notes.add(
                    setting.at(),
                    name
                            + ": left out; it is no setting that is known here. If the server has it, put it below redis:");
        } else {
            return true;
        }
        return false;
    }

    private boolean isUsualFolder(String folder) {
        return groups.stream().anyMatch(group -> folder.equals("/var/lib/redis/" + group));
    }

    static String elsewhere(String place) {
        return "put the password alone into " + place.substring("file:".length()) + ", readable to root only";
    }

    // ---- one value for all ------------------------------------------------------------------------------------------

    private void settle(String name, List<Map<String, List<Setting>>> each) {
        Map<String, Integer> votes = new LinkedHashMap<>();
        String most = "";
        for (Map<String, List<Setting>> lines : each) {
            votes.merge(text(name, lines.get(name)), 1, Integer::sum);
        }
        for (Map.Entry<String, Integer> vote : votes.entrySet()) {
            if (vote.getValue() > votes.getOrDefault(most, 0)) {
                most = vote.getKey();
            }
        }
        for (Map<String, List<Setting>> lines : each) {
            List<Setting> here = lines.getOrDefault(name, List.of());
            if (!here.isEmpty() && text(name, here).equals(most)) {
                said.putIfAbsent(name, here);
            }
        }
        Setting of = last(name);
        String theirs = most.isEmpty() || of == null ? "nothing of it" : of.name() + " " + of.value();
        for (Map<String, List<Setting>> lines : each) {
            List<Setting> here = lines.getOrDefault(name, List.of());
            if (!text(name, here).equals(most)) {
                here.forEach(setting -> notes.add(
                        setting.at(),
                        setting.name() + " " + setting.value() + ": left out; most servers of " + cache + " say "
                                + theirs + ", and a cache has one value"));
            }
        }
    }

    /// What lines of one name mean; empty for no line, and for a default.
    private static String text(String name, @Nullable List<Setting> lines) {
        List<String> values = new ArrayList<>();
        for (Setting line : lines == null ? List.<Setting>of() : lines) {
            if (!RedisDefaults.isDefault(line)) {
                values.add(
                        name.equals("save") && line.value().isEmpty()
                                ? "\"\""
                                : RedisDefaults.comparable(line.value()));
            }
        }
        return String.join(" ", values);
    }

    // ---- what it means ----------------------------------------------------------------------------------------------

    private @Nullable Setting last(String name) {
        List<Setting> lines = said.get(name);
        return lines == null || lines.isEmpty() ? null : lines.getLast();
    }

    private String word(String name, String otherwise) {
        Setting setting = last(name);
        return setting == null ? otherwise : setting.word(0);
    }

    private long number(String name, long min, long max, long otherwise) {
        Setting setting = last(name);
        if (setting == null) {
            return otherwise;
        }
        long value = new Settings("", List.of(new Setting(name, setting.words(), ""))).number(name, -1);
        if (value < min || value > max) {
            notes.add(setting.at(), name + " " + setting.value() + ": left out (expected: " + min + " to " + max + ")");
            return otherwise;
        }
        return value;
    }

    Kind.Persistence persistence() {
        if (word("appendonly", "no").equals("yes")) {
            return Kind.Persistence.AOF;
        }
        // Without a line of it Redis saves.
        return saves().isEmpty() && said.containsKey("save") ? Kind.Persistence.NONE : Kind.Persistence.RDB;
    }

    /// Seconds and changes, in pairs; what stands before `save ""` does not count.
    private String saves() {
        List<String> saves = new ArrayList<>();
        for (Setting save : said.getOrDefault("save", List.of())) {
            if (save.value().isEmpty()) {
                saves.clear();
            } else {
                saves.addAll(save.words());
            }
        }
        return String.join(" ", saves);
    }

    Kind.Eviction eviction() {
        String policy = word("maxmemory-policy", "noeviction");
        for (Kind.Eviction eviction : Kind.Eviction.values()) {
            if (EnumWord.of(eviction).equals(policy.toLowerCase(Locale.ROOT))) {
                return eviction;
            }
        }
        Setting setting = last("maxmemory-policy");
        if (setting != null) {
            notes.add(
                    setting.at(), "maxmemory-policy " + policy + ": no policy that is known here; noeviction instead");
        }
        return Kind.Eviction.NOEVICTION;
    }

    long memoryBytes() {
        return number("maxmemory", 0, 999_999_999_999L, 0);
    }

    int databases() {
        return (int) number("databases", 1, 1_000_000, 16);
    }

    /// @param replicas how many each master has at least
    int minReplicas(int replicas) {
        return (int) number("min-replicas-to-write", 0, replicas, 0);
    }

    /// What is handed on as it is.
    List<Blueprint.Setting> directives() {
        List<Blueprint.Setting> directives = new ArrayList<>();
        String saves = saves();
        boolean isUsual = saves.equals(USUAL_SAVES) && persistence() == Kind.Persistence.RDB;
        if (!saves.isEmpty() && !isUsual) {
            said.getOrDefault("save", List.of()).stream()
                    .filter(save -> !save.value().isEmpty())
                    .forEach(save -> directives.add(new Blueprint.Setting("save", value(save))));
        }
        Setting sync = last("appendfsync");
        if (sync != null && !sync.value().equals("everysec")) {
            directives.add(new Blueprint.Setting("appendfsync", value(sync)));
        }
        said.forEach((name, lines) -> {
            for (Setting line : lines) {
                if (!KEYS.contains(name) && !RedisDefaults.isDefault(line)) {
                    directives.add(new Blueprint.Setting(line.name(), value(line)));
                }
            }
        });
        return directives;
    }

    /// The words of a line as redis.conf has them.
    private static String value(Setting setting) {
        List<String> words = new ArrayList<>();
        for (String word : setting.words()) {
            words.add(
                    word.matches("[^\\s\"'\\\\]+")
                            ? word
                            : '"' + word.replace("\\", "\\\\").replace("\"", "\\\"") + '"');
        }
        return String.join(" ", words);
    }
}

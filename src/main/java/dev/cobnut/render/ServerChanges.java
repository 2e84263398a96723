package dev.cobnut.render;

import dev.cobnut.config.RedisLine;
import dev.cobnut.topology.NodeAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// How a redis-server that runs comes by the settings of a newer rendering: the lines of CONFIG SET. Pure.
///
/// Who replicates whom is Sentinel's to say, and never among them; nor is a password ([NewPassword]).
public final class ServerChanges {
    /// What a unit or Sentinel decides, not the file; and passwords, which all servers change together or not at all.
    private static final Set<String> NOT_OURS = Set.of(
            "replicaof", "slaveof", "daemonize", "supervised", "pidfile", NewPassword.GIVEN, NewPassword.ASKED_FOR);

    /// What is read at the start only, at least by some of the versions that are in use.
    private static final Set<String> AT_START = Set.of(
            "port",
            "bind",
            "dir",
            "databases",
            "unixsocket",
            "logfile",
            "include",
            "loadmodule",
            "aclfile",
            "user",
            "rename-command",
            "io-threads",
            "cluster-enabled",
            "appendfilename",
            "appenddirname",
            "tcp-backlog");

    private static final String BUFFERS = "client-output-buffer-limit";
    private static final Pattern SIZE = Pattern.compile("(-?\\d{1,18})([kmg]b?|b?)");

    /// A planned switch adds it for its time: it is no other setting.
    private static final long FENCE = 1_000_000_000;

    private final Map<String, String> now;
    private final Map<String, String> wanted;
    private final RedisCli cli;

    private ServerChanges(Map<String, String> now, Map<String, String> wanted, RedisCli cli) {
        this.now = now;
        this.wanted = wanted;
        this.cli = cli;
    }

    /// From one rendering to the next, whatever the server has now.
    ///
    /// @param before the redis.conf of the last rendering
    /// @param after that of this one
    /// @param login where the password is that it asks for; null when it asks for none
    /// @return lines for a shell; empty when nothing has to be said
    public static List<String> between(NodeAddress.Tcp address, String before, String after, @Nullable String login) {
        ServerChanges changes = new ServerChanges(settings(before), settings(after), new RedisCli(address, login));
        Set<String> names = new TreeSet<>(changes.wanted.keySet());
        names.addAll(changes.now.keySet());
        return changes.lines(names);
    }

    /// For a server that runs.
    ///
    /// @param config what it answers to CONFIG GET *
    /// @param wanted the redis.conf of this rendering
    /// @param login where the password is that it asks for; null when it asks for none
    /// @return lines for a shell; empty when it is set like that
    public static List<String> of(
            NodeAddress.Tcp address, Map<String, String> config, String wanted, @Nullable String login) {
        Map<String, String> settings = settings(wanted);
        ServerChanges changes = new ServerChanges(settings(config), settings, new RedisCli(address, login));
        Set<String> names = new TreeSet<>(settings.keySet());
        names.retainAll(changes.now.keySet()); // an older one does not know all of them
        return changes.lines(names);
    }

    private List<String> lines(Set<String> names) {
        for (String name : names) {
            String is = now.get(name);
            String should = wanted.get(name);
            if (NOT_OURS.contains(name) || same(name, is, should)) {
                continue;
            }
            if (should == null) {
                cli.comment(name + " " + is + " is not said any more; what is there stays until it is changed by hand");
            } else if (AT_START.contains(name)) {
                cli.comment(name + " " + should + (is == null ? "" : ", not " + is)
                        + ": in its file, and at the next start");
            } else if (name.startsWith(BUFFERS + " ")) {
                cli.command("CONFIG", "SET", BUFFERS, name.substring(BUFFERS.length() + 1) + " " + should);
            } else {
                cli.command("CONFIG", "SET", name, should);
            }
        }
        if (cli.hasCommands()) {
            cli.command("CONFIG", "REWRITE");
        }
        return cli.lines();
    }

    private static boolean same(String name, @Nullable String is, @Nullable String should) {
        if (is == null || should == null) {
            return is == null && should == null;
        }
        long fence = name.equals("min-replicas-to-write") ? FENCE : Long.MAX_VALUE;
        return comparable(name, is, fence).equals(comparable(name, should, fence));
    }

    /// A value as one that can be compared: sizes in bytes, letters of one set in one order.
    private static String comparable(String name, String value, long fence) {
        if (name.equals("notify-keyspace-events")) {
            char[] letters = value.replace("A", "g$lshzxetd").toCharArray();
            Arrays.sort(letters);
            return new String(letters);
        }
        StringBuilder all = new StringBuilder();
        for (String word : value.toLowerCase(Locale.ROOT).strip().split("\\s+", -1)) {
            Matcher size = SIZE.matcher(word);
            all.append(size.matches() ? Long.toString(bytes(size) % fence) : word)
                    .append(' ');
        }
        return all.toString();
    }

    private static long bytes(Matcher size) {
        long number = Long.parseLong(size.group(1));
        return switch (size.group(2)) {
            case "k" -> number * 1_000;
            case "kb" -> number << 10;
            case "m" -> number * 1_000_000;
            case "mb" -> number << 20;
            case "g" -> number * 1_000_000_000;
            case "gb" -> number << 30;
            default -> number;
        };
    }

    // ---- what a file, or a server, says
    // ------------------------------------------------------------------------------

    private static SortedMap<String, String> settings(String text) {
        SortedMap<String, String> settings = new TreeMap<>();
        for (String line : text.split("\n", -1)) {
            List<String> words = RedisLine.words(line);
            if (!words.isEmpty()) {
                put(settings, words.getFirst(), String.join(" ", words.subList(1, words.size())));
            }
        }
        return settings;
    }

    private static SortedMap<String, String> settings(Map<String, String> config) {
        SortedMap<String, String> settings = new TreeMap<>();
        Map<String, String> names = new HashMap<>();
        config.forEach((name, value) -> {
            // Some are there under two names.
            if (names.put(today(name), name) == null) {
                put(settings, name, value);
            }
        });
        return settings;
    }

    private static void put(SortedMap<String, String> settings, String said, String value) {
        String name = today(said);
        if (name.equals("save") && settings.containsKey(name) && !value.isEmpty()) {
            settings.put(name, (settings.get(name) + " " + value).strip());
        } else if (name.equals(BUFFERS)) {
            String[] words = value.strip().split("\\s+", -1);
            for (int i = 0; i + 3 < words.length; i += 4) {
                String who = words[i].equals("slave") ? "replica" : words[i];
                settings.put(name + " " + who, words[i + 1] + " " + words[i + 2] + " " + words[i + 3]);
            }
        } else if (name.equals("user") || name.equals("rename-command") || name.equals("loadmodule")) {
            settings.merge(name, value, (one, other) -> one + "; " + other);
        } else {
            settings.put(name, value);
        }
    }

    /// What a setting is called since Redis 5.
    private static String today(String name) {
        return name.toLowerCase(Locale.ROOT).replaceFirst("^slave-", "replica-").replaceFirst("-slaves-", "-replicas-");
    }
}

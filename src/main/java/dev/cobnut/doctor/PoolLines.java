package dev.cobnut.doctor;

import dev.cobnut.config.BadValue;
import dev.cobnut.config.HostPort;
import dev.cobnut.topology.NodeAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Pools out of a file that is no configuration: one whose indentation or keys were lost on the way. Line by line:
/// a name with nothing behind it begins a pool, `listen` begins one if the last has it already, `- HOST:PORT:WEIGHT
/// NAME` is a server. One text, one thread.
final class PoolLines {
    private static final Pattern SERVER = Pattern.compile("-\\s+[\"']?(.+:\\d{1,9})(?:\\s+(\\S+?))?[\"']?");
    private static final Pattern KEY = Pattern.compile("([\\w.-]+)\\s*:\\s*(.*)");

    private final String file;
    private final List<Pool> pools = new ArrayList<>();
    private final Map<String, String> keys = new HashMap<>();
    private final List<Setting> lines = new ArrayList<>();
    private final List<Pool.Entry> servers = new ArrayList<>();
    private @Nullable String name;
    private int firstLine;

    private PoolLines(String file) {
        this.file = file;
    }

    static List<Pool> read(String file, String text) {
        PoolLines lines = new PoolLines(file);
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            String bare = line.replaceFirst("(^|\\s)#.*", "").strip();
            if (!bare.isEmpty()) {
                lines.line(bare, number);
            }
        }
        lines.end();
        return List.copyOf(lines.pools);
    }

    private void line(String line, int number) {
        Matcher server = SERVER.matcher(line);
        Matcher key = KEY.matcher(line);
        if (server.matches()) {
            begin(number);
            servers.add(entry(server.group(1), server.group(2), number));
        } else if (key.matches()) {
            String word = key.group(1);
            String value = key.group(2).replaceAll("^[\"']|[\"']$", "");
            boolean isList = word.equals("servers") || word.equals("shards");
            if (value.isEmpty() && !isList || word.equals("listen") && keys.containsKey("listen")) {
                end();
            }
            begin(number);
            if (value.isEmpty() && !isList) {
                name = word;
            } else {
                keys.put(word, value);
                if (!isList) {
                    lines.add(new Setting(word, List.of(value), file + ":" + number));
                }
            }
        }
    }

    private void begin(int number) {
        firstLine = firstLine == 0 ? number : firstLine;
    }

    private Pool.Entry entry(String place, @Nullable String ringName, int line) {
        int colon = place.lastIndexOf(':');
        String address = place.substring(0, colon);
        String ring = ringName == null ? address : ringName;
        return new Pool.Entry(
                file + ":" + line, address(address), Integer.parseInt(place.substring(colon + 1)), ring, ring);
    }

    private void end() {
        if (keys.containsKey("listen") || !servers.isEmpty()) {
            NodeAddress.Tcp listen = address(keys.getOrDefault("listen", ""));
            pools.add(new Pool(
                    file + ":" + firstLine,
                    name,
                    listen == null ? List.of() : List.of(listen.port()),
                    Ring.words(
                            keys.getOrDefault("hash", ""),
                            keys.getOrDefault("hash_tag", ""),
                            keys.getOrDefault("distribution", "")),
                    servers,
                    keys.containsKey("servers") || keys.containsKey("shards"),
                    keys.getOrDefault("auto_eject_hosts", "").equals("true"),
                    0,
                    keys.containsKey("shards"),
                    new Settings(file + ":" + firstLine, lines)));
        }
        keys.clear();
        lines.clear();
        servers.clear();
        name = null;
        firstLine = 0;
    }

    private static NodeAddress.@Nullable Tcp address(String text) {
        try {
            return HostPort.parse(text);
        } catch (BadValue _) {
            return null;
        }
    }
}

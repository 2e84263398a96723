package dev.cobnut.agent;

import dev.cobnut.config.ConfigException;
import dev.cobnut.config.PoolConfig;
import dev.cobnut.config.ServerPlaces;
import dev.cobnut.config.ServerPlaces.Place;
import dev.cobnut.topology.NodeAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/// The servers of one text of nutcracker's file, and the same text with other addresses. A server belongs to the Sentinel
/// master of its name, in every pool. Immutable; pure.
///
/// @param text of the file
/// @param followed the lines whose address can be changed
/// @param leftAlone one line for people for each server that is not followed
record Servers(String text, List<Place> followed, List<String> leftAlone) {
    private static final String BYTE_ORDER_MARK = "\ufeff";

    /// One address that is not the master's.
    ///
    /// @param from as it stands in the file
    /// @param before the whole line
    /// @param after the whole line, as it is to be
    record Change(
            int line, String pool, String name, NodeAddress.Tcp from, NodeAddress.Tcp to, String before, String after) {
        @Override
        public String toString() {
            return "line " + line + ", pool " + pool + ": " + name + " is at " + to + ", not " + from;
        }
    }

    /// What is to be written.
    ///
    /// @param text the whole file; the old one when there are no changes
    record Rewrite(String text, List<Change> changes) {}

    Servers {
        followed = List.copyOf(followed);
        leftAlone = List.copyOf(leftAlone);
    }

    /// Reads a text.
    ///
    /// @param file for messages only
    /// @throws ConfigException when it is not YAML, or a server is none
    static Servers of(Path file, String text) throws ConfigException {
        int mark = text.startsWith(BYTE_ORDER_MARK) ? 1 : 0;
        List<Place> places = ServerPlaces.of(file, text.substring(mark));
        Map<String, Integer> counts = new HashMap<>();
        for (Place place : places) {
            counts.merge(key(place), 1, Integer::sum);
        }
        List<Place> followed = new ArrayList<>();
        List<String> leftAlone = new ArrayList<>();
        for (Place place : places) {
            boolean isAlone = counts.getOrDefault(key(place), 0) == 1;
            String why = why(place, isAlone);
            if (why.isEmpty()) {
                followed.add(moved(place, mark));
            } else {
                leftAlone.add("line " + place.line() + ", pool " + place.pool() + ": " + place.text()
                        + " is left alone: " + why);
            }
        }
        return new Servers(text, followed, leftAlone);
    }

    /// Why it is left alone; empty when it is not.
    private static String why(Place place, boolean isAlone) {
        if (!place.redis()) {
            return "its pool does not say redis: true";
        }
        if (place.name() == null) {
            return "it has no name, and Sentinel's master name is what it is found by (HOST:PORT:WEIGHT NAME)";
        }
        if (!isAlone) {
            return "its pool has another server of this name, which nutcracker refuses";
        }
        if (place.address() instanceof NodeAddress.Unix) {
            return "a unix socket, which Sentinel knows nothing of";
        }
        return place.start() < 0 ? "it is not written as HOST:PORT on one line, without escapes" : "";
    }

    private static Place moved(Place place, int chars) {
        return new Place(
                place.pool(),
                place.redis(),
                place.redisAuth(),
                place.line(),
                place.text(),
                place.name(),
                place.address(),
                place.start() + chars,
                place.end() + chars);
    }

    /// What discovery is to follow.
    List<PoolConfig> pools() {
        return ServerPlaces.followed(followed);
    }

    /// Whether another text has the same servers to follow, wherever they stand.
    boolean followsAs(Servers other) {
        return keys().equals(other.keys());
    }

    private List<List<String>> keys() {
        return followed.stream()
                .map(place -> List.of(place.pool(), String.valueOf(place.name()), String.valueOf(place.redisAuth())))
                .toList();
    }

    /// The text with the masters' addresses; all else stays, byte for byte.
    ///
    /// @param masters by name; a server whose name is not there stays as it is
    /// @param same whether two addresses mean the same node
    Rewrite with(Map<String, NodeAddress.Tcp> masters, BiPredicate<NodeAddress.Tcp, NodeAddress.Tcp> same) {
        StringBuilder next = new StringBuilder();
        List<Change> changes = new ArrayList<>();
        int copied = 0;
        for (Place place : followed) {
            String name = Objects.requireNonNull(place.name());
            NodeAddress.Tcp to = masters.get(name);
            if (to == null
                    || !(place.address() instanceof NodeAddress.Tcp from)
                    || from.equals(to)
                    || same.test(from, to)) {
                continue;
            }
            next.append(text, copied, place.start()).append(to);
            copied = place.end();
            String before = text.substring(text.lastIndexOf('\n', place.start() - 1) + 1, place.start());
            int lineEnd = text.indexOf('\n', copied);
            String after = text.substring(copied, lineEnd < 0 ? text.length() : lineEnd);
            changes.add(new Change(
                    place.line(),
                    place.pool(),
                    name,
                    from,
                    to,
                    before + text.substring(place.start(), copied) + after,
                    before + to + after));
        }
        next.append(text, copied, text.length());
        return new Rewrite(next.toString(), changes);
    }

    /// What a rewrite of this is read as: these changes and no others. YAML has more corners than a line edit knows of.
    ///
    /// @param file for messages only
    /// @return null when it is read as something else
    @Nullable
    Servers after(Path file, Rewrite rewrite) {
        try {
            Servers after = of(file, rewrite.text());
            Map<String, NodeAddress> moved = new HashMap<>();
            rewrite.changes().forEach(change -> moved.put(change.pool() + '\n' + change.name(), change.to()));
            boolean same = after.leftAlone.equals(leftAlone) && after.followsAs(this);
            for (int i = 0; same && i < followed.size(); i++) {
                Place old = followed.get(i);
                Place now = after.followed.get(i);
                same = now.line() == old.line()
                        && now.address().equals(moved.getOrDefault(key(old), old.address()))
                        && weightAndName(now).equals(weightAndName(old));
            }
            return same ? after : null;
        } catch (ConfigException _) {
            return null;
        }
    }

    private static String weightAndName(Place place) {
        return place.text().substring(place.end() - place.start());
    }

    /// What tells a server from all others that are followed.
    private static String key(Place place) {
        return place.pool() + '\n' + place.name();
    }

    /// The changes as `diff -U0` shows them, and `patch` takes them.
    static String diff(Path file, Rewrite rewrite) {
        StringBuilder diff = new StringBuilder("--- " + file + "\n+++ " + file + "\n");
        for (Change change : rewrite.changes()) {
            int line = change.line();
            diff.append("@@ -").append(line).append(" +").append(line).append(" @@\n");
            diff.append('-').append(change.before()).append('\n');
            diff.append('+').append(change.after()).append('\n');
        }
        return diff.toString();
    }
}

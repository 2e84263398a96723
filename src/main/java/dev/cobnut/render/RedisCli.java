package dev.cobnut.render;

import dev.cobnut.topology.NodeAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Lines for a shell that tell one running process something. A password is never among them, only where it is. One thread.
final class RedisCli {
    private final NodeAddress.Tcp address;
    private final List<String> lines = new ArrayList<>();
    private boolean commands;

    RedisCli(NodeAddress.Tcp address) {
        this.address = address;
    }

    /// A command, each word as it is.
    void command(String... words) {
        StringBuilder line = begin();
        for (String word : words) {
            line.append(' ').append(shell(word));
        }
        lines.add(line.toString());
    }

    /// A command whose last word is a secret.
    ///
    /// @param place where it is; null when there is none any more
    void secret(@Nullable String place, String... words) {
        StringBuilder line = begin();
        for (String word : words) {
            line.append(' ').append(shell(word));
        }
        lines.add(line.append(' ').append(value(place)).toString());
    }

    /// A line for people.
    void comment(String text) {
        lines.add("# " + text.replaceAll("\\p{Cntrl}", "?"));
    }

    private StringBuilder begin() {
        commands = true;
        return new StringBuilder("redis-cli -h ")
                .append(shell(address.host()))
                .append(" -p ")
                .append(address.port());
    }

    /// Whether there is anything to run.
    boolean hasCommands() {
        return commands;
    }

    List<String> lines() {
        return List.copyOf(lines);
    }

    /// What a shell finds there.
    private static String value(@Nullable String place) {
        if (place == null) {
            return "''";
        }
        String rest = place.substring(place.indexOf(':') + 1);
        return place.startsWith("env:") ? "\"$" + rest + "\"" : "\"$(cat " + shell(rest) + ")\"";
    }

    /// As a shell takes it literally.
    static String shell(String text) {
        return text.matches("[A-Za-z0-9_./:@%+=,-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}

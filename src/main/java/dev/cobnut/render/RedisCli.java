package dev.cobnut.render;

import dev.cobnut.topology.NodeAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Lines for a shell that tell one running process something. A password is never among them, only where it is. One thread.
final class RedisCli {
    private final NodeAddress.Tcp address;
    private final @Nullable String login;
    private final List<String> lines = new ArrayList<>();
    private boolean commands;

    /// @param login where the password is that the process asks for; null when it asks for none
    RedisCli(NodeAddress.Tcp address, @Nullable String login) {
        this.address = address;
        this.login = login;
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
    /// @param place where it is
    void secret(String place, String... words) {
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

    /// All of them. First of all how to log in: redis-cli that is refused ends with 0 as well.
    List<String> lines() {
        List<String> all = new ArrayList<>(lines);
        if (commands && login != null) {
            all.addFirst("# Refused without its password: export REDISCLI_AUTH=" + value(login));
        }
        return List.copyOf(all);
    }

    /// What a shell finds there.
    private static String value(String place) {
        String rest = place.substring(place.indexOf(':') + 1);
        return place.startsWith("env:") ? "\"$" + rest + "\"" : "\"$(cat " + shell(rest) + ")\"";
    }

    /// As a shell takes it literally.
    static String shell(String text) {
        return text.matches("[A-Za-z0-9_./:@%+=,-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}

package dev.cobnut.render;

import dev.cobnut.config.RedisLine;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Whose password is another one now. That is no setting like others: a server that asks for a new one before all others can
/// give it loses its replicas, its Sentinels and its proxies. So no command is made of it; people take the steps in
/// docs/operating/rendering.md. Pure.
public enum NewPassword {
    /// What servers ask for, and give each other; Sentinels and proxies give it, too.
    SERVERS("servers"),
    /// What Sentinels ask for, and give each other; proxies give it, too.
    SENTINELS("Sentinels");

    /// What a server says to its master.
    static final String GIVEN = "masterauth";

    /// What a server, or a Sentinel, wants to hear.
    static final String ASKED_FOR = "requirepass";

    private final String who;

    NewPassword(String who) {
        this.who = who;
    }

    /// For people.
    public String text() {
        return "another password of the " + who
                + ": no command here changes it where it is in use; the steps are in docs/operating/rendering.md, \"A new"
                + " password\"";
    }

    /// From one rendering of a file to the next.
    static Set<NewPassword> between(String before, String after, Rendered.Keeper keeper) {
        Set<NewPassword> changed = EnumSet.noneOf(NewPassword.class);
        for (NewPassword whose : values()) {
            if (!whose.passwords(before, keeper).equals(whose.passwords(after, keeper))) {
                changed.add(whose);
            }
        }
        return changed;
    }

    /// For a server that runs.
    ///
    /// @param config what it answers to CONFIG GET *
    /// @param wanted its redis.conf
    static Set<NewPassword> of(Map<String, String> config, String wanted) {
        StringBuilder living = new StringBuilder();
        for (String name : List.of(GIVEN, ASKED_FOR)) {
            String value = config.getOrDefault(name, "");
            if (!value.isEmpty()) {
                living.append(name).append(' ').append(Directives.quote(value)).append('\n');
            }
        }
        return between(living.toString(), wanted, Rendered.Keeper.SERVER);
    }

    /// Its passwords in a file, each once: a group of servers that comes or goes is no other password.
    private Set<String> passwords(String text, Rendered.Keeper keeper) {
        Set<String> passwords = new TreeSet<>();
        for (String line : text.split("\n", -1)) {
            List<String> words = RedisLine.words(line);
            if (words.size() > 1 && isOurs(words, keeper)) {
                passwords.add(words.getFirst() + ' ' + words.getLast());
            }
        }
        return passwords;
    }

    private boolean isOurs(List<String> words, Rendered.Keeper keeper) {
        return switch (keeper) {
            case COBNUT -> false;
            case SERVER ->
                this == SERVERS
                        && (words.getFirst().equals(GIVEN) || words.getFirst().equals(ASKED_FOR));
            case SENTINEL ->
                switch (this) {
                    case SERVERS ->
                        words.getFirst().equals("sentinel") && words.get(1).equals("auth-pass");
                    case SENTINELS ->
                        words.getFirst().equals(ASKED_FOR)
                                || (words.getFirst().equals("sentinel")
                                        && words.get(1).equals("sentinel-pass"));
                };
        };
    }
}

package dev.cobnut.doctor;

import dev.cobnut.config.RedisLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Reads redis.conf and sentinel.conf: a name and words on each line, with Redis' quotes. Pure.
final class ConfLines {
    private ConfLines() {}

    /// The settings of a text. A name that `sentinel` stands before is the word after that.
    ///
    /// @param file as findings name it
    static Settings read(String file, String text) {
        List<Setting> all = new ArrayList<>();
        int line = 0;
        for (String each : text.split("\n", -1)) {
            line++;
            List<String> words = RedisLine.words(each);
            if (words.isEmpty()) {
                continue;
            }
            int head = words.getFirst().equalsIgnoreCase("sentinel") && words.size() > 1 ? 1 : 0;
            all.add(new Setting(
                    words.get(head).toLowerCase(Locale.ROOT),
                    words.subList(head + 1, words.size()),
                    file + ":" + line));
        }
        return new Settings(file, all);
    }
}

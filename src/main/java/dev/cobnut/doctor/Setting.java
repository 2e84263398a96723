package dev.cobnut.doctor;

import java.util.List;

/// One line of a configuration, or one value that a living process says of itself.
///
/// @param name in lower case
/// @param words what follows the name, without quotes; may be empty
/// @param at where it was found: `FILE:LINE` or `HOST:PORT`
public record Setting(String name, List<String> words, String at) {
    public Setting {
        words = List.copyOf(words);
    }

    /// All words, as one text.
    public String value() {
        return String.join(" ", words);
    }

    /// One word; empty when there are fewer.
    ///
    /// @param index from 0
    public String word(int index) {
        return index < words.size() ? words.get(index) : "";
    }
}

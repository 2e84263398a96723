package dev.cobnut.doctor;

import dev.cobnut.config.YamlNode;
import java.util.ArrayList;
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

    /// A key of YAML with its value, those of its list, or as `KEY: VALUE` those of its mapping.
    ///
    /// @param file where it stands
    static Setting of(String file, YamlNode.Entry entry) {
        List<String> words = new ArrayList<>();
        switch (entry.value()) {
            case YamlNode.Scalar scalar -> words.add(scalar.value());
            case YamlNode.Sequence list -> list.items().forEach(item -> words.addAll(scalar("", item)));
            case YamlNode.Mapping mapping ->
                mapping.entries().forEach(each -> words.addAll(scalar(each.key().value() + ": ", each.value())));
            case YamlNode.Refused _ -> {}
        }
        return new Setting(entry.key().value(), words, file + ":" + entry.key().line());
    }

    private static List<String> scalar(String prefix, YamlNode node) {
        return node instanceof YamlNode.Scalar scalar ? List.of(prefix + scalar.value()) : List.of();
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

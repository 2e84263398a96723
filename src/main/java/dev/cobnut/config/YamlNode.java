package dev.cobnut.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A piece of a YAML file that knows its line. Scalars are texts: what `true` or `012` means is for the key to say,
/// as in nutcracker.
public sealed interface YamlNode {
    /// Where it begins, from 1.
    int line();

    /// What to call it in a message.
    String kind();

    /// @param value empty for a key without a value
    /// @param place where it stands in the text, its quotes included; null for what was made of a part of a value
    record Scalar(String value, int line, @Nullable Place place) implements YamlNode {
        Scalar(String value, int line) {
            this(value, line, null);
        }

        @Override
        public String kind() {
            return "a value";
        }
    }

    record Sequence(List<YamlNode> items, int line) implements YamlNode {
        @Override
        public String kind() {
            return "a list";
        }
    }

    /// @param entries in file order, duplicates included
    record Mapping(List<Entry> entries, int line) implements YamlNode {
        @Override
        public String kind() {
            return "a mapping";
        }
    }

    /// A stretch of the text, counted in characters of Unicode.
    ///
    /// @param start of its first
    /// @param end behind its last
    record Place(int start, int end) {}

    record Entry(Scalar key, YamlNode value) {}

    /// Stands where something was refused and reported already, so that nobody reports it again.
    record Refused(int line) implements YamlNode {
        @Override
        public String kind() {
            return "refused";
        }
    }
}

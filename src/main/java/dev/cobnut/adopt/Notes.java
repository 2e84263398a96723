package dev.cobnut.adopt;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// What an operator has to be told: of lines that have no place in `stack.yml`, and of values in it that are guesses. One
/// thread.
final class Notes {
    /// Where each thing was found, by what is said of it: nine servers with one line each are one note.
    private final Map<String, Set<String>> places = new LinkedHashMap<>();

    private final Map<String, String> remarks = new LinkedHashMap<>();

    /// A line that has no place, or not the one it had.
    ///
    /// @param at `FILE:LINE`
    /// @param text what stands there, and what became of it
    void add(String at, String text) {
        places.computeIfAbsent(text, _ -> new LinkedHashSet<>()).add(at);
    }

    /// Something that stands in `stack.yml` and should be looked at; becomes a comment there.
    ///
    /// @param path of the key, such as `caches.cluster_obj.listen`
    void remark(String path, String text) {
        remarks.merge(path, text, (first, second) -> first.contains(second) ? first : first + "; " + second);
    }

    /// By path.
    Map<String, String> remarks() {
        return remarks;
    }

    /// Each note, and below it where: `a.conf:3,4 b.conf:1`.
    ///
    /// @param folder that all files are below; left out
    List<String> lines(String folder) {
        List<String> lines = new ArrayList<>();
        places.forEach((text, found) -> {
            Map<String, List<String>> byFile = new TreeMap<>();
            for (String at : found) {
                String file = Hosts.fileOf(at);
                byFile.computeIfAbsent(file, _ -> new ArrayList<>())
                        .add(at.substring(Math.min(at.length(), file.length() + 1)));
            }
            List<String> all = new ArrayList<>();
            byFile.forEach((file, numbers) -> {
                String bare = file.startsWith(folder) ? file.substring(folder.length()) : file;
                all.add(bare + (numbers.equals(List.of("")) ? "" : ":" + String.join(",", numbers)));
            });
            lines.add("note: " + text);
            lines.add("      " + String.join(" ", all));
        });
        return lines;
    }

    int count() {
        return places.size();
    }
}

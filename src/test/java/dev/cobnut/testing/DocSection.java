package dev.cobnut.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A part of a document that is written from a table of the program, between two comments:
///
///     <!-- begin commands: written by CompatibilityDocTest -->
///     ...
///     <!-- end commands -->
///
/// A test calls [#check]: it fails when the part is not what the table says. `-Ddocs.write=true` writes it instead:
///
///     ./mvnw -q -B test -Dtest='*DocTest' -Ddocs.write=true
public final class DocSection {
    private static final String HOW = "./mvnw -q -B test -Dtest='*DocTest' -Ddocs.write=true";

    private DocSection() {}

    /// Compares a section with what it should be, or writes it.
    ///
    /// @param file a document, from the root of the repository
    /// @param name of the section
    /// @param expected its text, ending with a line end
    public static void check(String file, String name, String expected) {
        try {
            Path path = Path.of(file);
            String text = Files.readString(path);
            int begin = text.indexOf("<!-- begin " + name + ":");
            int from = text.indexOf('\n', begin) + 1;
            int to = text.indexOf("<!-- end " + name + " -->", from);
            assertThat(begin >= 0 && from > 0 && to > 0)
                    .as(
                            "%s has a section %s between <!-- begin %s: ... --> and <!-- end %s -->",
                            file, name, name, name)
                    .isTrue();
            String section = "\n" + expected + "\n";
            if (Boolean.getBoolean("docs.write")) {
                Files.writeString(path, text.substring(0, from) + section + text.substring(to));
            } else {
                assertThat(text.substring(from, to))
                        .as("section %s of %s; to write it anew: %s", name, file, HOW)
                        .isEqualTo(section);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

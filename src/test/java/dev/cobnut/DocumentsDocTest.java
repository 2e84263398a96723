package dev.cobnut;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What documents refer to is there: files, headings, tests, sources.
class DocumentsDocTest {
    private static final Pattern LINK = Pattern.compile("(?<!!)\\[[^\\]]*\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} (.+)$");
    private static final Pattern TEST = Pattern.compile("`(\\w+(?:Test|IT))(?:\\.(\\w+))?`");
    private static final Pattern SOURCE = Pattern.compile("`((?:[a-z]+/)+[A-Z]\\w+)\\.java`");

    @Test
    void linksLeadToFilesAndHeadings() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path document : documents()) {
            Matcher link = LINK.matcher(withoutCode(Files.readString(document)));
            while (link.find()) {
                String target = link.group(1);
                if (!target.startsWith("http") && !leadsSomewhere(document, target)) {
                    broken.add(document + ": " + target);
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void testsThatProveAPromiseExist() throws IOException {
        Map<String, String> tests = new HashMap<>();
        for (Path file : files(Path.of("src/test/java"), ".java")) {
            tests.put(String.valueOf(file.getFileName()).replace(".java", ""), Files.readString(file));
        }
        List<String> missing = new ArrayList<>();
        for (Path document : documents()) {
            Matcher named = TEST.matcher(Files.readString(document));
            while (named.find()) {
                String test = tests.get(named.group(1));
                boolean found =
                        test != null && (named.group(2) == null || test.contains("void " + named.group(2) + "("));
                if (!found && !named.group(1).equals("XTest") && !named.group(1).equals("XIT")) {
                    missing.add(document + ": " + named.group());
                }
            }
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void sourcesThatAWalkGoesThroughExist() throws IOException {
        List<String> missing = new ArrayList<>();
        for (Path document : documents()) {
            Matcher named = SOURCE.matcher(Files.readString(document));
            while (named.find()) {
                if (!Files.exists(Path.of("src/main/java/dev/cobnut", named.group(1) + ".java"))) {
                    missing.add(document + ": " + named.group());
                }
            }
        }
        assertThat(missing).isEmpty();
    }

    private static boolean leadsSomewhere(Path document, String target) throws IOException {
        int hash = target.indexOf('#');
        String file = hash < 0 ? target : target.substring(0, hash);
        Path path = file.isEmpty() ? document : document.resolveSibling(file);
        if (!Files.exists(path)) {
            return false;
        }
        return hash < 0 || anchors(Files.readString(path)).contains(target.substring(hash + 1));
    }

    /// The anchors of headings as GitHub makes them.
    private static Set<String> anchors(String text) {
        Set<String> anchors = new HashSet<>();
        Matcher heading = HEADING.matcher(withoutCode(text));
        while (heading.find()) {
            anchors.add(heading.group(1)
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^\\p{Alnum} _-]", "")
                    .replace(' ', '-'));
        }
        return anchors;
    }

    private static String withoutCode(String text) {
        return text.replaceAll("(?ms)^```.*?^```", "");
    }

    private static List<Path> documents() throws IOException {
        List<Path> documents = new ArrayList<>(files(Path.of("docs"), ".md"));
        documents.addAll(List.of(Path.of("README.md"), Path.of("CONTRIBUTING.md"), Path.of("CHANGELOG.md")));
        return documents;
    }

    private static List<Path> files(Path root, String end) throws IOException {
        try (Stream<Path> tree = Files.walk(root)) {
            return tree.filter(file -> file.toString().endsWith(end)).sorted().toList();
        }
    }
}

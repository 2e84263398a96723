package dev.cobnut.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What a document shows of a terminal: indented lines, in which a command stands behind `$`, and what it prints below.
///
///     $ redis-cli -p 6379 get greeting
///     "hello"
///     $ ./cobnut status
///     pool          shard         node              role      note
///     …
///
/// A line of `…` stands for any lines, or none, and `…` in a line for the rest of a word or of the line. Times and process ids are other ones each time: any number will do where a
/// document has one, and a process id that a later command names is the one that stood in its place.
public final class Transcript {
    private static final Pattern COMMAND = Pattern.compile("    \\$ (.*)");
    private static final String MORE = "…";

    /// What is different each time.
    private static final Pattern CHANGING = Pattern.compile("\\d\\d:\\d\\d:\\d\\d\\.\\d{3}" // a time of the day
            + "|(?<=pid )\\d+"
            + "|(?<=offset )[\\d,]+"
            + "|\\d+(\\.\\d+)?(?= (ms|s)\\b)"
            + "|(?<=up )\\d+[dhms]\\b");

    /// A command and what it prints.
    ///
    /// @param line of the document, from 1
    public record Step(String command, List<String> output, int line) {
        public Step {
            output = List.copyOf(output);
        }
    }

    /// What a command of the document is here, because of what has been printed before.
    private final Map<String, String> here = new HashMap<>();

    /// The steps of a document, in its order.
    public static List<Step> read(Path document) {
        List<String> lines;
        try {
            lines = Files.readAllLines(document);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            Matcher command = COMMAND.matcher(lines.get(i));
            if (command.matches()) {
                List<String> output = new ArrayList<>();
                int next = i + 1;
                while (next < lines.size()
                        && lines.get(next).startsWith("    ")
                        && !COMMAND.matcher(lines.get(next)).matches()) {
                    output.add(lines.get(next).substring(4));
                    next++;
                }
                steps.add(new Step(command.group(1), output, i + 1));
            }
        }
        return steps;
    }

    /// The command as it is to be given here.
    public String command(Step step) {
        String command = step.command();
        for (Map.Entry<String, String> each : here.entrySet()) {
            command = command.replaceAll("\\b" + each.getKey() + "\\b", each.getValue());
        }
        return command;
    }

    /// Compares what was printed with the document.
    ///
    /// @return the first line of the document that was not printed; null when all were, and nothing else
    public @Nullable String missing(Step step, List<String> printed) {
        List<String> wanted = step.output();
        int at = 0;
        boolean anyBetween = false;
        for (String line : wanted) {
            if (line.strip().equals(MORE)) {
                anyBetween = true;
                continue;
            }
            int found = at;
            while (found < printed.size() && !matches(line, printed.get(found))) {
                found++;
            }
            if (found == printed.size() || found > at && !anyBetween) {
                return line;
            }
            learn(line, printed.get(found));
            at = found + 1;
            anyBetween = false;
        }
        return at < printed.size() && !anyBetween ? "(nothing more, but it was: " + printed.get(at) + ")" : null;
    }

    private static boolean matches(String wanted, String printed) {
        String pattern = Arrays.stream(fixed(wanted).split(MORE, -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
        return fixed(printed).matches(pattern);
    }

    /// Without what changes, and with one blank for many: columns are as wide as what is in them.
    private static String fixed(String line) {
        return CHANGING.matcher(line).replaceAll("#").replaceAll(" {2,}|-{3,}", " ").strip();
    }

    private void learn(String wanted, String printed) {
        Matcher document = CHANGING.matcher(wanted);
        Matcher real = CHANGING.matcher(printed);
        while (document.find() && real.find()) {
            if (wanted.startsWith("pid ", Math.max(0, document.start() - 4))) {
                here.put(document.group(), real.group());
            }
        }
    }
}

package dev.cobnut.config;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// Builds [YamlNode]s from the events of a YAML parser. Works below the level where YAML gives values types and
/// aliases multiply, so a small file stays small.
///
/// Refused, each with its line: a second document, anchors, aliases, tags, keys that are not scalars. What is not
/// YAML at all, or nested deeper than 32, ends the reading: nothing sensible can be said of the rest.
public final class YamlTree {
    private static final int DEPTH_MAX = 32;

    private final Iterator<Event> events;
    private final Problems problems;

    private YamlTree(Iterator<Event> events, Problems problems) {
        this.events = events;
        this.problems = problems;
    }

    /// The only document of a text; null when it has none, or when it is not YAML, which is then among the problems.
    public static @Nullable YamlNode parse(String text, Problems problems) {
        LoadSettings settings = LoadSettings.builder().setParseComments(false).build();
        try {
            Iterator<Event> events = new Parse(settings).parseString(text).iterator();
            return new YamlTree(events, problems).document();
        } catch (TooDeep e) {
            problems.add(e.line, "nested too deeply (expected: " + DEPTH_MAX + " levels or fewer)");
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(Mark::getLine).orElse(-1) + 1;
            problems.add(line, "not YAML: " + e.getProblem());
        } catch (ReaderException e) {
            int line = lineAt(text, e.getPosition());
            problems.add(line, String.format("character U+%04X (not allowed in YAML)", e.getCodePoint()));
        } catch (IllegalArgumentException e) {
            // snakeyaml-engine 3.2 lets this one out for "\UFFFFFFFF", without saying where
            problems.add(0, "not YAML: an escape \\U that is no character (" + e.getMessage() + ")");
        } catch (YamlEngineException e) {
            problems.add(0, "not YAML: " + e.getMessage());
        }
        return null;
    }

    private @Nullable YamlNode document() throws TooDeep {
        YamlNode root = null;
        while (events.hasNext()) {
            Event event = events.next();
            switch (event.getEventId()) {
                case DocumentStart -> {
                    if (root != null) {
                        problems.add(lineOf(event), "a second document begins (expected: one for each file)");
                        return root;
                    }
                    root = node(events.next(), 1);
                }
                case StreamStart, StreamEnd, DocumentEnd, Comment -> {}
                case Alias, Scalar, SequenceStart, SequenceEnd, MappingStart, MappingEnd ->
                    throw new IllegalStateException(event + " outside of a document");
            }
        }
        return root;
    }

    private YamlNode node(Event event, int depth) throws TooDeep {
        int line = lineOf(event);
        if (depth > DEPTH_MAX) {
            throw new TooDeep(line);
        }
        int before = problems.count();
        if (event instanceof NodeEvent node) {
            refuseMarks(node, line);
        }
        YamlNode node = switch (event) {
            case ScalarEvent scalar -> new YamlNode.Scalar(scalar.getValue(), line, place(scalar));
            case SequenceStartEvent _ -> sequence(line, depth);
            case MappingStartEvent _ -> mapping(line, depth);
            case AliasEvent _ -> new YamlNode.Refused(line);
            default -> throw new IllegalStateException(event + " where a value begins");
        };
        return node instanceof YamlNode.Scalar && problems.count() > before ? new YamlNode.Refused(line) : node;
    }

    /// The names of anchors, aliases and tags are not shown: `redis_auth: *secret` is somebody's unquoted password.
    private void refuseMarks(NodeEvent event, int line) {
        if (event instanceof AliasEvent) {
            problems.add(line, "an alias (not supported; quote a value that begins with *)");
            return;
        }
        if (event.getAnchor().isPresent()) {
            problems.add(line, "an anchor (not supported; quote a value that begins with &)");
        }
        boolean tagged = switch (event) {
            case ScalarEvent scalar -> scalar.getTag().isPresent();
            case CollectionStartEvent collection -> collection.getTag().isPresent();
            default -> false;
        };
        if (tagged) {
            problems.add(line, "a tag (not supported; quote a value that begins with !)");
        }
    }

    private YamlNode sequence(int line, int depth) throws TooDeep {
        List<YamlNode> items = new ArrayList<>();
        for (Event event = events.next(); event.getEventId() != Event.ID.SequenceEnd; event = events.next()) {
            items.add(node(event, depth + 1));
        }
        return new YamlNode.Sequence(items, line);
    }

    private YamlNode mapping(int line, int depth) throws TooDeep {
        List<YamlNode.Entry> entries = new ArrayList<>();
        for (Event event = events.next(); event.getEventId() != Event.ID.MappingEnd; event = events.next()) {
            YamlNode key = node(event, depth + 1);
            YamlNode value = node(events.next(), depth + 1);
            switch (key) {
                case YamlNode.Scalar scalar -> entries.add(new YamlNode.Entry(scalar, value));
                case YamlNode.Sequence _, YamlNode.Mapping _ ->
                    problems.add(key.line(), key.kind() + " as a key (expected: a word)");
                case YamlNode.Refused _ -> {}
            }
        }
        return new YamlNode.Mapping(entries, line);
    }

    private static YamlNode.Place place(Event event) {
        int start = event.getStartMark().map(Mark::getIndex).orElse(0);
        return new YamlNode.Place(start, event.getEndMark().map(Mark::getIndex).orElse(start));
    }

    private static int lineOf(Event event) {
        return event.getStartMark().map(Mark::getLine).orElse(-1) + 1;
    }

    /// @param position counted in characters of Unicode
    private static int lineAt(String text, int position) {
        int end = text.offsetByCodePoints(0, Math.min(position, text.codePointCount(0, text.length())));
        return 1 + (int) text.substring(0, end).chars().filter(c -> c == '\n').count();
    }

    private static final class TooDeep extends Exception {
        private final int line;

        private TooDeep(int line) {
            this.line = line;
        }
    }
}

package dev.cobnut.doctor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The virtual routers of a keepalived.conf. It is a tree of blocks in braces; only those that say who holds an
/// address are looked at. One text, one thread.
final class KeepalivedFile {
    private static final int DEFAULT_PRIORITY = 100;

    private final String file;
    private final Map<String, VirtualRouter.Check> checks = new HashMap<>();
    private final List<VirtualRouter> routers = new ArrayList<>();

    private KeepalivedFile(String file) {
        this.file = file;
    }

    static List<VirtualRouter> read(String file, String text) {
        List<Block> blocks = blocks(text);
        boolean strict = false;
        KeepalivedFile reader = new KeepalivedFile(file);
        for (Block block : blocks) {
            strict |= block.has("vrrp_strict");
            reader.check(block);
        }
        for (Block block : blocks) {
            if (block.head.getFirst().equals("vrrp_instance")) {
                reader.router(block, blocks, strict);
            }
        }
        return List.copyOf(reader.routers);
    }

    private void check(Block block) {
        if (block.head.getFirst().equals("vrrp_script") && block.head.size() > 1) {
            String name = block.head.get(1);
            checks.put(
                    name,
                    new VirtualRouter.Check(
                            file + ":" + block.line, name, block.text("script"), block.number("weight", 0)));
        }
    }

    private void router(Block block, List<Block> all, boolean strict) {
        List<String> addresses = new ArrayList<>();
        List<Setting> settings = new ArrayList<>();
        List<VirtualRouter.Check> tracked = new ArrayList<>();
        for (Block inner : all) {
            if (inner.parent == block.line && inner.head.getFirst().equals("virtual_ipaddress")) {
                inner.lines.forEach(line -> addresses.add(line.words().getFirst()));
            } else if (inner.parent == block.line && inner.head.getFirst().equals("track_script")) {
                for (Line line : inner.lines) {
                    VirtualRouter.Check check = checks.get(line.words().getFirst());
                    if (check != null) {
                        tracked.add(check);
                    }
                }
            }
            if (inner == block) {
                settings(inner, "", settings);
            } else if (inner.parent == block.line || inner.head.getFirst().equals("global_defs")) {
                settings(inner, inner.head.getFirst() + "/", settings);
            }
        }
        addresses.sort(null);
        routers.add(new VirtualRouter(
                file + ":" + block.line,
                file,
                block.head.size() > 1 ? block.head.get(1) : "",
                block.number("virtual_router_id", 0),
                block.number("priority", DEFAULT_PRIORITY),
                addresses,
                tracked,
                strict,
                new Settings(file + ":" + block.line, settings)));
    }

    private void settings(Block block, String prefix, List<Setting> into) {
        for (Line line : block.lines) {
            List<String> words = line.words();
            into.add(
                    new Setting(prefix + words.getFirst(), words.subList(1, words.size()), file + ":" + line.number()));
        }
    }

    /// The blocks of a text, each with its own lines; `{` and `}` may stand on lines of their own.
    private static List<Block> blocks(String text) {
        List<Block> all = new ArrayList<>();
        List<Block> open = new ArrayList<>();
        List<String> last = List.of();
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            String bare = line.replaceFirst("[#!].*", "")
                    .replace("{", " { ")
                    .replace("}", " } ")
                    .strip();
            for (List<String> part : parts(bare)) {
                if (part.equals(List.of("}"))) {
                    if (!open.isEmpty()) {
                        open.removeLast();
                    }
                } else if (part.getLast().equals("{")) {
                    List<String> head = part.size() > 1 ? part.subList(0, part.size() - 1) : last;
                    Block block = new Block(
                            head.isEmpty() ? List.of("") : head, number, open.isEmpty() ? 0 : open.getLast().line);
                    all.add(block);
                    open.add(block);
                } else if (!open.isEmpty()) {
                    open.getLast().lines.add(new Line(part, number));
                }
                last = part;
            }
        }
        return all;
    }

    /// A line, cut behind each `{`, and around each `}`.
    private static List<List<String>> parts(String line) {
        List<List<String>> parts = new ArrayList<>();
        List<String> part = new ArrayList<>();
        for (String word : line.isEmpty() ? List.<String>of() : Arrays.asList(line.split("\\s+", -1))) {
            if (word.equals("}") && !part.isEmpty()) {
                parts.add(part);
                part = new ArrayList<>();
            }
            part.add(word);
            if (word.equals("{") || word.equals("}")) {
                parts.add(part);
                part = new ArrayList<>();
            }
        }
        if (!part.isEmpty()) {
            parts.add(part);
        }
        return parts;
    }

    private record Line(List<String> words, int number) {}

    /// One block with its own lines.
    private static final class Block {
        private final List<String> head;
        private final int line;
        private final int parent;
        private final List<Line> lines = new ArrayList<>();

        /// @param parent line of the block around it; 0 for none
        Block(List<String> head, int line, int parent) {
            this.head = head;
            this.line = line;
            this.parent = parent;
        }

        boolean has(String name) {
            return lines.stream().anyMatch(each -> each.words().getFirst().equals(name));
        }

        String text(String name) {
            for (Line each : lines) {
                List<String> words = each.words();
                if (words.getFirst().equals(name)) {
                    return String.join(" ", words.subList(1, words.size())).replace("\"", "");
                }
            }
            return "";
        }

        int number(String name, int otherwise) {
            String text = text(name);
            return text.matches("-?\\d{1,9}") ? Integer.parseInt(text) : otherwise;
        }
    }
}

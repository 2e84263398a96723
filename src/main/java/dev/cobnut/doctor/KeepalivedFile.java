package dev.cobnut.doctor;

import dev.cobnut.config.BraceBlocks;
import dev.cobnut.config.BraceBlocks.Statement;
import dev.cobnut.config.Problems;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The virtual routers of a keepalived.conf: only what says who holds an address is looked at, however odd the rest. One text,
/// one thread.
final class KeepalivedFile {
    private static final int DEFAULT_PRIORITY = 100;

    private final String file;
    private final Map<String, VirtualRouter.Check> checks = new HashMap<>();
    private final List<Setting> global = new ArrayList<>();
    private final List<VirtualRouter> routers = new ArrayList<>();

    private KeepalivedFile(String file) {
        this.file = file;
    }

    static List<VirtualRouter> read(String file, String text) {
        List<Statement> all = BraceBlocks.parse(text, new Problems(Path.of(file)));
        boolean strict = false;
        KeepalivedFile reader = new KeepalivedFile(file);
        for (Statement block : all) {
            strict |= block.inside().stream().anyMatch(each -> each.name().equals("vrrp_strict"));
            if (block.name().equals("global_defs")) {
                reader.settings(block, "global_defs/", reader.global);
            } else if (block.name().equals("vrrp_script")) {
                reader.check(block);
            }
        }
        for (Statement block : all) {
            if (block.name().equals("vrrp_instance")) {
                reader.router(block, strict);
            }
        }
        return List.copyOf(reader.routers);
    }

    private void check(Statement block) {
        String name = name(block);
        checks.put(
                name,
                new VirtualRouter.Check(
                        file + ":" + block.line(), name, text(block, "script"), number(block, "weight", 0)));
    }

    private void router(Statement block, boolean strict) {
        List<String> addresses = new ArrayList<>();
        List<Setting> settings = new ArrayList<>(global);
        List<VirtualRouter.Check> tracked = new ArrayList<>();
        settings(block, "", settings);
        for (Statement inner : block.inside()) {
            settings(inner, inner.name() + "/", settings);
            if (inner.name().equals("virtual_ipaddress")) {
                inner.inside().forEach(line -> addresses.add(line.name()));
            } else if (inner.name().equals("track_script")) {
                for (Statement line : inner.inside()) {
                    VirtualRouter.Check check = checks.get(line.name());
                    if (check != null) {
                        tracked.add(check);
                    }
                }
            }
        }
        addresses.sort(null);
        routers.add(new VirtualRouter(
                file + ":" + block.line(),
                file,
                name(block),
                number(block, "virtual_router_id", 0),
                number(block, "priority", DEFAULT_PRIORITY),
                addresses,
                tracked,
                strict,
                new Settings(file + ":" + block.line(), settings)));
    }

    private void settings(Statement block, String prefix, List<Setting> into) {
        for (Statement line : block.inside()) {
            if (line.block() == null) {
                into.add(new Setting(prefix + line.name(), line.arguments(), file + ":" + line.line()));
            }
        }
    }

    private static String name(Statement block) {
        return block.words().size() > 1 ? block.words().get(1) : "";
    }

    private static String text(Statement block, String name) {
        return block.inside().stream()
                .filter(each -> each.name().equals(name))
                .map(each -> String.join(" ", each.arguments()))
                .findFirst()
                .orElse("");
    }

    private static int number(Statement block, String name, int otherwise) {
        String text = text(block, name);
        return text.matches("-?\\d{1,9}") ? Integer.parseInt(text) : otherwise;
    }
}

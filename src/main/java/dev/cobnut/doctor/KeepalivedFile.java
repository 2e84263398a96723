package dev.cobnut.doctor;

import dev.cobnut.blueprint.Blueprint.Speaker;
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
    private static final int PASSWORD_MAX = 8;

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
        Settings all = new Settings(file + ":" + block.line(), settings);
        routers.add(new VirtualRouter(
                file + ":" + block.line(),
                file,
                Speaker.KEEPALIVED,
                name(block),
                number(block, "virtual_router_id", 0),
                number(block, "priority", DEFAULT_PRIORITY),
                addresses,
                speech(all, addresses),
                tracked,
                strict,
                all));
    }

    /// With the defaults of keepalived, which speaks version 3 of IPv6 whatever the file says.
    private static VirtualRouter.Speech speech(Settings settings, List<String> addresses) {
        boolean isIpv6 = !addresses.isEmpty() && addresses.getFirst().indexOf(':') >= 0;
        long said = settings.number("version", settings.number("global_defs/vrrp_version", 2));
        int version = said == 3 || isIpv6 ? 3 : 2;
        String seconds = settings.text("advert_int", "1");
        String password = settings.text("authentication/auth_type", "").equals("PASS") && version == 2
                ? settings.text("authentication/auth_pass", "")
                : "";
        return new VirtualRouter.Speech(
                version,
                seconds.matches("\\d{1,3}(\\.\\d{1,6})?") ? Math.round(Double.parseDouble(seconds) * 1_000) : 1_000,
                password.substring(0, Math.min(PASSWORD_MAX, password.length())),
                settings.all().stream().anyMatch(each -> each.name().startsWith("unicast_peer/")));
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

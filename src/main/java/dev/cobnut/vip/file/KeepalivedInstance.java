package dev.cobnut.vip.file;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cobnut.config.AddressText;
import dev.cobnut.config.BadValue;
import dev.cobnut.config.BraceBlocks.Statement;
import dev.cobnut.vip.VipSettings.Check;
import dev.cobnut.vip.VipSettings.Hooks;
import dev.cobnut.vip.file.KeepalivedKeyword.Place;
import dev.cobnut.vip.vrrp.RouterSettings;
import dev.cobnut.vip.vrrp.RouterSettings.Announcing;
import dev.cobnut.vip.vrrp.VirtualAddress;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One `vrrp_instance` of a keepalived.conf. One thread.
final class KeepalivedInstance {
    static final int MILLI = 1_000;

    private static final int PRIORITY = 100;
    private static final int SECOND = 1_000_000;
    private static final int TEN_MILLIS = 10_000;
    private static final int INTERVAL_SECONDS_MAX = 1_000;
    private static final int SECONDS_MAX = 100_000;
    private static final int REPEAT_MAX = 1_000;
    private static final int NAME_MAX = 64;

    private final String name;
    private final KeepalivedBlock block;
    private final KeepalivedBlock global;
    private final Map<String, Check> scripts;
    private final KeepalivedReport report;

    /// @param global `global_defs`
    /// @param scripts by name
    KeepalivedInstance(
            String name, Statement block, KeepalivedBlock global, Map<String, Check> scripts, KeepalivedReport report) {
        this.name = name;
        this.block = new KeepalivedBlock("vrrp_instance " + name, block, report);
        this.global = global;
        this.scripts = scripts;
        this.report = report;
        if (name.length() > NAME_MAX) {
            report.problem(block.line(), "vrrp_instance " + BadValue.quote(name) + " (expected: 64 letters or fewer)");
        }
    }

    String what() {
        return "vrrp_instance " + name;
    }

    /// Where something of an instance stands.
    int line(VipKey key) {
        return switch (key) {
            case INTERFACE -> block.line("interface");
            case ROUTER_ID -> block.line("virtual_router_id");
            case ADDRESSES -> block.line("virtual_ipaddress");
            case PRIORITY -> block.line("priority");
            case VERSION -> block.line("version");
            case INTERVAL -> block.line("advert_int");
            case PREEMPT -> block.line("nopreempt");
            case PREEMPT_DELAY -> block.line("preempt_delay");
            case SOURCE -> block.line(sourceKeyword());
            case PEERS -> block.line("unicast_peer");
            case PASSWORD -> block.line("authentication");
            case CHECKSUM_AS_V2 -> block.line("v3_checksum_as_v2");
            case CHECKS, CHECK -> block.line("track_script");
            case ANNOUNCE -> block.line("garp_master_repeat");
            case ADVERT_BEFORE_YIELDING -> block.line("higher_prio_send_advert");
            case NOTIFY, NOTIFY_TIMEOUT -> block.line("notify");
            case NOTIFY_MASTER -> block.line("notify_master");
            case NOTIFY_BACKUP -> block.line("notify_backup");
            case NOTIFY_FAULT -> block.line("notify_fault");
            case NOTIFY_STOP -> block.line("notify_stop");
        };
    }

    /// Names what was not read.
    void noteRest() {
        block.noteRest(Place.INSTANCE);
    }

    static Duration ofMicros(long micros) {
        return Duration.ofNanos(micros * MILLI);
    }

    /// The router itself; null when it has no address, which is then a problem.
    @Nullable
    RouterSettings router() {
        refuseStrangers();
        String carrier = block.word("interface");
        if (carrier == null) {
            block.problem("interface", "is missing (expected: the interface that carries the addresses)");
        } else if (!AddressText.isInterface(carrier)) {
            block.problem(
                    "interface", BadValue.quote(carrier) + " (expected: a name such as eth0, 15 letters at most)");
        }
        String on = carrier == null ? "" : carrier;
        if (!block.has("virtual_router_id")) {
            block.problem("virtual_router_id", "is missing (expected: 1 to 255)");
        }
        List<VirtualAddress> addresses = new ArrayList<>();
        addresses("virtual_ipaddress", on, true, addresses);
        if (addresses.isEmpty()) {
            block.problem("virtual_ipaddress", "has no address (expected: at least one)");
        }
        addresses("virtual_ipaddress_excluded", on, false, addresses);
        boolean isMaster = isMaster();
        int priority = priority(isMaster);
        boolean isIpv6 = !addresses.isEmpty() && addresses.getFirst().address() instanceof Inet6Address;
        int version = version(isIpv6);
        boolean preempt = preempt(isMaster);
        long delay = preemptDelay(isMaster, preempt);
        int id = block.number("virtual_router_id", 1, RouterRules.ID_MAX, 1);
        Duration interval = interval(version);
        InetAddress source = source();
        List<InetAddress> peers = peers();
        String password = password(version);
        boolean checksumAsV2 = checksumAsV2(version, isIpv6);
        Announcing announcing = announcing();
        boolean advertBeforeYielding =
                block.flag("higher_prio_send_advert", global.flag("vrrp_higher_prio_send_advert", true));
        if (addresses.isEmpty() || !addresses.getFirst().isAdvertised()) {
            return null;
        }
        return new RouterSettings(
                name,
                on,
                id,
                version,
                addresses,
                priority,
                interval,
                preempt,
                ofMicros(delay),
                source,
                peers,
                password,
                checksumAsV2,
                announcing,
                advertBeforeYielding);
    }

    /// Whom this speaker and keepalived would not hear of each other.
    private void refuseStrangers() {
        if (block.has("mcast_dst_ip")) {
            block.problem(
                    "mcast_dst_ip",
                    "is not supported (expected: nothing, which is 224.0.0.18 or ff02::12; or unicast_peer)");
        }
        List<String> old = block.words("old_unicast_checksum");
        if (block.has("old_unicast_checksum") && !old.contains("never")) {
            block.problem(
                    "old_unicast_checksum",
                    "is not supported (expected: nothing; it is for keepalived 1.3.6 and before)");
        }
        block.has("accept"); // It is so.
    }

    private boolean isMaster() {
        String state = block.word("state");
        boolean isMaster = "MASTER".equals(state);
        if (isMaster) {
            block.note("state", "MASTER has no effect: everybody begins as backup, and priorities decide");
        } else if (state != null && !state.equals("BACKUP")) {
            block.problem("state", BadValue.quote(state) + " (expected: MASTER or BACKUP)");
        }
        return isMaster;
    }

    private int priority(boolean isMaster) {
        if (RouterRules.OWNER.equals(
                block.words("priority").stream().findFirst().orElse(""))) {
            block.problem("priority", RouterRules.NO_OWNER.substring("priority ".length()));
            return PRIORITY;
        }
        if (isMaster && !block.has("priority")) {
            block.problem("state", "MASTER without priority is " + RouterRules.NO_OWNER);
        }
        return block.number("priority", 1, RouterSettings.PRIORITY_MAX, PRIORITY);
    }

    private int version(boolean isIpv6) {
        int version = block.number("version", 2, 3, global.number("vrrp_version", 2, 3, 2));
        if (isIpv6 && version == 2 && block.has("version")) {
            block.note("version", "2 has no effect: IPv6 has version 3 only");
        }
        return isIpv6 ? 3 : version;
    }

    private boolean preempt(boolean isMaster) {
        block.has("preempt"); // It is the default.
        boolean no = block.flag("nopreempt", false);
        if (no && isMaster) {
            block.note("nopreempt", "has no effect: with state MASTER keepalived preempts nevertheless");
        }
        return !no || isMaster;
    }

    private long preemptDelay(boolean isMaster, boolean preempt) {
        long delay = block.micros("preempt_delay", 0, RouterRules.PREEMPT_DELAY_SECONDS_MAX, 0);
        if (delay > 0 && (isMaster || !preempt)) {
            block.note(
                    "preempt_delay",
                    "has no effect: keepalived has none with " + (isMaster ? "state MASTER" : "nopreempt"));
            return 0;
        }
        return delay;
    }

    private Duration interval(int version) {
        long micros = block.micros("advert_int", 0, INTERVAL_SECONDS_MAX, SECOND);
        long unit = version == 2 ? SECOND : TEN_MILLIS;
        long rounded = Math.max((micros + unit / 2) / unit * unit, unit);
        if (rounded != micros) {
            block.note(
                    "advert_int",
                    block.words("advert_int").getFirst() + " is "
                            + ofMicros(rounded).toMillis() + " ms: version " + version
                            + " has " + (version == 2 ? "whole seconds" : "tens of milliseconds")
                            + ", and keepalived rounds as well");
        }
        return ofMicros(rounded);
    }

    private void addresses(String keyword, String carrier, boolean isAdvertised, List<VirtualAddress> into) {
        for (Statement line : block.inside(keyword)) {
            String on = carrier;
            String label = null;
            List<String> words = line.arguments();
            int i = 0;
            while (i < words.size()) {
                String word = words.get(i);
                String value = i + 1 < words.size() ? words.get(i + 1) : "";
                i += 2;
                switch (word) {
                    case "dev" -> on = value;
                    case "label" -> label = value;
                    case "scope" -> {
                        if (!value.equals("global")) {
                            addressNote(line, "scope " + value, "the scope is global");
                        }
                    }
                    case "brd", "broadcast", "peer", "preferred_lft" ->
                        addressNote(line, word, Place.ADDRESS.meaning(word));
                    default -> {
                        // A word without a value.
                        addressNote(line, word, Place.ADDRESS.meaning(word));
                        i--;
                    }
                }
            }
            if (!AddressText.isInterface(on) && !on.isEmpty()) {
                report.problem(
                        line.line(), what() + ": dev " + BadValue.quote(on) + " (expected: a name such as eth0)");
            }
            try {
                into.add(IpText.moving(line.name(), on, label, isAdvertised));
            } catch (BadValue e) {
                report.problem(line.line(), what() + ": " + keyword + " " + e.getMessage());
            }
        }
    }

    private void addressNote(Statement line, String word, @Nullable String meaning) {
        report.ignored(line.line(), what() + ": " + line.name() + ": " + word, meaning);
    }

    private String sourceKeyword() {
        boolean isUnicast = !block.inside("unicast_peer").isEmpty();
        return isUnicast && block.has("unicast_src_ip") || !block.has("mcast_src_ip")
                ? "unicast_src_ip"
                : "mcast_src_ip";
    }

    private @Nullable InetAddress source() {
        String keyword = sourceKeyword();
        String text = block.word(keyword);
        try {
            return text == null ? null : IpText.parse(text);
        } catch (BadValue e) {
            block.problem(keyword, String.valueOf(e.getMessage()));
            return null;
        }
    }

    private List<InetAddress> peers() {
        List<InetAddress> peers = new ArrayList<>();
        for (Statement line : block.inside("unicast_peer")) {
            try {
                peers.add(IpText.parse(line.name()));
            } catch (BadValue e) {
                report.problem(line.line(), what() + ": unicast_peer " + e.getMessage());
            }
            if (!line.arguments().isEmpty()) {
                report.note(
                        line.line(),
                        what() + ": " + String.join(" ", line.arguments())
                                + " has no effect: messages of peers may have come over routers");
            }
        }
        return peers;
    }

    private @Nullable String password(int version) {
        List<Statement> inside = block.inside("authentication");
        if (inside.isEmpty()) {
            return null;
        }
        KeepalivedBlock authentication =
                new KeepalivedBlock(what() + ": authentication", block.line("authentication"), inside, report);
        String type = authentication.word("auth_type");
        String password = authentication.word("auth_pass");
        authentication.noteRest(Place.SCRIPT);
        if ("AH".equals(type)) {
            authentication.problem("auth_type", "AH is not supported (expected: PASS, or nothing, on all machines)");
        } else if (version == 3) {
            block.note("authentication", "has no effect: version 3 has none, and keepalived ignores it as well");
        } else if (type == null || password == null) {
            block.note(
                    "authentication",
                    "has no effect: it has no " + (type == null ? "auth_type" : "auth_pass")
                            + ", and keepalived ignores it as well");
        } else if (!type.equals("PASS") && !type.equals("SIMPLE")) {
            authentication.problem("auth_type", BadValue.quote(type) + " (expected: PASS)");
        } else {
            return cut(authentication, password);
        }
        return null;
    }

    private static String cut(KeepalivedBlock authentication, String password) {
        byte[] bytes = password.getBytes(UTF_8);
        if (bytes.length <= RouterRules.PASSWORD_BYTES_MAX) {
            return password;
        }
        authentication.note("auth_pass", "counts with its first 8 bytes, as in keepalived");
        return new String(Arrays.copyOf(bytes, RouterRules.PASSWORD_BYTES_MAX), UTF_8);
    }

    private boolean checksumAsV2(int version, boolean isIpv6) {
        boolean asV2 = block.flag("v3_checksum_as_v2", false);
        if (asV2 && (version == 2 || isIpv6)) {
            block.note("v3_checksum_as_v2", "has no effect: it is for version 3 with IPv4");
            return false;
        }
        return asV2;
    }

    private Announcing announcing() {
        Announcing otherwise = Announcing.DEFAULT;
        return new Announcing(
                Math.max(1, count("garp_master_repeat", otherwise.repeat())),
                seconds("garp_master_delay", otherwise.delay()),
                seconds("garp_master_refresh", otherwise.refresh()),
                Math.max(1, count("garp_master_refresh_repeat", otherwise.refreshRepeat())));
    }

    private int count(String keyword, int otherwise) {
        return block.number(keyword, 0, REPEAT_MAX, global.number("vrrp_" + keyword, 0, REPEAT_MAX, otherwise));
    }

    private Duration seconds(String keyword, Duration otherwise) {
        long micros = global.micros("vrrp_" + keyword, 0, SECONDS_MAX, otherwise.toNanos() / MILLI);
        return ofMicros(block.micros(keyword, 0, SECONDS_MAX, micros));
    }

    /// What is looked at: the scripts that are tracked. Other interfaces are not.
    List<Check> checks() {
        String own = String.join(" ", block.words("interface"));
        for (Statement line : block.inside("track_interface")) {
            if (!line.name().equals(own) || !line.arguments().isEmpty()) {
                report.note(
                        line.line(),
                        what() + ": track_interface " + String.join(" ", line.words())
                                + " has no effect: only the instance's own interface is looked at, and without it nobody is"
                                + " master");
            }
        }
        List<Check> checks = new ArrayList<>();
        for (Statement line : block.inside("track_script")) {
            Check check = scripts.get(line.name());
            if (check == null) {
                report.note(
                        line.line(),
                        what() + ": track_script " + line.name()
                                + " has no effect: there is no such vrrp_script, and keepalived leaves it out as well");
            } else {
                checks.add(check.withWeight(weight(line, check.weight())));
            }
        }
        return checks;
    }

    private int weight(Statement line, int otherwise) {
        if (line.arguments().isEmpty()) {
            return otherwise;
        }
        KeepalivedBlock inner = new KeepalivedBlock(
                what() + ": track_script " + line.name(),
                line.line(),
                List.of(new Statement(line.arguments(), line.line(), null)),
                report);
        int weight = inner.number("weight", -RouterSettings.WEIGHT_MAX, RouterSettings.WEIGHT_MAX, otherwise);
        if (inner.words("weight").contains("reverse")) {
            inner.problem("weight", "reverse is not supported (expected: a script that says the opposite)");
        }
        inner.noteRest(Place.SCRIPT);
        return weight;
    }

    /// Who is told.
    Hooks hooks() {
        return new Hooks(
                block.program("notify_master", true),
                block.program("notify_backup", true),
                block.program("notify_fault", true),
                block.program("notify_stop", true),
                block.program("notify", true),
                Hooks.NONE.timeout());
    }
}

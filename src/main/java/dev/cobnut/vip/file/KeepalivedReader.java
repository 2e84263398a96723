package dev.cobnut.vip.file;

import dev.cobnut.config.BraceBlocks;
import dev.cobnut.config.BraceBlocks.Statement;
import dev.cobnut.config.Problems;
import dev.cobnut.vip.VipSettings;
import dev.cobnut.vip.VipSettings.Check;
import dev.cobnut.vip.VipSettings.Probe;
import dev.cobnut.vip.file.KeepalivedKeyword.Place;
import dev.cobnut.vip.vrrp.RouterSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Reads a keepalived.conf as it is (keepalived 2.2): `global_defs`, `vrrp_script` and `vrrp_instance`, with
/// keepalived's meanings and defaults; so preemption is on. What has no effect here is named among the notes, word
/// by word. Refused is what would keep this speaker and keepalived from understanding each other, or would mean the
/// opposite.
///
/// Where the file does not say otherwise, two things differ from keepalived: a master announces itself twice a second
/// (`garp_master_refresh`), and says once more that it was here before it yields (`higher_prio_send_advert`). Both
/// are off in keepalived, and without them a pair loses its address in 1 of 8 healings of a split.
final class KeepalivedReader {
    private static final Pattern BEGIN = Pattern.compile(
            "^\\s*(vrrp_instance\\s+\\S+|vrrp_script\\s+\\S+|global_defs)\\s*(\\{|$)", Pattern.MULTILINE);
    private static final Pattern VARIABLE = Pattern.compile("\\$[A-Za-z_].*=.*|.*\\$\\{_.*|~(SEQ|LST)\\(.*");

    private static final int SECONDS_MAX = 100_000;
    private static final int COUNT_MAX = 100_000;
    private static final int SECOND = 1_000_000;

    private final Problems problems;
    private final KeepalivedReport report;
    private final Map<String, Check> scripts = new LinkedHashMap<>();
    private final Set<String> tracked = new HashSet<>();

    private KeepalivedReader(Path file, Problems problems) {
        this.problems = problems;
        this.report = new KeepalivedReport(file, problems);
    }

    /// Whether a text is a keepalived.conf.
    static boolean isOne(String text) {
        return BEGIN.matcher(text).find();
    }

    /// What a text says. Worth nothing when there are problems afterwards.
    static VipSettings read(Path file, String text, Problems problems) {
        return new KeepalivedReader(file, problems).read(text);
    }

    private VipSettings read(String text) {
        List<Statement> all = BraceBlocks.parse(text, problems);
        all.forEach(this::refuseMacros);
        List<Statement> global = new ArrayList<>();
        Map<String, Integer> lines = new LinkedHashMap<>();
        for (Statement block : all) {
            switch (block.name()) {
                case "global_defs" -> global.addAll(block.inside());
                case "vrrp_script" -> lines.put(script(block), block.line());
                case "vrrp_instance" -> {}
                default -> {
                    if (!isMacro(block)) {
                        report.ignored(block.line(), block.name(), Place.TOP.meaning(block.name()));
                    }
                }
            }
        }
        KeepalivedBlock defaults = new KeepalivedBlock("global_defs", 1, global, report);
        List<RouterRules.Read> reads = new ArrayList<>();
        for (Statement block : all) {
            if (block.name().equals("vrrp_instance")) {
                KeepalivedInstance instance = new KeepalivedInstance(name(block), block, defaults, scripts, report);
                RouterSettings router = instance.router();
                List<Check> checks = instance.checks();
                checks.forEach(check -> tracked.add(check.name()));
                VipSettings.Hooks hooks = instance.hooks();
                instance.noteRest();
                if (router != null) {
                    reads.add(new RouterRules.Read(
                            instance.what(), new VipSettings.Instance(router, checks, hooks), instance::line));
                }
            }
        }
        globals(defaults);
        lines.forEach((called, line) -> {
            if (scripts.containsKey(called) && !tracked.contains(called)) {
                report.note(line, "vrrp_script " + called + " has no effect: no vrrp_instance tracks it");
            }
        });
        names(all);
        new RouterRules(problems).check(reads);
        return new VipSettings(reads.stream().map(RouterRules.Read::instance).toList(), report.notes());
    }

    /// What would have keepalived read another text than the one that is here.
    private void refuseMacros(Statement statement) {
        if (isMacro(statement)) {
            String name = statement.name();
            String expected = name.startsWith("include")
                    ? "is not followed (expected: all in one file)"
                    : "is not supported (expected: the text that keepalived makes of it)";
            report.problem(statement.line(), name + " " + expected);
        }
        statement.inside().forEach(this::refuseMacros);
    }

    private static boolean isMacro(Statement statement) {
        String name = statement.name();
        return name.matches("include[a-z]*")
                || name.startsWith("@")
                || statement.words().stream()
                        .anyMatch(word -> VARIABLE.matcher(word).matches());
    }

    /// Ends what [KeepalivedInstance] has begun to read.
    private void globals(KeepalivedBlock global) {
        global.has("router_id"); // It only names the machine.
        String group = global.word("vrrp_mcast_group4");
        if (group != null && !group.equals("224.0.0.18")) {
            global.problem("vrrp_mcast_group4", group + " (expected: 224.0.0.18; others are not spoken to)");
        }
        String group6 = global.word("vrrp_mcast_group6");
        if (group6 != null && !group6.equals("ff02::12")) {
            global.problem("vrrp_mcast_group6", group6 + " (expected: ff02::12; others are not spoken to)");
        }
        global.noteRest(Place.GLOBAL);
    }

    private void names(List<Statement> all) {
        Set<String> names = new HashSet<>();
        int count = 0;
        for (Statement block : all) {
            if (block.name().equals("vrrp_instance")) {
                count++;
                if (name(block).isEmpty()) {
                    report.problem(block.line(), "a vrrp_instance without a name (expected: vrrp_instance NAME {)");
                } else if (!names.add(name(block))) {
                    report.problem(
                            block.line(),
                            "vrrp_instance " + name(block) + " is there already (expected: another name)");
                }
            }
        }
        if (count == 0) {
            report.problem(0, "no vrrp_instance (expected: at least one)");
        }
    }

    private static String name(Statement block) {
        return block.words().size() > 1 ? block.words().get(1) : "";
    }

    /// @return its name
    private String script(Statement block) {
        String name = name(block);
        KeepalivedBlock script = new KeepalivedBlock("vrrp_script " + name, block, report);
        List<String> words = script.program("script", false);
        long interval = script.micros("interval", 0, SECONDS_MAX, SECOND);
        long timeout = script.micros("timeout", 0, SECONDS_MAX, 0);
        int rise = script.number("rise", 1, COUNT_MAX, 1);
        int fall = script.number("fall", 1, COUNT_MAX, 1);
        int weight = weight(script, script.words("weight"));
        boolean initFail = script.flag("init_fail", false);
        script.noteRest(Place.SCRIPT);
        if (words.isEmpty()) {
            report.note(block.line(), "vrrp_script " + name + " has no effect: it has no script");
            return name;
        }
        long every = Math.max(interval, KeepalivedInstance.MILLI);
        scripts.put(
                name,
                new Check(
                        name,
                        new Probe.Command(words),
                        KeepalivedInstance.ofMicros(every),
                        KeepalivedInstance.ofMicros(timeout == 0 ? every : timeout),
                        rise,
                        fall,
                        weight,
                        initFail));
        return name;
    }

    private static int weight(KeepalivedBlock script, List<String> words) {
        if (words.contains("reverse")) {
            script.problem("weight", "reverse is not supported (expected: a script that says the opposite)");
        }
        return script.number("weight", -RouterSettings.WEIGHT_MAX, RouterSettings.WEIGHT_MAX, 0);
    }
}

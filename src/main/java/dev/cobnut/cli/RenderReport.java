package dev.cobnut.cli;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.render.NewPassword;
import dev.cobnut.render.Rendered;
import dev.cobnut.render.RenderedChanges;
import dev.cobnut.render.Rendering;
import dev.cobnut.render.Restarts;
import dev.cobnut.render.Writer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What `cobnut render` says of a rendering, and the `.commands` files that it adds to. One thread; blocks for the disk.
///
/// A `.commands` file is for processes that did not answer: it grows by what each rendering changed, and whoever has run it
/// deletes it. Nothing in it is a secret.
final class RenderReport {
    private final Blueprint blueprint;
    private final Path folder;
    private final List<Writer.Outcome> outcomes;
    /// Lines to run now, by the file of the process that answered.
    private final Map<String, List<String>> now = new LinkedHashMap<>();
    /// Lines to run at some time, by the file of the process that did not.
    private final Map<String, List<String>> later = new LinkedHashMap<>();
    private final Running running;
    private final Set<NewPassword> newPasswords = EnumSet.noneOf(NewPassword.class);
    private int asSaid;

    RenderReport(Blueprint blueprint, Path folder, List<Writer.Outcome> outcomes, Running running) {
        this.running = running;
        this.blueprint = blueprint;
        this.folder = folder;
        this.outcomes = outcomes;
        RenderedChanges changes = new RenderedChanges(blueprint);
        for (Writer.Outcome outcome : outcomes) {
            Rendered rendered = outcome.rendered();
            List<String> living =
                    rendered == null ? null : changes.living(rendered, running.servers(), running.sentinels());
            if (rendered != null) {
                newPasswords.addAll(changes.newPasswords(rendered, outcome.before(), running.servers()));
            }
            if (living != null && living.isEmpty()) {
                asSaid++;
            } else if (living != null) {
                now.put(outcome.path(), living);
            } else if (rendered != null && outcome.fate() == Writer.Fate.WRITTEN && outcome.before() != null) {
                List<String> since = changes.since(rendered, outcome.before());
                if (!since.isEmpty()) {
                    later.put(outcome.path(), since);
                }
            }
        }
        for (Running.Other other : running.others()) {
            if (other.isLockedOut()) {
                newPasswords.add(other.isSentinel() ? NewPassword.SENTINELS : NewPassword.SERVERS);
            }
        }
    }

    /// Where the commands for the process of a file are.
    private static String commands(String path) {
        return path.replaceFirst("\\.conf$", "") + ".commands";
    }

    /// Adds what is to be run at some time to the files beside those that it is for.
    ///
    /// @throws IOException when one cannot be written
    void appendCommands() throws IOException {
        for (Map.Entry<String, List<String>> each : later.entrySet()) {
            Files.write(
                    folder.resolve(commands(each.getKey())),
                    each.getValue(),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND,
                    LinkOption.NOFOLLOW_LINKS);
        }
    }

    /// All of it, for people.
    ///
    /// @param file the stack.yml
    /// @param host the only one that was rendered; null for all
    /// @param all whether no kind of file was left out
    List<String> lines(Path file, @Nullable String host, boolean all) {
        List<String[]> rows = new ArrayList<>();
        int unchanged = 0;
        for (Writer.Outcome outcome : outcomes) {
            if (outcome.fate() == Writer.Fate.UNCHANGED) {
                unchanged++;
                continue;
            }
            rows.add(new String[] {folder.resolve(outcome.path()).toString(), word(outcome.fate()), remark(outcome)});
            if (later.containsKey(outcome.path())) {
                rows.add(new String[] {
                    folder.resolve(commands(outcome.path())).toString(),
                    "added to",
                    "to bring a running one there; delete it when it was run"
                });
            }
        }
        if (all && host == null) {
            skipped(rows);
        }
        List<String> lines = new ArrayList<>(Table.aligned(rows));
        if (unchanged > 0) {
            lines.add(unchanged + (unchanged == 1 ? " file" : " files") + " unchanged");
        } else if (rows.isEmpty()) {
            lines.add("nothing to write");
        }
        for (Writer.Outcome outcome : outcomes) {
            if (!outcome.diff().isEmpty()) {
                lines.add("");
                lines.addAll(outcome.diff());
            }
        }
        for (Map.Entry<String, List<String>> each : now.entrySet()) {
            lines.add("");
            lines.add("runs, and is not as " + folder.resolve(each.getKey()) + " says; to bring it there:");
            each.getValue().forEach(line -> lines.add("  " + line));
        }
        if (asSaid > 0) {
            lines.add("");
            lines.add(asSaid + (asSaid == 1 ? " process runs" : " processes run") + ", set as rendered");
        }
        others(lines);
        newPasswords.forEach(each -> lines.add(each.text()));
        steps(lines, file, host);
        return lines;
    }

    private static String word(Writer.Fate fate) {
        return switch (fate) {
            case WRITTEN -> "written";
            case UNCHANGED -> "unchanged";
            case LEFT -> "left alone";
            case FORCED -> "overwritten";
            case OBSOLETE -> "not rendered";
        };
    }

    private static String remark(Writer.Outcome outcome) {
        return switch (outcome.fate()) {
            case LEFT -> "changed by hand; see below, or --force";
            case FORCED -> "it was changed by hand";
            case OBSOLETE -> "no longer in the stack; delete it when no host needs it";
            case WRITTEN, UNCHANGED -> {
                Rendered rendered = outcome.rendered();
                yield rendered == null
                        ? ""
                        : switch (rendered.keeper()) {
                            case COBNUT -> "";
                            case SERVER, SENTINEL ->
                                outcome.before() == null
                                        ? "for the first start; then the process keeps it"
                                        : "for hosts that have none yet; what runs keeps its own";
                        };
            }
        };
    }

    /// Kinds of files that this stack has none of, and why.
    private void skipped(List<String[]> rows) {
        if (blueprint.virtualIp() == null) {
            rows.add(new String[] {"vip.yml", "skipped", "no vip in the stack"});
        }
        if (blueprint.sentinels() == null) {
            rows.add(new String[] {"sentinel.conf", "skipped", "no sentinels in the stack"});
        }
        if (blueprint.proxies() == null) {
            rows.add(new String[] {"cobnut.yml", "skipped", "no proxies in the stack"});
        }
        if (blueprint.clients().isEmpty()) {
            rows.add(new String[] {"env.php, local.xml", "skipped", "no clients in the stack"});
        }
    }

    /// Who was asked in vain, a line for each reason.
    private void others(List<String> lines) {
        if (running.servers().isEmpty()
                && running.sentinels().isEmpty()
                && !running.others().isEmpty()
                && running.others().stream().allMatch(other -> other.refusal() == null)) {
            lines.add("");
            lines.add("no server and no Sentinel answers");
            return;
        }
        Map<String, List<String>> names = new LinkedHashMap<>();
        for (Running.Other other : running.others()) {
            String reason = (other.isSentinel() ? "Sentinels that " : "servers that ")
                    + (other.refusal() == null ? "do not answer" : "refuse (" + other.refusal() + ")");
            names.computeIfAbsent(reason, _ -> new ArrayList<>()).add(other.name());
        }
        if (!names.isEmpty()) {
            lines.add("");
        }
        names.forEach((reason, all) -> lines.add(reason + ": " + String.join(", ", all)));
    }

    /// Files of a host that were written over others.
    private Set<String> changed(String host) {
        Set<String> changed = new HashSet<>();
        for (Writer.Outcome outcome : outcomes) {
            Rendered rendered = outcome.rendered();
            boolean isOver = outcome.fate() == Writer.Fate.FORCED
                    || (outcome.fate() == Writer.Fate.WRITTEN && outcome.before() != null);
            if (isOver && rendered != null && host.equals(rendered.host())) {
                changed.add(rendered.path());
            }
        }
        return changed;
    }

    /// How to copy, start and check.
    private void steps(List<String> lines, Path file, @Nullable String host) {
        lines.add("");
        for (Blueprint.Host each : blueprint.hosts()) {
            List<String> units = Rendering.units(blueprint, each.name());
            if (units.isEmpty() || (host != null && !host.equals(each.name()))) {
                continue;
            }
            String from = folder.resolve(each.name()) + "/";
            String to = each.name() + ":/";
            boolean keepers = units.stream().anyMatch(unit -> unit.startsWith("redis"));
            // Neither owners nor rights of folders that are there change, and what a running process keeps is not
            // touched.
            lines.add("copy:   rsync -rtO " + (keepers ? "--exclude=/etc/redis " : "") + from + " " + to);
            if (keepers) {
                lines.add("        rsync -rtOR --ignore-existing --exclude='*.commands' " + from + "./etc/redis " + to);
            }
            lines.add("start:  ssh " + each.name() + " 'systemd-sysusers && systemd-tmpfiles --create; sysctl --system;"
                    + " systemctl daemon-reload && systemctl enable --now " + String.join(" ", units) + "'");
            String restart = Restarts.command(blueprint, each.name(), changed(each.name()));
            if (restart != null) {
                lines.add("restart: ssh " + each.name() + " '" + restart + "'  # one host after the other");
            }
        }
        lines.add("check:  cobnut doctor --files " + folder + "; when it runs: cobnut doctor -f " + file);
    }
}

package dev.cobnut.doctor;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.blueprint.Kind;
import dev.cobnut.blueprint.PlanReport;
import dev.cobnut.config.EnumWord;
import dev.cobnut.control.probe.SwitchMarks;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The settings of a living server beside those that follow from stack.yml. Only what the file decides is compared: defaults of
/// the server stay its own. Pure.
final class ServerSettings {
    private ServerSettings() {}

    /// What is otherwise; nothing when the server does not show its settings.
    static List<Drift.Change> differences(Blueprint blueprint, Blueprint.Redis redis, Server server) {
        Blueprint.Cache cache = redis.cache();
        List<Drift.Change> changes = new ArrayList<>();
        if (!server.isOpen()) {
            return List.of(new Drift.Change(Drift.Kind.UNKNOWN, "it does not show its settings", "", ""));
        }
        long memory = server.settings().number("maxmemory", 0);
        differ(changes, "maxmemory", size(memory), size(cache.memoryBytes()));
        if (cache.memoryBytes() > 0) {
            differ(
                    changes,
                    "maxmemory-policy",
                    server.settings().text("maxmemory-policy", "noeviction"),
                    EnumWord.of(cache.eviction()));
        }
        differ(changes, "persistence", EnumWord.of(persistence(server)), EnumWord.of(cache.persistence()));
        differ(changes, "databases", Long.toString(ServerRules.databases(server)), Integer.toString(cache.databases()));
        differ(
                changes,
                "min-replicas-to-write",
                Long.toString(minReplicas(server)),
                Integer.toString(cache.minReplicas()));
        boolean wantsPassword = blueprint.secrets().redis() != null;
        for (String name : List.of("requirepass", "masterauth")) {
            if (wantsPassword && !server.settings().has(name)) {
                changes.add(new Drift.Change(Drift.Kind.CHANGE, name, "none", "the password of the file"));
            }
        }
        directives(changes, cache, server);
        return changes;
    }

    /// How many replicas a master has to have, without what a planned switch adds to it for its time.
    static long minReplicas(Server server) {
        long set = server.settings()
                .number("min-replicas-to-write", server.settings().number("min-slaves-to-write", 0));
        return set >= SwitchMarks.MARK ? set - SwitchMarks.MARK : set;
    }

    static Kind.Persistence persistence(Server server) {
        if (server.settings().text("appendonly", "no").equals("yes")) {
            return Kind.Persistence.AOF;
        }
        return server.isPersistent() ? Kind.Persistence.RDB : Kind.Persistence.NONE;
    }

    /// Lines that are handed on. What stands there several times, and what a server does not show, is not compared.
    private static void directives(List<Drift.Change> changes, Blueprint.Cache cache, Server server) {
        Map<String, Integer> count = new TreeMap<>();
        cache.directives().forEach(line -> count.merge(line.name(), 1, Integer::sum));
        for (Blueprint.Setting line : cache.directives()) {
            String name = line.name().toLowerCase(Locale.ROOT);
            Setting now = server.settings().last(name);
            if (now == null || count.getOrDefault(line.name(), 0) > 1 || name.equals("client-output-buffer-limit")) {
                continue;
            }
            String is = unmarked(name, now.value());
            String should = line.value().replaceAll("^[\"']|[\"']$", "");
            if (!is.equalsIgnoreCase(should) && !isSameNumber(is, should)) {
                changes.add(new Drift.Change(Drift.Kind.CHANGE, name, shown(is), shown(should)));
            }
        }
    }

    /// Without what a planned switch adds.
    private static String unmarked(String name, String value) {
        boolean mayBeMarked = name.equals("min-replicas-max-lag") || name.equals("replica-priority");
        if (mayBeMarked && value.matches("\\d{10}") && Long.parseLong(value) >= SwitchMarks.MARK) {
            return Long.toString(Long.parseLong(value) - SwitchMarks.MARK);
        }
        return value;
    }

    private static boolean isSameNumber(String one, String other) {
        Long number = number(one);
        return number != null && number.equals(number(other));
    }

    private static @Nullable Long number(String text) {
        Settings one = new Settings("", List.of(new Setting("n", List.of(text), "")));
        long low = one.number("n", Long.MIN_VALUE);
        return low == Long.MIN_VALUE ? null : low;
    }

    private static String shown(String value) {
        return value.isEmpty() ? "\"\"" : value;
    }

    private static String size(long bytes) {
        return bytes == 0 ? "no limit" : PlanReport.size(bytes);
    }

    private static void differ(List<Drift.Change> changes, String what, String now, String wanted) {
        if (!now.equalsIgnoreCase(wanted)) {
            changes.add(new Drift.Change(Drift.Kind.CHANGE, what, now, wanted));
        }
    }
}

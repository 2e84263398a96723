package dev.cobnut.doctor;

import dev.cobnut.control.probe.StrictText;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// From the settings of a sentinel.conf to the groups that it names. Pure.
final class SentinelFile {
    private SentinelFile() {}

    static Sentinel of(Settings settings) {
        List<Group> groups = new ArrayList<>();
        for (Setting monitor : settings.named("monitor")) {
            groups.add(group(settings, monitor));
        }
        return new Sentinel(settings.at(), false, settings, groups);
    }

    private static Group group(Settings settings, Setting monitor) {
        String name = monitor.word(0);
        List<Replica> replicas = new ArrayList<>();
        for (String form : List.of("known-replica", "known-slave")) {
            for (Setting known : of(settings, form, name)) {
                NodeAddress.Tcp address = address(known);
                if (address != null) {
                    replicas.add(new Replica(address, known.at(), Set.of(), 0));
                }
            }
        }
        long epoch = number(settings, "config-epoch", name, 0);
        int known = of(settings, "known-sentinel", name).size();
        return new Group(
                name,
                monitor.at(),
                address(monitor),
                monitor.word(3).matches("\\d{1,9}") ? Integer.parseInt(monitor.word(3)) : 0,
                number(settings, "down-after-milliseconds", name, Group.DEFAULT_DOWN_AFTER_MILLIS),
                number(settings, "failover-timeout", name, Group.DEFAULT_FAILOVER_TIMEOUT_MILLIS),
                epoch,
                replicas,
                known == 0 ? -1 : known,
                null,
                Set.of(),
                !of(settings, "auth-pass", name).isEmpty());
    }

    private static List<Setting> of(Settings settings, String what, String group) {
        return settings.named(what).stream()
                .filter(each -> each.word(0).equals(group))
                .toList();
    }

    private static long number(Settings settings, String what, String group, long otherwise) {
        List<Setting> said = of(settings, what, group);
        String digits = said.isEmpty() ? "" : said.getLast().word(1);
        return digits.matches("\\d{1,18}") ? Long.parseLong(digits) : otherwise;
    }

    /// `NAME HOST PORT …`.
    private static NodeAddress.@Nullable Tcp address(Setting setting) {
        try {
            return StrictText.address(setting.word(1), setting.word(2));
        } catch (IOException _) {
            return null;
        }
    }
}

package dev.cobnut.doctor;

import dev.cobnut.blueprint.Blueprint.Speaker;
import dev.cobnut.config.ConfigException;
import dev.cobnut.config.Problem;
import dev.cobnut.config.Problems;
import dev.cobnut.config.Secret;
import dev.cobnut.config.YamlNode;
import dev.cobnut.config.YamlTree;
import dev.cobnut.vip.VipSettings;
import dev.cobnut.vip.VipSettings.Probe;
import dev.cobnut.vip.file.VipFile;
import dev.cobnut.vip.vrrp.RouterSettings;
import dev.cobnut.vip.vrrp.VirtualAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The virtual routers below `vip:` of a file, as `cobnut vip` reads them. What it refuses is a refusal.
final class VipPart {
    private VipPart() {}

    /// @param text of the file
    static void read(Path file, String text, Facts.Collector into) {
        // Files may have been brought from somewhere else, without their passwords.
        String here = Secret.withoutPlaces(text);
        try {
            VipSettings settings = VipFile.parse(file, here);
            Map<String, YamlNode.Entry> entries = entries(YamlTree.parse(here, new Problems(file)));
            for (VipSettings.Instance instance : settings.instances()) {
                YamlNode.Entry entry = entries.get(instance.router().name());
                if (entry != null) {
                    into.routers.add(router(file.toString(), instance, entry, here.equals(text)));
                }
            }
        } catch (ConfigException e) {
            for (Problem problem : e.problems()) {
                into.refusals.add(
                        new Facts.Refusal(problem.file() + ":" + Math.max(1, problem.line()), problem.text()));
            }
        }
    }

    private static VirtualRouter router(
            String file, VipSettings.Instance instance, YamlNode.Entry entry, boolean isWhole) {
        RouterSettings router = instance.router();
        String at = file + ":" + entry.key().line();
        List<Setting> settings = new ArrayList<>();
        if (entry.value() instanceof YamlNode.Mapping keys) {
            keys.entries().forEach(each -> settings.add(Setting.of(file, each)));
        }
        List<VirtualRouter.Check> checks = new ArrayList<>();
        for (VipSettings.Check check : instance.checks()) {
            // Without preemption whoever has a bad one gives the address away, whatever the priorities are.
            int weight = router.preempt() ? check.weight() : 0;
            String command = check.probe() instanceof Probe.Command run ? String.join(" ", run.words()) : "";
            checks.add(new VirtualRouter.Check(at, check.name(), command, weight));
        }
        String password = router.password() == null ? "" : router.password();
        return new VirtualRouter(
                at,
                file,
                Speaker.COBNUT,
                router.name(),
                router.id(),
                router.priority(),
                router.addresses().stream()
                        .filter(VirtualAddress::isAdvertised)
                        .map(VirtualAddress::toString)
                        .sorted()
                        .toList(),
                new VirtualRouter.Speech(
                        router.version(),
                        router.interval().toMillis(),
                        isWhole || password.isEmpty() ? password : null,
                        router.isUnicast()),
                checks,
                false,
                new Settings(at, settings));
    }

    /// What stands below the name of each, by name.
    private static Map<String, YamlNode.Entry> entries(@Nullable YamlNode root) {
        Map<String, YamlNode.Entry> entries = new HashMap<>();
        if (root instanceof YamlNode.Mapping top) {
            for (YamlNode.Entry each : top.entries()) {
                if (each.key().value().equals("vip") && each.value() instanceof YamlNode.Mapping names) {
                    names.entries().forEach(name -> entries.put(name.key().value(), name));
                }
            }
        }
        return entries;
    }
}

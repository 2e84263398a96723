package dev.cobnut.vip;

import java.io.IOException;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a file wants of the machine and this one does not have: for whoever tests the file where it is to be used. Asks the kernel and
/// the disk.
public final class MissingHere {
    private MissingHere() {}

    /// One line for each interface that is not there, and for each program that cannot be run, for people.
    ///
    /// @param path where programs are found whose names have no `/`, as in the variable PATH; null for nowhere
    /// @throws IOException when the kernel does not tell
    public static List<String> of(VipSettings settings, @Nullable String path) throws IOException {
        Set<String> interfaces = new LinkedHashSet<>();
        Set<String> programs = new LinkedHashSet<>();
        for (VipSettings.Instance each : settings.instances()) {
            interfaces.add(each.router().networkInterface());
            each.router().addresses().forEach(address -> interfaces.add(address.networkInterface()));
            for (VipSettings.Check check : each.checks()) {
                if (check.probe() instanceof VipSettings.Probe.Command run) {
                    programs.add(run.words().getFirst());
                }
            }
            VipSettings.Hooks hooks = each.hooks();
            for (List<String> words :
                    List.of(hooks.master(), hooks.backup(), hooks.fault(), hooks.stop(), hooks.any())) {
                words.stream().limit(1).forEach(programs::add);
            }
        }
        List<String> missing = new ArrayList<>();
        for (String each : interfaces) {
            if (NetworkInterface.getByName(each) == null) {
                missing.add("there is no network interface " + each + " on this machine");
            }
        }
        for (String each : programs) {
            if (!canRun(each, path)) {
                missing.add(each + " cannot be run on this machine");
            }
        }
        return missing;
    }

    private static boolean canRun(String program, @Nullable String path) {
        if (program.indexOf('/') >= 0) {
            return isProgram(Path.of(program));
        }
        for (String folder : path == null ? new String[0] : path.split(":")) {
            if (isProgram(Path.of(folder, program))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isProgram(Path file) {
        return Files.isRegularFile(file) && Files.isExecutable(file);
    }
}

package dev.cobnut.vip;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// How the checks of one virtual router stand, and what follows from all of them. One thread.
final class Results {
    private static final String UNKNOWN = "not looked at yet";

    private final List<VipSettings.Check> checks;
    private final Map<String, Status.CheckResult> byName = new LinkedHashMap<>();

    Results(List<VipSettings.Check> checks) {
        this.checks = checks;
        for (VipSettings.Check check : checks) {
            byName.put(check.name(), new Status.CheckResult(check.name(), check.startsGood(), UNKNOWN));
        }
    }

    /// Whether a result is another than before, or the first.
    boolean turns(Status.CheckResult result) {
        Status.CheckResult before = byName.get(result.name());
        return before != null
                && (before.isGood() != result.isGood() || before.detail().equals(UNKNOWN));
    }

    /// Takes a result in.
    ///
    /// @return whether that is one of ours, and new
    boolean put(Status.CheckResult result) {
        Status.CheckResult before = byName.get(result.name());
        if (before == null || before.equals(result)) {
            return false;
        }
        byName.put(result.name(), result);
        return true;
    }

    /// What they add to the priority, or take away.
    int weight() {
        int weight = 0;
        for (VipSettings.Check check : checks) {
            if (check.weight() != 0 && of(check).isGood() == check.weight() > 0) {
                weight += check.weight();
            }
        }
        return weight;
    }

    /// Those that fail and weigh nothing, for people: with them no address is carried. Empty for none.
    String failing() {
        List<String> failing = new ArrayList<>();
        for (VipSettings.Check check : checks) {
            Status.CheckResult result = of(check);
            if (check.weight() == 0 && !result.isGood()) {
                failing.add(check.name() + ": " + result.detail());
            }
        }
        return String.join("; ", failing);
    }

    /// In the order of the file.
    List<Status.CheckResult> all() {
        return List.copyOf(byName.values());
    }

    private Status.CheckResult of(VipSettings.Check check) {
        return byName.getOrDefault(check.name(), new Status.CheckResult(check.name(), false, ""));
    }
}

package dev.cobnut.vip;

import dev.cobnut.vip.Status.CheckResult;
import dev.cobnut.vip.Status.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How the checks of one virtual router stand, and what follows from all of them. One thread.
final class Results {
    /// In the order of the file.
    private final Map<VipSettings.Check, CheckResult> byCheck = new LinkedHashMap<>();

    Results(List<VipSettings.Check> checks) {
        for (VipSettings.Check check : checks) {
            Verdict verdict = check.startsBad() ? Verdict.BAD : Verdict.UNKNOWN;
            byCheck.put(check, new CheckResult(check.name(), verdict, "not looked at yet"));
        }
    }

    /// Takes a result in.
    ///
    /// @return how that check stood before; null when it is none of ours
    @Nullable
    Verdict put(CheckResult result) {
        for (Map.Entry<VipSettings.Check, CheckResult> each : byCheck.entrySet()) {
            if (each.getKey().name().equals(result.name())) {
                return each.setValue(result).verdict();
            }
        }
        return null;
    }

    /// What they add to the priority, or take away.
    int weight() {
        int sum = 0;
        for (Map.Entry<VipSettings.Check, CheckResult> each : byCheck.entrySet()) {
            int weight = each.getKey().weight();
            if (each.getValue().verdict() == (weight > 0 ? Verdict.GOOD : Verdict.BAD)) {
                sum += weight;
            }
        }
        return sum;
    }

    /// Those that fail and weigh nothing, for people: with them no address is carried. Empty for none.
    String failing() {
        List<String> failing = new ArrayList<>();
        byCheck.forEach((check, result) -> {
            if (check.weight() == 0 && result.verdict() == Verdict.BAD) {
                failing.add(text(result));
            }
        });
        return String.join("; ", failing);
    }

    /// Those of which nothing is known yet, for people. Empty for none.
    String unknown() {
        List<String> unknown = byCheck.values().stream()
                .filter(result -> result.verdict() == Verdict.UNKNOWN)
                .map(Results::text)
                .toList();
        return String.join("; ", unknown);
    }

    /// In the order of the file.
    List<CheckResult> all() {
        return List.copyOf(byCheck.values());
    }

    private static String text(CheckResult result) {
        return result.name() + ": " + result.detail();
    }
}

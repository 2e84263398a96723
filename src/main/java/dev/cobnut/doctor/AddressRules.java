package dev.cobnut.doctor;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.doctor.Rule.Found;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// What may be wrong with addresses that move between hosts. Pure; each method is the rule of one row of [RuleTable].
final class AddressRules {
    private AddressRules() {}

    static List<Found> weightTooSmall(Facts facts) {
        List<Found> found = new ArrayList<>();
        for (VirtualRouter router : facts.routers()) {
            for (VirtualRouter other : facts.routers()) {
                int gap = router.priority() - other.priority();
                if (!router.isOn(other) || gap <= 0) {
                    continue;
                }
                for (VirtualRouter.Check check : router.checks()) {
                    if (check.weight() != 0 && Math.abs(check.weight()) <= gap) {
                        found.add(new Found(
                                check.at(),
                                check.name() + " has weight " + check.weight() + ", and the priorities differ by "
                                        + gap,
                                "a weight of more than " + gap + ", or none"));
                    }
                }
            }
        }
        return found;
    }

    static List<Found> strict(Facts facts) {
        Set<String> said = new HashSet<>();
        return facts.routers().stream()
                .filter(router -> router.strict() && said.add(router.file()))
                .map(router -> new Found(router.file(), "vrrp_strict", "no vrrp_strict"))
                .toList();
    }

    static List<Found> checksProcess(Facts facts) {
        Set<String> said = new HashSet<>();
        List<Found> found = new ArrayList<>();
        for (VirtualRouter router : facts.routers()) {
            for (VirtualRouter.Check check : router.checks()) {
                if (check.command().matches(".*(killall\\s+-0|pidof|pgrep|kill\\s+-0).*") && said.add(check.at())) {
                    found.add(new Found(
                            check.at(), check.name() + " runs " + check.command(), "a check that asks the proxy"));
                }
            }
        }
        return found;
    }

    /// Each with the first of the same number on another host.
    static List<Found> routersDiffer(Facts facts) {
        List<Found> found = new ArrayList<>();
        for (VirtualRouter router : facts.routers()) {
            VirtualRouter other = facts.routers().stream()
                    .takeWhile(each -> each != router)
                    .filter(router::isOn)
                    .findFirst()
                    .orElse(null);
            if (other == null) {
                continue;
            }
            if (!router.hasAddressesOf(other)) {
                found.add(differs(router, "holds " + router.addresses() + ", and " + other.addresses(), other));
            }
            for (String difference : router.speech().differences(other.speech())) {
                found.add(differs(router, difference, other));
            }
            if (other.priority() == router.priority()) {
                found.add(new Found(
                        router.at(),
                        "virtual router " + router.id() + " has priority " + router.priority() + " on both hosts",
                        "different priorities"));
            }
        }
        return found;
    }

    private static Found differs(VirtualRouter router, String how, VirtualRouter other) {
        return new Found(
                router.at(),
                "virtual router " + router.id() + " " + how + " at " + other.at(),
                "the same on both hosts");
    }

    /// Nobody answers at the virtual address; or every host that may have it said what it carries, and none has it.
    static List<Found> heldByNobody(Facts facts) {
        Wanted wanted = facts.wanted();
        Blueprint.VirtualIp virtual = wanted == null ? null : wanted.blueprint().virtualIp();
        if (wanted == null || virtual == null) {
            return List.of();
        }
        List<String> silent = facts.missed().stream()
                .filter(miss -> miss.target() == Facts.Target.VIRTUAL)
                .map(miss -> miss.at() + " (" + miss.why() + ")")
                .toList();
        boolean known = facts.proxies().size() == virtual.hosts().size()
                && facts.proxies().stream().noneMatch(proxy -> proxy.addresses().isEmpty());
        String who = known && holders(facts, virtual).isEmpty() ? "no proxy's host carries it" : "";
        if (silent.isEmpty() && who.isEmpty()) {
            return List.of();
        }
        String is = silent.isEmpty()
                ? who
                : "nobody answers at " + String.join(", ", silent) + (who.isEmpty() ? "" : "; " + who);
        return List.of(new Found(
                wanted.at(virtual.line()), virtual.host() + ": " + is, "one of " + String.join(", ", virtual.hosts())));
    }

    static List<Found> heldTwice(Facts facts) {
        Wanted wanted = facts.wanted();
        Blueprint.VirtualIp virtual = wanted == null ? null : wanted.blueprint().virtualIp();
        List<String> holders = virtual == null ? List.of() : holders(facts, virtual);
        return wanted == null || virtual == null || holders.size() < 2
                ? List.of()
                : List.of(new Found(
                        wanted.at(virtual.line()),
                        virtual.host() + " is carried by the hosts of " + String.join(" and ", holders),
                        "one host"));
    }

    /// Hosts of stack.yml without a `cobnut vip`, or with one that does not have the address and would not take it.
    static List<Found> wouldNotTake(Facts facts) {
        Wanted wanted = facts.wanted();
        Blueprint.VirtualIp virtual = wanted == null ? null : wanted.blueprint().virtualIp();
        List<Found> found = new ArrayList<>();
        if (wanted == null || virtual == null) {
            return found;
        }
        Map<String, Facts.Miss> silent = new HashMap<>();
        new Absences(facts).strangers(Facts.Target.SPEAKER).forEach(miss -> silent.put(miss.at(), miss));
        Map<String, Speaker> speakers = new HashMap<>();
        facts.speakers().forEach(speaker -> speakers.put(speaker.at(), speaker));
        wanted.speakers().forEach((host, address) -> {
            String at = address.toString();
            Speaker speaker = speakers.get(at);
            Facts.Miss miss = silent.get(at);
            String why = speaker != null ? hindrance(speaker, virtual) : miss != null ? silence(miss) : "";
            if (!why.isEmpty()) {
                found.add(new Found(
                        at,
                        host + " would not take " + virtual.host() + ": " + why,
                        "BACKUP, or MASTER on one of " + String.join(", ", virtual.hosts())));
            }
        });
        return found;
    }

    private static String silence(Facts.Miss miss) {
        return miss.isClosed()
                ? "cobnut vip does not run there, or shows its page to its own host only"
                : "cobnut vip does not answer: " + miss.why();
    }

    /// Why it would not take the address; empty when it would, or has it.
    private static String hindrance(Speaker speaker, Blueprint.VirtualIp virtual) {
        Speaker.Instance instance = speaker.of(virtual.host());
        if (speaker.isDrained()) {
            return "it is drained";
        }
        if (instance == null) {
            return "its cobnut vip speaks for other addresses";
        }
        return instance.isReady()
                ? ""
                : instance.name() + " is " + instance.state().toUpperCase(Locale.ROOT)
                        + (instance.why().isEmpty() ? "" : ": " + instance.why());
    }

    /// The proxies whose hosts carry it.
    private static List<String> holders(Facts facts, Blueprint.VirtualIp virtual) {
        return facts.proxies().stream()
                .filter(proxy -> proxy.addresses().contains(virtual.host()))
                .map(Proxy::at)
                .toList();
    }
}

package dev.cobnut.doctor;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.blueprint.Defaults;
import dev.cobnut.config.BadValue;
import dev.cobnut.config.HostPort;
import dev.cobnut.topology.NodeAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Who did not answer, each told once: where nothing of a host answers it is the host that is told, not each of its processes;
/// what stack.yml has, its rules tell; what answers and refuses is no absence. Pure.
///
/// | what is missed | told by |
/// | --- | --- |
/// | all of a host's processes, two or more | K07 |
/// | a process of stack.yml; the same server answers at another port | F03 |
/// | another process of stack.yml | F01 |
/// | a server, a Sentinel, a proxy that nobody wrote down | R11, S14, P06 |
/// | a `cobnut vip` | V08 |
/// | one that refuses us | R20 |
final class Absences {
    /// A host where nothing answers.
    ///
    /// @param name as stack.yml has it, else its address
    record DeadHost(String name, List<Facts.Miss> misses) {}

    private final Facts facts;
    private final List<DeadHost> hosts = new ArrayList<>();
    private final List<Facts.Miss> others = new ArrayList<>();
    private final List<Facts.Miss> refusals = new ArrayList<>();

    Absences(Facts facts) {
        this.facts = facts;
        Set<String> alive = new LinkedHashSet<>();
        for (Server server : facts.servers()) {
            if (server.address() != null) {
                alive.add(host(server.address().toString()));
            }
        }
        facts.sentinels().stream().filter(Sentinel::living).forEach(each -> alive.add(host(each.at())));
        facts.proxies().forEach(proxy -> alive.add(host(proxy.at())));
        facts.speakers().forEach(speaker -> alive.add(host(speaker.at())));
        Map<String, List<Facts.Miss>> missed = new LinkedHashMap<>();
        for (Facts.Miss miss : facts.missed()) {
            if (miss.isRefusal()) {
                refusals.add(miss);
                alive.add(host(miss.at()));
            } else if (miss.target() != Facts.Target.FILE && miss.target() != Facts.Target.VIRTUAL) {
                missed.computeIfAbsent(host(miss.at()), _ -> new ArrayList<>()).add(miss);
            }
        }
        missed.forEach((host, misses) -> {
            Set<String> places = new TreeSet<>();
            misses.forEach(miss -> places.add(miss.at()));
            if (places.size() > 1 && !alive.contains(host)) {
                hosts.add(new DeadHost(host, misses));
            } else {
                others.addAll(misses);
            }
        });
    }

    private String host(String at) {
        NodeAddress.Tcp address = address(at);
        String host = address == null ? at : address.host();
        Wanted wanted = facts.wanted();
        return wanted == null ? host : wanted.hosts().getOrDefault(host, host);
    }

    /// The address of something that is missed; null when it is none.
    static NodeAddress.@Nullable Tcp address(String at) {
        try {
            return HostPort.parse(at);
        } catch (BadValue _) {
            return null;
        }
    }

    List<DeadHost> hosts() {
        return hosts;
    }

    /// Those who answer, and would not tell us.
    List<Facts.Miss> refusals() {
        return refusals;
    }

    /// Those of one kind that neither a host nor stack.yml tells.
    List<Facts.Miss> strangers(Facts.Target target) {
        return others.stream()
                .filter(miss -> miss.target() == target && service(miss) == null)
                .toList();
    }

    /// Those of stack.yml that are alone on their host in not answering.
    List<Facts.Miss> ofTheFile() {
        return others.stream().filter(miss -> service(miss) != null).toList();
    }

    /// What stack.yml has there; null for nothing, and for a speaker, whose port it does not name.
    Blueprint.@Nullable Service service(Facts.Miss miss) {
        NodeAddress.Tcp address = miss.target() == Facts.Target.SPEAKER ? null : address(miss.at());
        return facts.wanted() == null || address == null ? null : facts.wanted().service(address);
    }

    /// Whether somebody tells already that nobody answers there.
    boolean isTold(NodeAddress.Tcp address) {
        return facts.missed().stream()
                .anyMatch(miss -> !miss.isRefusal() && miss.at().equals(address.toString()));
    }

    /// For people: `redis cluster_obj 12000`, or the address alone.
    String title(Facts.Miss miss) {
        if (miss.target() == Facts.Target.SPEAKER) {
            return Speaker.TITLE + " " + Defaults.SPEAKER_PORT;
        }
        Blueprint.Service service = service(miss);
        return service == null ? miss.at() : service.title() + " " + service.port();
    }
}

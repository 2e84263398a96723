package dev.cobnut.doctor;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.control.probe.Dial;
import dev.cobnut.net.HostLookup;
import dev.cobnut.net.RespConnection;
import dev.cobnut.resp.RespValue;
import dev.cobnut.topology.Login;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Goes to living Sentinels, to the other Sentinels that these know, and to all servers that any of them names.
/// Asks, and changes nothing. One thread calls; each process is asked on a virtual thread of its own, all at once.
public final class Visit {
    /// Enough for any real stack; a liar cannot make us ask the world.
    private static final int SENTINELS_MAX = 64;

    private static final int SERVERS_MAX = 500;
    private static final int TIMEOUT_MILLIS = 1_000;

    private final @Nullable Login sentinelLogin;
    private final @Nullable Login serverLogin;
    private final Facts.Collector into;

    /// An address as it is asked: processes that name each other otherwise than stack.yml does are not asked twice.
    private final UnaryOperator<NodeAddress.Tcp> names;

    /// @param sentinelLogin for AUTH at Sentinels; null for none
    /// @param serverLogin for AUTH at servers; null for none
    /// @param into gets what is found; what should be has been said
    public Visit(@Nullable Login sentinelLogin, @Nullable Login serverLogin, Facts.Collector into) {
        this.sentinelLogin = sentinelLogin;
        this.serverLogin = serverLogin;
        this.into = into;
        this.names = into::canonical;
    }

    /// What should be, with the addresses that the names of its hosts resolve to. Blocks for a second for each host at most.
    ///
    /// @param file as findings name it
    public static Wanted wanted(String file, Blueprint blueprint) {
        Map<String, String> hosts = new LinkedHashMap<>();
        for (Blueprint.Host host : blueprint.hosts()) {
            hosts.put(host.address(), host.name());
            try {
                for (InetAddress address : HostLookup.lookup(host.address(), TIMEOUT_MILLIS)) {
                    hosts.putIfAbsent(address.getHostAddress(), host.name());
                }
            } catch (IOException _) {
                // Whoever asks it will say so.
            }
        }
        return new Wanted(file, blueprint, hosts);
    }

    /// Knocks where a pool should listen: any answer will do, a refusal, too. Blocks for some seconds at most.
    ///
    /// @param doors what stands there, for what is missed
    /// @throws InterruptedException when this thread is interrupted meanwhile
    public void knock(Map<NodeAddress.Tcp, Facts.Target> doors) throws InterruptedException {
        for (Facts.Target target : List.of(Facts.Target.POOL, Facts.Target.VIRTUAL)) {
            Map<NodeAddress.Tcp, Callable<NodeAddress.Tcp>> calls = new LinkedHashMap<>();
            doors.forEach((door, what) -> {
                if (what == target) {
                    calls.put(door, () -> ping(door));
                }
            });
            all(calls, target);
        }
    }

    private static NodeAddress.Tcp ping(NodeAddress.Tcp door) throws IOException {
        try (RespConnection connection = Dial.open(door, null, TIMEOUT_MILLIS)) {
            RespValue _ = connection.command("PING");
            return door;
        }
    }

    /// Asks all of them. Blocks for some seconds at most for each of: the Sentinels, those that they know, the
    /// servers.
    ///
    /// @param sentinels whom to begin with
    /// @param servers that are known from elsewhere
    /// @throws InterruptedException when this thread is interrupted meanwhile
    public void go(Set<NodeAddress.Tcp> sentinels, Set<NodeAddress.Tcp> servers) throws InterruptedException {
        Set<NodeAddress.Tcp> asked = new LinkedHashSet<>(sentinels);
        Set<NodeAddress.Tcp> nodes = new LinkedHashSet<>(servers);
        Set<NodeAddress.Tcp> others = sentinels(asked, nodes);
        others.removeAll(asked);
        if (!others.isEmpty()) {
            sentinels(others, nodes);
        }
        Map<NodeAddress.Tcp, Callable<Server>> calls = new LinkedHashMap<>();
        nodes.stream()
                .limit(SERVERS_MAX)
                .forEach(node -> calls.put(node, () -> ServerInterview.ask(node, serverLogin)));
        List<Server> found = all(calls, Facts.Target.SERVER);
        into.servers.addAll(found);
        found.forEach(server -> into.looked.add("server " + server.at()));
        List<Server> here =
                found.stream().filter(server -> LocalHost.has(server.address())).toList();
        if (!here.isEmpty()) {
            into.host = LocalHost.look(here);
        }
    }

    /// @param nodes gets the servers that are named
    /// @return the Sentinels that are named
    private Set<NodeAddress.Tcp> sentinels(Set<NodeAddress.Tcp> whom, Set<NodeAddress.Tcp> nodes)
            throws InterruptedException {
        Map<NodeAddress.Tcp, Callable<SentinelInterview.Answer>> calls = new LinkedHashMap<>();
        whom.stream()
                .limit(SENTINELS_MAX)
                .forEach(each -> calls.put(each, () -> SentinelInterview.ask(each, sentinelLogin)));
        Set<NodeAddress.Tcp> others = new LinkedHashSet<>();
        for (SentinelInterview.Answer answer : all(calls, Facts.Target.SENTINEL)) {
            Sentinel said = answer.sentinel();
            List<Group> groups =
                    said.groups().stream().map(group -> group.renamed(names)).toList();
            into.sentinels.add(new Sentinel(said.at(), true, said.settings(), groups));
            into.looked.add("Sentinel " + said.at());
            answer.others().forEach(other -> others.add(names.apply(other)));
            for (Group group : groups) {
                if (group.master() != null) {
                    nodes.add(group.master());
                }
                group.replicas().forEach(replica -> nodes.add(replica.address()));
            }
        }
        return others;
    }

    /// What all of them answer, in their order; who does not is missed.
    private <T> List<T> all(Map<NodeAddress.Tcp, Callable<T>> calls, Facts.Target target) throws InterruptedException {
        List<T> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Map<NodeAddress.Tcp, Future<T>> waiting = new LinkedHashMap<>();
            calls.forEach((address, call) -> waiting.put(address, threads.submit(call)));
            for (Map.Entry<NodeAddress.Tcp, Future<T>> each : waiting.entrySet()) {
                try {
                    answers.add(each.getValue().get());
                } catch (ExecutionException e) {
                    if (!(e.getCause() instanceof IOException why)) {
                        throw new IllegalStateException("asking " + each.getKey(), e);
                    }
                    String at = each.getKey().toString();
                    String text = String.valueOf(why.getMessage());
                    // The address stands before it already.
                    into.missed.add(new Facts.Miss(
                            target,
                            at,
                            text.startsWith(at) ? text.substring(at.length()).replaceFirst("^: | ", "") : text));
                }
            }
        }
        return answers;
    }
}

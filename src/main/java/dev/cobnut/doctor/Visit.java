package dev.cobnut.doctor;

import dev.cobnut.topology.Login;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
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
import org.jspecify.annotations.Nullable;

/// Goes to living Sentinels, to the other Sentinels that these know, and to all servers that any of them names.
/// Asks, and changes nothing. One thread calls; each process is asked on a virtual thread of its own, all at once.
public final class Visit {
    /// Enough for any real stack; a liar cannot make us ask the world.
    private static final int SENTINELS_MAX = 64;

    private static final int SERVERS_MAX = 500;

    private final @Nullable Login sentinelLogin;
    private final @Nullable Login serverLogin;
    private final Facts.Collector into;

    /// @param sentinelLogin for AUTH at Sentinels; null for none
    /// @param serverLogin for AUTH at servers; null for none
    /// @param into gets what is found
    public Visit(@Nullable Login sentinelLogin, @Nullable Login serverLogin, Facts.Collector into) {
        this.sentinelLogin = sentinelLogin;
        this.serverLogin = serverLogin;
        this.into = into;
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
        Set<String> here = new LinkedHashSet<>();
        for (Server server : found) {
            if (LocalHost.has(server.address())) {
                here.add(server.at());
            }
        }
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
            into.sentinels.add(answer.sentinel());
            into.looked.add("Sentinel " + answer.sentinel().at());
            others.addAll(answer.others());
            for (Group group : answer.sentinel().groups()) {
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
                    into.missed.add(new Facts.Miss(target, each.getKey().toString(), String.valueOf(why.getMessage())));
                }
            }
        }
        return answers;
    }
}

package dev.cobnut.cli;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.config.BadValue;
import dev.cobnut.doctor.Facts;
import dev.cobnut.doctor.ProxyPages;
import dev.cobnut.doctor.SpeakerPage;
import dev.cobnut.doctor.Visit;
import dev.cobnut.doctor.Wanted;
import dev.cobnut.topology.Login;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// Whom to ask of a stack that runs: proxies, speakers of the virtual address, the Sentinels and servers that these know, and
/// all that a stack.yml names. One thread; each process is asked on a virtual thread of its own.
final class LiveStack {
    private final Facts.Collector into;
    private final Set<String> proxies = new LinkedHashSet<>();
    private final Set<String> speakers = new LinkedHashSet<>();
    private final Set<NodeAddress.Tcp> sentinels = new LinkedHashSet<>();
    private final Set<NodeAddress.Tcp> servers = new LinkedHashSet<>();
    private final Map<NodeAddress.Tcp, Facts.Target> doors = new LinkedHashMap<>();

    /// @param into gets what is found
    LiveStack(Facts.Collector into) {
        this.into = into;
    }

    void addProxy(String address) {
        proxies.add(address);
    }

    void addSentinel(NodeAddress.Tcp address) {
        sentinels.add(address);
    }

    /// All that a file names. Blocks for the lookup of names.
    void add(Path file, Blueprint blueprint) {
        Wanted wanted = Visit.wanted(file.toString(), blueprint);
        into.want(wanted);
        wanted.places(Blueprint.Statistics.class).forEach(place -> proxies.add(place.toString()));
        wanted.speakers().values().forEach(place -> speakers.add(place.toString()));
        sentinels.addAll(wanted.places(Blueprint.Sentinel.class));
        servers.addAll(wanted.places(Blueprint.Redis.class));
        doors.putAll(wanted.doors());
    }

    /// Asks all of them. Blocks for some seconds.
    ///
    /// @param sentinelLogin for AUTH at Sentinels; null for none
    /// @param serverLogin for AUTH at servers; null for none
    /// @throws InterruptedException when this thread is interrupted meanwhile
    void look(@Nullable Login sentinelLogin, @Nullable Login serverLogin) throws InterruptedException {
        Visit visit = new Visit(sentinelLogin, serverLogin, into);
        askForPages();
        visit.knock(doors);
        visit.go(sentinels, servers);
    }

    /// Proxies and speakers, all at once.
    private void askForPages() throws InterruptedException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Map<String, Future<Map<String, Map<?, ?>>>> ofProxies = new LinkedHashMap<>();
            Map<String, Future<Map<?, ?>>> ofSpeakers = new LinkedHashMap<>();
            proxies.forEach(proxy -> ofProxies.put(proxy, threads.submit(() -> pages(proxy))));
            speakers.forEach(speaker -> ofSpeakers.put(
                    speaker, threads.submit(() -> new AdminClient(speaker, null).get(SpeakerPage.PATH))));
            for (Map.Entry<String, Future<Map<String, Map<?, ?>>>> each : ofProxies.entrySet()) {
                try {
                    Map<String, Map<?, ?>> pages = each.getValue().get();
                    ProxyPages.read(each.getKey(), pages, into);
                    Map<?, ?> topology = pages.getOrDefault(ProxyPages.TOPOLOGY, Map.of());
                    ProxyPages.sentinels(topology).forEach(this::addKnownSentinel);
                    ProxyPages.nodes(topology).forEach(this::addKnownServer);
                } catch (ExecutionException e) {
                    ProxyPages.miss(each.getKey(), why(each.getKey(), e), into);
                }
            }
            for (Map.Entry<String, Future<Map<?, ?>>> each : ofSpeakers.entrySet()) {
                try {
                    SpeakerPage.read(each.getKey(), each.getValue().get(), into);
                } catch (ExecutionException e) {
                    SpeakerPage.miss(each.getKey(), why(each.getKey(), e), into);
                }
            }
        }
    }

    /// Why somebody did not answer, for people.
    private static String why(String whom, ExecutionException e) {
        if (!(e.getCause() instanceof IOException) && !(e.getCause() instanceof BadValue)) {
            throw new IllegalStateException("asking " + whom, e);
        }
        return String.valueOf(e.getCause().getMessage());
    }

    private void addKnownSentinel(NodeAddress.Tcp address) {
        sentinels.add(into.canonical(address));
    }

    private void addKnownServer(NodeAddress.Tcp address) {
        servers.add(into.canonical(address));
    }

    /// The pages of one proxy; those that only some versions have as far as it has them.
    private static Map<String, Map<?, ?>> pages(String proxy) throws IOException, BadValue {
        AdminClient client = new AdminClient(proxy, null);
        Map<String, Map<?, ?>> pages = new LinkedHashMap<>();
        pages.put(ProxyPages.TOPOLOGY, client.get(ProxyPages.TOPOLOGY));
        pages.put(ProxyPages.STATS, client.get(ProxyPages.STATS));
        for (String more : ProxyPages.MORE) {
            try {
                pages.put(more, client.get(more));
            } catch (IOException _) {
                // an older version, or a proxy without Sentinels
            }
        }
        return pages;
    }
}

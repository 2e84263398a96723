package dev.cobnut.doctor;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// All that is known of a stack, from files and from living processes.
///
/// @param refusals what is wrong with pool files that the proxy would not start with
/// @param host this machine; null when no node of the stack runs here
/// @param looked what was looked at, each in a few words
/// @param missed what could not be looked at
public record Facts(
        List<Pool> pools,
        List<Refusal> refusals,
        List<Sentinel> sentinels,
        List<Server> servers,
        List<Store> stores,
        List<VirtualRouter> routers,
        List<Note> notes,
        List<Proxy> proxies,
        @Nullable Host host,
        List<String> looked,
        List<Miss> missed) {

    /// A problem of a pool file.
    ///
    /// @param at the file and its line
    /// @param text for people
    public record Refusal(String at, String text) {}

    /// What a thing is that could not be looked at.
    public enum Target {
        /// A file.
        FILE,
        /// A Sentinel.
        SENTINEL,
        /// A server that a Sentinel or a proxy names.
        SERVER,
        /// A proxy.
        PROXY
    }

    /// What could not be looked at.
    ///
    /// @param why for people
    public record Miss(Target target, String at, String why) {}

    public Facts {
        pools = List.copyOf(pools);
        refusals = List.copyOf(refusals);
        sentinels = List.copyOf(sentinels);
        servers = List.copyOf(servers);
        stores = List.copyOf(stores);
        routers = List.copyOf(routers);
        notes = List.copyOf(notes);
        proxies = List.copyOf(proxies);
        looked = List.copyOf(looked);
        missed = List.copyOf(missed);
    }

    /// Facts while they are collected. One thread.
    public static final class Collector {
        final List<Pool> pools = new ArrayList<>();
        final List<Refusal> refusals = new ArrayList<>();
        final List<Sentinel> sentinels = new ArrayList<>();
        final List<Server> servers = new ArrayList<>();
        final List<Store> stores = new ArrayList<>();
        final List<VirtualRouter> routers = new ArrayList<>();
        final List<Note> notes = new ArrayList<>();
        final List<Proxy> proxies = new ArrayList<>();
        final List<String> looked = new ArrayList<>();
        final List<Miss> missed = new ArrayList<>();

        @Nullable
        Host host;

        /// What has been collected so far.
        public Facts facts() {
            return new Facts(
                    pools, refusals, sentinels, servers, stores, routers, notes, proxies, host, looked, missed);
        }
    }
}

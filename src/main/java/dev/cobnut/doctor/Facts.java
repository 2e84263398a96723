package dev.cobnut.doctor;

import dev.cobnut.topology.NodeAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// All that is known of a stack, from files and from living processes.
///
/// @param refusals what is wrong with pool files that the proxy would not start with
/// @param speakers of the virtual address of a stack.yml
/// @param wanted what a stack.yml says there should be; null without one
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
        List<Speaker> speakers,
        @Nullable Wanted wanted,
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
        PROXY,
        /// A `cobnut vip` of stack.yml.
        SPEAKER,
        /// What a pool listens at, of a proxy of stack.yml.
        POOL,
        /// The virtual address of stack.yml, at the port of a pool.
        VIRTUAL
    }

    /// What could not be looked at.
    ///
    /// @param why for people
    public record Miss(Target target, String at, String why) {
        private static final Pattern REFUSED = Pattern.compile("\\b(NOAUTH|WRONGPASS|NOPERM|DENIED)\\b");

        /// Whether it answers, and would not tell us.
        boolean isRefusal() {
            return REFUSED.matcher(why).find();
        }

        /// Whether its host answers, and nobody listens there.
        boolean isClosed() {
            return why.contains("Connection refused");
        }
    }

    public Facts {
        pools = List.copyOf(pools);
        refusals = List.copyOf(refusals);
        sentinels = List.copyOf(sentinels);
        servers = List.copyOf(servers);
        stores = List.copyOf(stores);
        routers = List.copyOf(routers);
        notes = List.copyOf(notes);
        proxies = List.copyOf(proxies);
        speakers = List.copyOf(speakers);
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
        final List<Speaker> speakers = new ArrayList<>();
        final List<String> looked = new ArrayList<>();
        final List<Miss> missed = new ArrayList<>();

        @Nullable
        Wanted wanted;

        @Nullable
        Host host;

        /// Says what should be.
        public void want(Wanted what) {
            wanted = what;
            pools.addAll(WantedPools.of(what));
        }

        /// An address as stack.yml writes it, if it has its host.
        public NodeAddress.Tcp canonical(NodeAddress.Tcp address) {
            return wanted == null ? address : wanted.canonical(address);
        }

        /// What has been collected so far.
        public Facts facts() {
            return new Facts(
                    pools, refusals, sentinels, servers, stores, routers, notes, proxies, speakers, wanted, host,
                    looked, missed);
        }
    }
}

package dev.cobnut.adopt;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.blueprint.StackFile;
import dev.cobnut.blueprint.StackText;
import dev.cobnut.config.ConfigException;
import dev.cobnut.config.Problem;
import dev.cobnut.config.Problems;
import dev.cobnut.config.Secret;
import dev.cobnut.doctor.Facts;
import dev.cobnut.doctor.Group;
import dev.cobnut.doctor.Note;
import dev.cobnut.doctor.Pool;
import dev.cobnut.doctor.Sentinel;
import dev.cobnut.doctor.Server;
import dev.cobnut.doctor.Setting;
import dev.cobnut.topology.NodeAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The `stack.yml` of a stack that exists, and what an operator has to know about it. Pure.
///
/// The walk: hosts are learnt from files ([Hosts]); who replicates whom, from Sentinels, servers and pools ([Families]); each
/// pool becomes a cache ([Caches]), with the settings of its pool ([PoolSettings]) and of its servers ([RedisSettings]); then
/// Sentinels ([Watchers]), proxies and the address that moves ([Proxies]), and shops ([Shops]). What came out is a blueprint, which
/// [StackText] writes down, and which is read again to see that it is good.
///
/// @param folder that all files are below, with a slash at its end; notes leave it out; may be empty
/// @param text of the file; empty when nothing was found that could be in one
/// @param blueprint what it says; null when the text is empty or has problems
/// @param notes on lines that have no place, each followed by a line that says where
/// @param noteCount how many
/// @param problems of the text, for whoever is to decide; empty when it is good
public record Adoption(
        String folder,
        String text,
        @Nullable Blueprint blueprint,
        List<String> notes,
        int noteCount,
        List<Problem> problems) {
    public Adoption {
        notes = List.copyOf(notes);
        problems = List.copyOf(problems);
    }

    /// Thinks files through.
    ///
    /// @param name what to call the stack
    /// @param file for messages: where the text will be
    public static Adoption of(Facts facts, String name, Path file) {
        return new Walk(facts).go(name, file);
    }

    private static final class Walk {
        private final Facts facts;
        private final Notes notes = new Notes();
        private final Hosts hosts;
        private final Families families;
        private final Caches caches;

        Walk(Facts facts) {
            this.facts = facts;
            this.hosts = new Hosts(facts.looked(), spoken(facts));
            this.families = new Families(facts, hosts, notes);
            this.caches = new Caches(facts, hosts, families, notes);
        }

        /// All hosts that some file names.
        private static Set<String> spoken(Facts facts) {
            Set<String> spoken = new LinkedHashSet<>();
            for (Sentinel sentinel : facts.sentinels()) {
                for (Group group : sentinel.groups()) {
                    add(group.master(), spoken);
                    group.replicas().forEach(replica -> add(replica.address(), spoken));
                }
                sentinel.settings().named("known-sentinel").forEach(known -> spoken.add(known.word(1)));
            }
            for (Server server : facts.servers()) {
                add(server.master(), spoken);
            }
            facts.pools().forEach(pool -> pool.servers().forEach(entry -> add(entry.address(), spoken)));
            return spoken;
        }

        private static void add(NodeAddress.@Nullable Tcp node, Set<String> spoken) {
            if (node != null) {
                spoken.add(node.host());
            }
        }

        Adoption go(String name, Path file) {
            Watchers watchers = new Watchers(facts, hosts, notes);
            Proxies front = new Proxies(facts, hosts, notes);
            // First of all what each host is called, so that none is there twice.
            watchers.learn();
            front.learn();
            facts.servers().forEach(server -> hosts.place(server.settings(), server.at()));
            facts.refusals().forEach(refusal -> notes.add(refusal.at(), refusal.text()));
            caches.draft(families.find());
            List<CacheDraft> drafts = caches.drafts();
            if (drafts.isEmpty()) {
                return new Adoption(folder(), "", null, notes.lines(folder()), notes.count(), List.of());
            }
            Set<String> servers = new LinkedHashSet<>();
            drafts.forEach(draft -> draft.shards()
                    .keySet()
                    .forEach(family -> family.servers().forEach(each -> servers.add(hosts.name(each.host())))));
            Blueprint.Sentinels sentinels = watchers.sentinels(List.copyOf(servers));
            Blueprint.Proxies proxies = front.proxies();
            Blueprint.VirtualIp moving = front.virtualIp(proxies);
            Shops shops = new Shops(facts, hosts, notes);
            List<Blueprint.Cache> all = new ArrayList<>();
            for (CacheDraft draft : drafts) {
                all.add(caches.cache(draft, proxies == null ? List.of() : proxies.hosts(), shops.hint(draft, drafts)));
            }
            all.forEach(this::ports);
            List<Blueprint.Client> clients = shops.clients(drafts, moving == null ? first(proxies) : moving.host());
            boolean hasPassword = caches.hasPassword() || watchers.hasServerPassword();
            Blueprint.Secrets secrets = new Blueprint.Secrets(
                    password(hasPassword ? RedisSettings.PASSWORD : null), watchers.password(), null);
            if (proxies != null) {
                notes.remark(
                        "proxies",
                        "where the token for orders (cobnut failover) is, no file says that was read: passwords: {admin: …}");
            }
            if (hosts.has(Hosts.LOOPBACK)) {
                notes.remark(
                        "hosts.localhost",
                        "by this address each host reaches only itself: give one that all others reach");
            }
            Blueprint blueprint = new Blueprint(name, hosts.list(), all, sentinels, proxies, moving, clients, secrets);
            return written(blueprint, file);
        }

        private @Nullable String first(Blueprint.@Nullable Proxies proxies) {
            return proxies == null
                    ? null
                    : hosts.list().stream()
                            .filter(host -> host.name().equals(proxies.hosts().getFirst()))
                            .map(Blueprint.Host::address)
                            .findFirst()
                            .orElse(null);
        }

        /// Where the servers' password is, as pools say it; what is given when none does.
        private @Nullable String password(@Nullable String otherwise) {
            String place = null;
            for (Pool pool : facts.pools()) {
                Setting auth = pool.keys().last("redis_auth");
                if (auth == null || auth.words().isEmpty()) {
                    continue;
                }
                boolean isHidden = Secret.isElsewhere(auth.word(0));
                String here = isHidden ? auth.word(0) : RedisSettings.PASSWORD;
                if (!isHidden) {
                    notes.add(auth.at(), RedisSettings.SERVERS_PASSWORD);
                } else if (place != null && !place.equals(here)) {
                    notes.add(
                            auth.at(), "redis_auth " + here + ": left out; all servers have one password, at " + place);
                }
                place = place == null ? here : place;
            }
            return place == null ? otherwise : place;
        }

        /// What tables of documents say of a cache's ports, where files say something else.
        private void ports(Blueprint.Cache cache) {
            for (Note note : facts.notes()) {
                Blueprint.Shard shard = cache.shards().getFirst();
                boolean isOf = note.cache().equals(cache.name()) || note.cache().equals(shard.group());
                int port = note.ofProxy()
                        ? cache.listen()
                        : shard.servers().getFirst().port();
                if (isOf && cache.shards().size() == 1 && port != note.port()) {
                    notes.add(
                            note.at(),
                            cache.name() + " has " + (note.ofProxy() ? "proxy port " : "port ") + note.port()
                                    + " here, and " + port + " in the files, which counts");
                }
            }
        }

        /// The folder that all files are below, with a slash at its end; empty when there is none.
        private String folder() {
            List<String> looked = facts.looked();
            String folder = looked.size() < 2 ? "" : looked.getFirst();
            for (String file : looked) {
                while (!file.startsWith(folder) || !folder.isEmpty() && !folder.endsWith("/")) {
                    folder = folder.substring(0, folder.lastIndexOf('/', Math.max(0, folder.length() - 2)) + 1);
                }
            }
            return folder;
        }

        private Adoption written(Blueprint blueprint, Path file) {
            int files = facts.looked().size();
            List<String> head = List.of(
                    "Made by cobnut import of " + (files == 1 ? "a file" : files + " files")
                            + ". cobnut plan -f shows what follows from it,",
                    "cobnut doctor --files what was wrong with those files.");
            String text = StackText.of(blueprint, head, notes.remarks());
            try {
                Blueprint read = StackFile.parse(text, new Problems(file));
                return new Adoption(folder(), text, read, notes.lines(folder()), notes.count(), List.of());
            } catch (ConfigException e) {
                return new Adoption(folder(), text, null, notes.lines(folder()), notes.count(), e.problems());
            }
        }
    }
}

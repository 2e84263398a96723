package dev.cobnut.stack;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.blueprint.StackText;
import dev.cobnut.render.Passwords;
import dev.cobnut.render.RedisConf;
import dev.cobnut.render.Rendered;
import dev.cobnut.render.Rendering;
import dev.cobnut.render.SecretLookup;
import dev.cobnut.render.SentinelConf;
import dev.cobnut.topology.Login;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What runs here: a stack as it is on this machine, the files it runs from, and how one speaks to it. Immutable.
///
/// @param blueprint with the masters of this start as the first ones
/// @param data where the files are
/// @param passwords of servers and Sentinels
/// @param binary what servers and Sentinels are
record Site(Blueprint blueprint, DataDirectory data, Passwords passwords, ServerBinary binary) {
    /// Where the Sentinels listen; empty without any.
    List<NodeAddress.Tcp> sentinels() {
        return blueprint.watchers().stream().map(blueprint::address).toList();
    }

    /// What Sentinel calls the shards.
    List<String> groups() {
        return blueprint.caches().stream()
                .flatMap(cache -> cache.shards().stream())
                .map(Blueprint.Shard::group)
                .toList();
    }

    /// As whom servers are asked; null for nobody.
    @Nullable
    Login redisLogin() {
        return Login.of(null, passwords.redis());
    }

    /// As whom Sentinels are asked; null for nobody.
    @Nullable
    Login sentinelLogin() {
        return Login.of(null, passwords.sentinel());
    }

    /// Who is master of a group, as a majority of the Sentinels says; null when there is no majority.
    NodeAddress.@Nullable Tcp master(String group) {
        return Probe.master(sentinels(), sentinelLogin(), group);
    }

    /// The redis.conf of a server.
    Rendered file(Blueprint.Redis redis) {
        return RedisConf.of(blueprint, redis, data.target(), passwords);
    }

    /// The sentinel.conf of a Sentinel.
    Rendered file(Blueprint.Sentinel sentinel) {
        return SentinelConf.of(blueprint, sentinel, data.target(), passwords);
    }

    /// What is not for the stack itself: its description as it is here, for `plan --live` and `doctor -f`, and what its clients
    /// have to be told.
    List<Rendered> filesForOthers() {
        List<Rendered> files = new ArrayList<>();
        // Where hosts share an address, no stack.yml can say so.
        if (blueprint.hosts().stream().allMatch(host -> host.portShift() == 0)) {
            String text = StackText.of(
                    blueprint, List.of("The stack as `cobnut up` runs it here; written anew at each start."), Map.of());
            files.add(file("stack.yml", text, false));
        }
        for (Rendered each :
                Rendering.of(blueprint, data.target(), passwords, SecretLookup.HERE, Set.of(Rendering.Kind.CLIENTS))) {
            files.add(file(each.path(), each.text(), each.secret()));
        }
        return files;
    }

    private Rendered file(String path, String text, boolean secret) {
        return new Rendered(null, data.root().resolve(path).toString(), text, Rendered.Keeper.COBNUT, secret);
    }

    /// Writes a server's redis.conf for the time after a switch.
    ///
    /// @param master whom its group has now; one that is none of the group's servers changes nothing
    void writeFile(Blueprint.Redis redis, NodeAddress.Tcp master) throws IOException {
        for (Blueprint.Redis each : blueprint.redises(redis.group())) {
            if (blueprint.address(each).equals(master)) {
                Blueprint.Place place = new Blueprint.Place(each.host(), each.port());
                Site now = new Site(blueprint.withMasters(Map.of(redis.group(), place)), data, passwords, binary);
                Blueprint.Redis same = now.blueprint.redises(redis.group()).stream()
                        .filter(other -> other.host().equals(redis.host()) && other.port() == redis.port())
                        .findFirst()
                        .orElseThrow();
                data.write(now.file(same));
            }
        }
    }
}

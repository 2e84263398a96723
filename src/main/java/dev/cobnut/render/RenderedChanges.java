package dev.cobnut.render;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.topology.NodeAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// For a rendered file that a running process keeps: what to tell that process. Pure.
public final class RenderedChanges {
    private final Blueprint.Secrets secrets;
    private final Map<String, NodeAddress.Tcp> servers = new HashMap<>();
    private final Map<String, NodeAddress.Tcp> sentinels = new HashMap<>();
    private final Map<String, List<NodeAddress.Tcp>> groups = new LinkedHashMap<>();

    public RenderedChanges(Blueprint blueprint) {
        this.secrets = blueprint.secrets();
        for (Blueprint.Redis redis : blueprint.redises()) {
            servers.put(redis.host() + Target.SYSTEM.configuration(redis), blueprint.address(redis));
            groups.put(
                    redis.group(),
                    redis.shard().servers().stream().map(blueprint::address).toList());
        }
        for (Blueprint.Sentinel sentinel : blueprint.watchers()) {
            sentinels.put(sentinel.host() + Target.SYSTEM.configuration(sentinel), blueprint.address(sentinel));
        }
    }

    /// Against what a process says that runs.
    ///
    /// @param configs what servers answer to CONFIG GET *
    /// @param masters what Sentinels answer to SENTINEL MASTERS
    /// @return lines for a shell, none when it is set like that; null when the process of the file did not answer, or there is none
    public @Nullable List<String> living(
            Rendered file,
            Map<NodeAddress.Tcp, Map<String, String>> configs,
            Map<NodeAddress.Tcp, List<Map<String, String>>> masters) {
        NodeAddress.Tcp server = servers.get(Writer.path(file));
        Map<String, String> config = server == null ? null : configs.get(server);
        if (server != null && config != null) {
            return ServerChanges.of(server, config, file.text(), secrets.redis());
        }
        NodeAddress.Tcp sentinel = sentinels.get(Writer.path(file));
        List<Map<String, String>> rows = sentinel == null ? null : masters.get(sentinel);
        return sentinel == null || rows == null
                ? null
                : SentinelChanges.of(sentinel, rows, file.text(), groups, secrets);
    }

    /// Against the last rendering.
    ///
    /// @param before what the file said then
    /// @return lines for a shell; none when no running process has to know
    public List<String> since(Rendered file, String before) {
        NodeAddress.Tcp server = servers.get(Writer.path(file));
        if (server != null) {
            return ServerChanges.between(server, before, file.text(), secrets.redis());
        }
        NodeAddress.Tcp sentinel = sentinels.get(Writer.path(file));
        return sentinel == null ? List.of() : SentinelChanges.between(sentinel, before, file.text(), secrets);
    }

    /// Whose password is not what it was, or not what a process that runs has.
    ///
    /// @param before what the file said at the last rendering; null when nothing new was written
    /// @param configs what servers answer to CONFIG GET *
    public Set<NewPassword> newPasswords(
            Rendered file, @Nullable String before, Map<NodeAddress.Tcp, Map<String, String>> configs) {
        NodeAddress.Tcp server = servers.get(Writer.path(file));
        Map<String, String> config = server == null ? null : configs.get(server);
        if (config != null) {
            return NewPassword.of(config, file.text());
        }
        return before == null ? Set.of() : NewPassword.between(before, file.text(), file.keeper());
    }
}

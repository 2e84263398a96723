package dev.cobnut.adopt;

import dev.cobnut.doctor.Server;
import dev.cobnut.topology.NodeAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One master and its replicas, while it is found out who they are. One thread.
final class Family {
    private final @Nullable String group;
    private final List<NodeAddress.Tcp> servers = new ArrayList<>();
    private final List<Server> files = new ArrayList<>();
    private @Nullable String called;

    /// @param group what Sentinel calls it; null when none watches it
    Family(@Nullable String group, NodeAddress.@Nullable Tcp master) {
        this.group = group;
        if (master != null) {
            servers.add(master);
        }
    }

    /// What Sentinel calls it; null when none watches it.
    @Nullable
    String group() {
        return group;
    }

    /// What it can be called: as Sentinel does, or as one of its files is; null when neither is there.
    @Nullable
    String name() {
        return group != null ? group : called;
    }

    void call(String name) {
        called = called == null ? name : called;
    }

    /// The master first.
    List<NodeAddress.Tcp> servers() {
        return servers;
    }

    /// @return false when it is there already
    boolean add(NodeAddress.Tcp server) {
        return !servers.contains(server) && servers.add(server);
    }

    /// The redis.conf of its servers, as far as they were among the files.
    List<Server> files() {
        return files;
    }

    boolean has(NodeAddress.@Nullable Tcp server) {
        return server != null && servers.contains(server);
    }
}

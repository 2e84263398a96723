package dev.cobnut.proxy;

/// Told what the data plane sees that the control plane should look into. Called on event loops, and often while a
/// node is down: return at once.
@FunctionalInterface
public interface Trouble {
    /// A node of a shard failed, or refused to be a master.
    void onTrouble(String pool, String shard, String why);
}

package dev.cobnut.resp;

/// Whom a command reaches by its policy, see [Policy#reach].
public enum Reach {
    /// The shards that its keys or its channel name; where one shard must do, they have to be on one.
    ONE,
    /// A shard, no matter which: it names none.
    ANY,
    /// Every shard.
    EVERY,
    /// The proxy itself.
    ITSELF,
    /// Nobody: it is refused.
    NOWHERE
}

package dev.cobnut.blueprint;

/// What a cache is for; its defaults follow from that.
///
/// | kind | saved | when it is full | without a replica |
/// | --- | --- | --- | --- |
/// | CACHE, PAGE_CACHE | not at all | any key goes, the least used first | takes writes |
/// | SESSION | append-only file, each second | keys that expire go | with two replicas or more: takes no writes |
/// | PLAIN | append-only file, each second | refuses writes | takes writes |
///
/// A cache that is lost is made again; a session that is lost is a customer who is logged out.
public enum Kind {
    CACHE(Persistence.NONE, Eviction.ALLKEYS_LRU),
    PAGE_CACHE(Persistence.NONE, Eviction.ALLKEYS_LRU),
    SESSION(Persistence.AOF, Eviction.VOLATILE_LRU),
    PLAIN(Persistence.AOF, Eviction.NOEVICTION);

    /// How data outlive the process.
    public enum Persistence {
        /// They do not.
        NONE,
        /// A dump from time to time: `save 900 1`, `300 10`, `60 10000`.
        RDB,
        /// An append-only file, synced every second.
        AOF
    }

    /// What goes when the memory is full; as Redis calls it, with hyphens.
    public enum Eviction {
        ALLKEYS_LRU,
        ALLKEYS_LFU,
        ALLKEYS_RANDOM,
        VOLATILE_LRU,
        VOLATILE_LFU,
        VOLATILE_RANDOM,
        VOLATILE_TTL,
        NOEVICTION
    }

    private final Persistence persistence;
    private final Eviction eviction;

    Kind(Persistence persistence, Eviction eviction) {
        this.persistence = persistence;
        this.eviction = eviction;
    }

    /// How it is saved by default.
    public Persistence persistence() {
        return persistence;
    }

    /// What goes by default.
    public Eviction eviction() {
        return eviction;
    }

    /// How many replicas a master has to have to take writes.
    ///
    /// @param replicas how many it has when all are well
    public int minReplicas(int replicas) {
        // With one replica only, its failure would be the master's, too; and after a failover there would be none.
        return this == SESSION && replicas >= 2 ? 1 : 0;
    }
}

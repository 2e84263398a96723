package dev.cobnut.config;

/// Who answers the reads that come in on a pool's `listen`.
public enum ReadPolicy {
    /// Always the master.
    MASTER,
    /// A replica, the master when none may.
    PREFER_REPLICA,
    /// A replica or nobody.
    REPLICA,
    /// The master, a replica when it cannot be reached.
    PREFER_MASTER;

    /// As it stands in a file: `prefer-replica`.
    public String word() {
        return EnumWord.of(this);
    }
}

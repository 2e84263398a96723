package dev.cobnut.chaos;

/// What may be wrong with us in a [SimWorld]: planted, to see that what must not be is noticed.
enum SimBug {
    NONE(""),
    /// A master is written to without the Sentinels, though the pool says `on_sentinel_loss: fence`.
    LEASE_IGNORED("which is cut off and replaced"),
    /// It is for a second longer than the lease may be.
    LEASE_TOO_LONG("which is cut off and replaced"),
    /// A loop that stood still believes what came meanwhile, though the lease may have run out.
    PAUSE_IGNORED("which is cut off and replaced"),
    /// What a master answers counts until another node is adopted.
    ANSWERS_BELIEVED("was acknowledged by"),
    /// A loop that stood still looks for a newer verdict only after it has read what came meanwhile.
    VERDICT_UNREAD("after the loop was told that it does not count");

    /// What is found out by it.
    final String violation;

    SimBug(String violation) {
        this.violation = violation;
    }
}

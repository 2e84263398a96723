package dev.cobnut.vip.vrrp;

/// What may be wrong with ours in a [SimWorld]: planted, to see that what must not be is noticed.
enum SimBug {
    NONE(""),
    /// A master that leaves does not say so.
    LEAVES_SILENTLY("has left, and nobody"),
    /// A backup does not wait anew when it hears its master.
    TIMER_NOT_RESET("though nothing has happened"),
    /// A backup lets one of less priority be.
    NO_PREEMPTION("is not the best"),
    /// A backup replaces one of less priority though it must not.
    ALWAYS_PREEMPTS("is replaced"),
    /// The kernel carries the address until it is told otherwise.
    NO_LIFETIME("still carries"),
    /// The kernel is told once only.
    RENEWS_NEVER("is MASTER and carries nothing"),
    /// A better master that hears of a rival does not announce.
    SILENT_AFTER_RIVAL("after the other yielded"),
    /// A master does not announce again.
    NO_REFRESH("after a refresh"),
    /// A worse master does not advertise before it yields.
    YIELDS_SILENTLY("after the other yielded"),
    /// A process that stood still looks at its timers before it reads.
    DUE_BEFORE_PACKETS("does not read"),
    /// Draining has no effect.
    DRAINS_NEVER("is MASTER and hindered"),
    /// That the kernel refuses to carry an address is overlooked.
    CARRIES_UNCHECKED("is MASTER and carries nothing"),
    /// A backup goes by its own interval.
    INTERVAL_NOT_LEARNT("though nothing has happened"),
    /// A master that yields keeps the address.
    DROPS_NEVER("is BACKUP and carries"),
    /// Of two masters of one priority both stay.
    TIES_UNTIED("are both master");

    /// What is found out by it.
    final String violation;

    SimBug(String violation) {
        this.violation = violation;
    }
}

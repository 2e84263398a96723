package dev.cobnut.vip.vrrp;

/// Why an advertisement is not believed, by kind. Whoever rejects what the other one sends becomes master beside it: each kind is
/// worth a warning.
public enum Rejection {
    /// Shorter than its own numbers say, or longer.
    LENGTH,
    /// It came over a router: by multicast only what is sent with 255 is from this network.
    HOP_LIMIT,
    /// The other one speaks another version.
    VERSION,
    /// Not an advertisement.
    TYPE,
    /// Another password, or one here and none there.
    PASSWORD,
    /// Version 2: another interval.
    INTERVAL,
    /// Damaged, or the other one sums what we do not.
    CHECKSUM,
    /// By multicast where we have peers, or to us alone where we have none.
    DESTINATION,
    /// Not one of the peers.
    STRANGER
}

package dev.cobnut.proxy.routing;

/// How a client gets a connection of its own for a request.
public enum Loan {
    /// In the client's database and protocol version.
    READY,
    /// The same where one is to be had; else the request goes over the shared connection.
    IF_FREE,
    /// In any: what is sent as it is must not wait for a SELECT.
    AT_ONCE,
    /// Not to be given back.
    FOR_GOOD
}

package dev.cobnut.stats;

/// The counters of a server (one place on the ring); nutcracker's with its names in its order, then our own.
public enum ServerCounter {
    SERVER_EOF("server_eof", "server connections ended by the server"),
    SERVER_ERR("server_err", "server connections ended by another error: refused, reset, bad reply"),
    SERVER_TIMEDOUT("server_timedout", "times the server was silent for the pool's timeout"),
    SERVER_CONNECTIONS("server_connections", "established server connections now"),
    SERVER_EJECTED_AT("server_ejected_at", "time of the last ejection, microseconds since 1970"),
    REQUESTS("requests", "requests queued for the server; each part of a split request counts"),
    REQUEST_BYTES("request_bytes", "bytes of those requests"),
    RESPONSES("responses", "replies received from the server"),
    RESPONSE_BYTES("response_bytes", "bytes of those replies"),
    IN_QUEUE("in_queue", "requests waiting to be written now"),
    IN_QUEUE_BYTES("in_queue_bytes", "bytes of those requests"),
    OUT_QUEUE("out_queue", "requests written and not answered now"),
    OUT_QUEUE_BYTES("out_queue_bytes", "bytes of those requests"),
    WRITES_REFUSED("writes_refused", "writes the server refused because of its own state: MISCONF, OOM, NOREPLICAS"),
    SUBSCRIBERS_CLOSED(
            "subscribers_closed",
            "subscribed clients closed because the server ended their connection: messages may be lost"),
    HOLDS("holds", "times an event loop let requests wait because the shard had no master to send them to"),
    REQUESTS_HELD("requests_held", "requests that waited for the shard to have a master again"),
    REQUESTS_REPEATED(
            "requests_repeated", "requests that were sent again since the server had not executed them, or reads");

    private final String label;
    private final String help;

    ServerCounter(String label, String help) {
        this.label = label;
        this.help = help;
    }

    /// Whether nutcracker has it, too.
    public boolean isNutcrackers() {
        return compareTo(OUT_QUEUE_BYTES) <= 0;
    }

    /// The JSON field.
    public String label() {
        return label;
    }

    /// One sentence for people.
    public String help() {
        return help;
    }
}

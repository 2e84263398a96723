package dev.cobnut.stats;

/// The counters of a server (one place on the ring); names are nutcracker's, in its order.
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
    OUT_QUEUE_BYTES("out_queue_bytes", "bytes of those requests");

    private final String label;
    private final String help;

    ServerCounter(String label, String help) {
        this.label = label;
        this.help = help;
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

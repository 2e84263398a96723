package dev.cobnut.stats;

/// The counters of a pool; nutcracker's with its names in its order, then our own.
public enum PoolCounter {
    CLIENT_EOF("client_eof", "client connections ended by the client (EOF or QUIT)"),
    CLIENT_ERR("client_err", "client connections ended by an error: protocol error, reset, limit"),
    CLIENT_CONNECTIONS("client_connections", "client connections now"),
    SERVER_EJECTS("server_ejects", "times a server was taken off the ring"),
    FORWARD_ERROR("forward_error", "error replies made by the proxy because a server could not answer"),
    FRAGMENTS("fragments", "parts that requests over several shards were split into"),
    CLIENT_TURNED_AWAY("client_turned_away", "clients turned away because file descriptors were short"),
    AUTH_FAILED("auth_failed", "logins of clients with a wrong password or an unknown user");

    private final String label;
    private final String help;

    PoolCounter(String label, String help) {
        this.label = label;
        this.help = help;
    }

    /// Whether nutcracker has it, too.
    public boolean isNutcrackers() {
        return compareTo(FRAGMENTS) <= 0;
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

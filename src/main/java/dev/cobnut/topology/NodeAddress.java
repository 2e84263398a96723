package dev.cobnut.topology;

/// Where a Redis process listens, as configured or as Sentinel names it. Host names stay names here; they are
/// resolved when a connection is made.
public sealed interface NodeAddress {

    /// @param host an IP address or a host name, without brackets
    /// @param port 1 to 65535
    record Tcp(String host, int port) implements NodeAddress {
        @Override
        public String toString() {
            return host + ":" + port;
        }
    }

    /// @param path the file of a unix socket
    record Unix(String path) implements NodeAddress {
        @Override
        public String toString() {
            return path;
        }
    }
}

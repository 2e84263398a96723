package dev.cobnut.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortHolderTest {
    private static final String HEADER =
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";

    @TempDir
    private Path proc;

    @BeforeEach
    void process() throws IOException {
        Files.createDirectories(proc.resolve("net"));
        Files.createDirectories(proc.resolve("812/fd"));
        Files.createSymbolicLink(proc.resolve("812/fd/0"), Path.of("socket:[1]"));
        Files.createSymbolicLink(proc.resolve("812/fd/6"), Path.of("socket:[4711]"));
        Files.writeString(proc.resolve("812/cmdline"), "redis-server\0" + "127.0.0.1:6379\0");
    }

    @Test
    void namesThePidAndTheCommand() throws IOException {
        table("tcp", "0100007F:18EB", "0A", 4711);

        assertThat(describe("127.0.0.1", 6379)).isEqualTo("pid 812 (redis-server 127.0.0.1:6379)");
    }

    @Test
    void findsWhoListensOnAllAddresses() throws IOException {
        table("tcp6", "00000000000000000000000000000000:18EB", "0A", 4711);

        assertThat(describe("127.0.0.11", 6379)).startsWith("pid 812");
    }

    @Test
    void findsVersion4AddressesOfVersion6Sockets() throws IOException {
        table("tcp6", "0000000000000000FFFF00000B00007F:18EB", "0A", 4711);

        assertThat(describe("127.0.0.11", 6379)).startsWith("pid 812");
    }

    @Test
    void passesOverOtherAddressesPortsAndConnections() throws IOException {
        table("tcp", "0B00007F:18EB", "0A", 4711);
        assertThat(describe("127.0.0.1", 6379)).isEqualTo("a process that cannot be named here (try: lsof -i :6379)");
        table("tcp", "0100007F:18EC", "0A", 4711);
        assertThat(describe("127.0.0.1", 6379)).startsWith("a process that cannot be named");
        table("tcp", "0100007F:18EB", "01", 4711);
        assertThat(describe("127.0.0.1", 6379)).startsWith("a process that cannot be named");
    }

    @Test
    void saysWhenTheProcessIsAnotherUsers() throws IOException {
        table("tcp", "0100007F:18EB", "0A", 9999);

        assertThat(describe("127.0.0.1", 6379)).startsWith("a process of another user");
    }

    private void table(String name, String local, String state, int inode) throws IOException {
        Files.writeString(
                proc.resolve("net").resolve(name),
                HEADER + "   0: " + local + " 00000000:0000 " + state
                        + " 00000000:00000000 00:00000000 00000000     0        0 " + inode + " 1 0000 100 0 0 10 0\n");
    }

    private String describe(String host, int port) {
        return new PortHolder(proc).describe(new NodeAddress.Tcp(host, port));
    }
}

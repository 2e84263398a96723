package dev.cobnut.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.topology.NodeAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class RedisConfTest {
    private static final NodeAddress.Tcp ADDRESS = new NodeAddress.Tcp("127.0.0.12", 12002);
    private static final NodeAddress.Tcp MASTER = new NodeAddress.Tcp("127.0.0.13", 12002);
    private static final ServerBinary SEVEN = binary("7.0.15");

    @Test
    void hasThePublishedSettings() {
        assertThat(RedisConf.render(ADDRESS, Cache.SESSIONS, Path.of("/d"), null, SEVEN)
                        .lines())
                .contains(
                        "bind 127.0.0.12",
                        "port 12002",
                        "databases 16",
                        "save 900 1",
                        "save 300 10",
                        "save 60 10000",
                        "rdbcompression yes",
                        "appendonly yes",
                        "appendfsync everysec")
                .noneMatch(line -> line.startsWith("replicaof"));
    }

    @Test
    void onlySessionsKeepAnAppendOnlyFile() {
        assertThat(RedisConf.render(ADDRESS, Cache.OBJECTS, Path.of("/d"), null, SEVEN)
                        .lines())
                .contains("appendonly no");
        assertThat(RedisConf.render(ADDRESS, Cache.PAGES, Path.of("/d"), null, SEVEN)
                        .lines())
                .contains("appendonly no");
    }

    @Test
    void aReplicaFollowsItsMasterAndTellsItsOwnAddress() {
        assertThat(RedisConf.render(ADDRESS, Cache.SESSIONS, Path.of("/d"), MASTER, SEVEN)
                        .lines())
                .contains(
                        "replicaof 127.0.0.13 12002", "replica-announce-ip 127.0.0.12", "replica-announce-port 12002");
    }

    @Test
    void quotesDirectories() {
        assertThat(RedisConf.render(ADDRESS, Cache.OBJECTS, Path.of("/my \"data\"\\x"), null, SEVEN)
                        .lines())
                .contains("dir \"/my \\\"data\\\"\\\\x\"");
    }

    @Test
    void keepsSettingsOfRedis7AwayFromOlderOnes() {
        assertThat(RedisConf.render(ADDRESS, Cache.OBJECTS, Path.of("/d"), null, SEVEN))
                .contains("shutdown-timeout");
        assertThat(RedisConf.render(ADDRESS, Cache.OBJECTS, Path.of("/d"), null, binary("6.2.14")))
                .doesNotContain("shutdown-timeout");
    }

    private static ServerBinary binary(String version) {
        return new ServerBinary(Path.of("/usr/bin/redis-server"), version, ServerBinary.Source.FOUND);
    }
}

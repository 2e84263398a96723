package dev.cobnut.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RealRedisIT {
    @TempDir
    private Path directory;

    @Test
    void runsAGroupThatSentinelsSwitch() throws Exception {
        List<RealRedis.Server> all;
        try (RealRedis redis = RealRedis.in(directory)) {
            RealRedis.Server master = redis.master();
            RealRedis.Server replica = redis.replicaOf(master);
            List<RealRedis.Server> sentinels = redis.sentinels(3, 2, 1000, 5000, "cluster_obj", master);
            all = List.of(master, replica, sentinels.get(0), sentinels.get(1), sentinels.get(2));
            master.ask("SET greeting hello");
            replica.await("GET greeting", "hello");

            master.kill();

            replica.await("ROLE", "master");
            assertThat(replica.ask("GET greeting")).isEqualTo("$5\r\nhello\r\n");
            master.start();
            assertThat(master.ask("PING")).isEqualTo("+PONG\r\n");
        }
        assertThat(all).noneMatch(RealRedis.Server::isAlive);
    }
}

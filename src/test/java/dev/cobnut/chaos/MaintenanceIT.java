package dev.cobnut.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cobnut.testing.FreePorts;
import dev.cobnut.testing.RealRedis;
import dev.cobnut.testing.RespClient;
import dev.cobnut.testing.RunningProxy;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Clients that ask to be told when requests wait for a master.
@Timeout(60)
class MaintenanceIT {
    @TempDir
    private Path folder;

    @Test
    void lettuceIsToldOfAFailoverAndWaits() throws Exception {
        try (Stage stage = new Stage(folder)) {
            stage.group();
            stage.watch(1_000);
            stage.serve("");
            RedisClient client = RedisClient.create(RedisURI.create("127.0.0.1", stage.port()));
            client.setOptions(ClientOptions.builder()
                    .maintNotificationsConfig(MaintNotificationsConfig.enabled())
                    .build());
            List<String> pushed = new CopyOnWriteArrayList<>();
            try (StatefulRedisConnection<String, String> connection = client.connect()) {
                connection.addListener(message -> pushed.add(message.getType() + " "
                        + message.getContent(StringCodec.UTF8::decodeKey).size()));
                assertThat(connection.sync().set("a", "1")).isEqualTo("OK");
                stage.master().kill();
                connection.setTimeout(Duration.ofSeconds(20));
                assertThat(connection.sync().get("a")).isEqualTo("1");
                await().untilAsserted(() -> assertThat(pushed).containsExactly("FAILING_OVER 4", "FAILED_OVER 3"));
            } finally {
                client.shutdown(0, 1, TimeUnit.SECONDS);
            }
        }
    }

    @Test
    void isRefusedWhereItMeansNothing() throws Exception {
        int port = FreePorts.next(1);
        try (RealRedis redis = RealRedis.in(folder)) {
            String text = "obj:\n  listen: 127.0.0.1:" + port + "\n  redis: true\n  servers:\n  - 127.0.0.1:"
                    + redis.master().port() + ":1\n";
            try (RunningProxy proxy = RunningProxy.of(folder, text, 1);
                    RespClient client = RespClient.to(port)) {
                assertThat(proxy.daemon().journal()).isEmpty();
                assertThat(client.ask("CLIENT", "MAINT_NOTIFICATIONS", "ON"))
                        .startsWith("-ERR")
                        .contains("HELLO 3");
                assertThat(client.ask("CLIENT", "MAINT_NOTIFICATIONS", "maybe")).startsWith("-ERR syntax error");
                assertThat(client.ask("CLIENT", "MAINT_NOTIFICATIONS", "OFF")).isEqualTo("+OK");
                assertThat(client.ask("HELLO", "3")).startsWith("{");
                assertThat(client.ask("CLIENT", "MAINT_NOTIFICATIONS", "ON", "moving-endpoint-type", "none"))
                        .startsWith("-ERR")
                        .contains("hold_millis_max");
            }
        }
    }
}

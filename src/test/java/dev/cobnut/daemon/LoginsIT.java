package dev.cobnut.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.config.ConfigFile;
import dev.cobnut.net.Transport;
import dev.cobnut.testing.FreePorts;
import dev.cobnut.testing.RealRedis;
import dev.cobnut.testing.RealRedis.Server;
import dev.cobnut.testing.RespClient;
import dev.cobnut.testing.RunningProxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Nodes and Sentinels that want to know who is there.
@Timeout(60)
class LoginsIT {
    @TempDir
    private Path folder;

    @Test
    void nodesThatKnowOneNamedUserOnlyAreServedAsThisUser() throws Exception {
        int port = FreePorts.next(1);
        try (RealRedis redis = RealRedis.in(folder)) {
            Server node = closedNode(redis);
            String yml = "alpha:\n  listen: 127.0.0.1:" + port + "\n  redis: true\n  redis_user: app\n"
                    + "  redis_auth: hush\n  servers:\n  - 127.0.0.1:" + node.port() + ":1\n";
            try (RunningProxy _ = RunningProxy.of(folder, yml, 1);
                    RespClient client = RespClient.to(port)) {
                assertThat(client.ask("AUTH", "hush")).isEqualTo("+OK");
                assertThat(client.ask("SET", "a", "1")).isEqualTo("+OK");
                assertThat(client.ask("HELLO", "3")).contains("proto: :3");
                assertThat(client.ask("BLPOP", "none", "0.01")).isEqualTo("(nil)");
                assertThat(client.ask("GET", "a")).isEqualTo("1");
            }
        }
    }

    /// A Sentinel with a password, and one whose only user has a name.
    @ParameterizedTest
    @ValueSource(strings = {"default >secret", "watch on >secret ~* &* +@all|default off"})
    void sentinelsWithAPasswordAreFollowed(String settings) throws Exception {
        boolean named = settings.startsWith("watch");
        int port = FreePorts.next(2);
        Path password = Files.writeString(folder.resolve("password"), "secret\n");
        try (RealRedis redis = RealRedis.in(folder)) {
            Server node = closedNode(redis);
            Server sentinel = redis.sentinel(
                    "sentinel monitor m 127.0.0.1 " + node.port() + " 1",
                    "sentinel auth-user m app",
                    "sentinel auth-pass m hush");
            for (String line : settings.split("\\|")) {
                sentinel.ask("ACL SETUSER " + line);
            }
            Path file = Files.writeString(
                    folder.resolve("cobnut.yml"),
                    "sentinels: [\"127.0.0.1:" + sentinel.port() + "\"]\n" + (named ? "sentinel_user: watch\n" : "")
                            + "sentinel_password: file:" + password + "\npools:\n  alpha:\n    listen: 127.0.0.1:"
                            + port
                            + "\n    redis_user: app\n    redis_auth: hush\n    shards: [m]\n");
            var config = ConfigFile.read(file, false);
            Daemon daemon = Daemon.start(new Daemon.Options(
                    config, config.sentinels(), 1, Transport.Choice.AUTO, "127.0.0.1", port + 1, _ -> {}));
            try (RespClient client = RespClient.to(port)) {
                assertThat(client.ask("AUTH", "hush")).isEqualTo("+OK");
                assertThat(client.ask("SET", "a", "1")).isEqualTo("+OK");
                assertThat(daemon.topology().sentinels())
                        .singleElement()
                        .satisfies(view -> assertThat(view.state()).isEqualTo("ok"));
            } finally {
                daemon.stop();
            }
        }
    }

    private static Server closedNode(RealRedis redis) throws Exception {
        Server node = redis.master();
        for (String command : List.of("ACL SETUSER app on >hush ~* &* +@all", "ACL SETUSER default off")) {
            node.ask(command);
        }
        return node;
    }
}

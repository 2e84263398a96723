package dev.cobnut.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.testing.FreePorts;
import dev.cobnut.testing.RealRedis;
import dev.cobnut.testing.RespClient;
import dev.cobnut.testing.RunningProxy;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Commands that only the servers know: here GET, SET and BLPOP under other names.
@Timeout(60)
class DeclaredCommandsIT {
    private static final String RENAMED =
            "rename-command GET my.get\nrename-command SET my.set\nrename-command BLPOP my.wait";

    @TempDir
    private Path folder;

    @Test
    void declaredCommandsAreRoutedByTheirKeysAndOthersNeverReachAServer() throws Exception {
        try (RealRedis redis = RealRedis.in(folder)) {
            RealRedis.Server one = redis.master(RENAMED);
            RealRedis.Server two = redis.master(RENAMED);
            int port = FreePorts.next(1);
            String yml = """
                    pool:
                      listen: 127.0.0.1:%d
                      hash_tag: "{}"
                      redis: true
                      commands: my.get 2 r 1, my.set -3 w 1, my.wait -3 wb 1..-2
                      servers:
                       - 127.0.0.1:%d:1 one
                       - 127.0.0.1:%d:1 two
                    """.formatted(port, one.port(), two.port());
            try (RunningProxy _ = RunningProxy.of(folder, yml, 1);
                    RespClient client = RespClient.to(port)) {
                for (int i = 0; i < 100; i++) {
                    String key = "key:" + i * 7919;
                    assertThat(client.ask("MY.SET", key, "v" + i)).isEqualTo("+OK");
                    assertThat(client.ask("my.get", key)).isEqualTo("v" + i);
                }
                assertThat(one.ask("DBSIZE")).isNotIn(":0\r\n", ":100\r\n");
                assertThat(client.ask("my.get")).isEqualTo("-ERR wrong number of arguments for 'my.get' command");
                assertThat(client.ask("RPUSH", "{l}", "x")).isEqualTo(":1");
                assertThat(client.ask("my.wait", "{l}", "{l}2", "1")).isEqualTo("[{l}, x]");
                assertThat(client.ask("my.wait", "a1", "a2222", "a33333333", "a4444444444", "a5555", "0"))
                        .startsWith("-CROSSSLOT MY.WAIT");
                assertThat(client.ask("my.unknown", "k")).startsWith("-ERR unknown command 'my.unknown'");
            }
        }
    }
}

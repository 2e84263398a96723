package dev.cobnut.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.testing.FreePorts;
import dev.cobnut.testing.LeakCheck;
import dev.cobnut.testing.RawClient;
import dev.cobnut.testing.RealRedis;
import dev.cobnut.testing.RunningProxy;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Redis repeats what it did not like, without a limit: an error line can be longer than a reply that is held.
@Timeout(60)
@ExtendWith(LeakCheck.class)
class LongErrorIT {
    @TempDir
    private Path folder;

    @Test
    void aLongErrorIsTheReplyAndTakesNoConnectionFromOthers() throws Exception {
        String key = "k".repeat(65_495);
        String script = "x " + "y".repeat(70_000);
        try (RealRedis redis = RealRedis.in(folder)) {
            int node = redis.master().port();
            int other = redis.master().port();
            int one = FreePorts.next(1);
            int several = FreePorts.next(1);
            String pool = "%s:\n  listen: 127.0.0.1:%d\n  redis: true\n  servers:\n   - 127.0.0.1:%d:1 a\n";
            String yml = pool.formatted("one", one, node) + pool.formatted("several", several, node) + "   - 127.0.0.1:"
                    + other + ":1 b\n";
            try (RunningProxy proxy = RunningProxy.of(folder, yml, 1);
                    RawClient direct = RawClient.connect(node);
                    RawClient client = RawClient.connect(one);
                    RawClient joined = RawClient.connect(several);
                    RawClient neighbour = RawClient.connect(one)) {
                for (String[] request : new String[][] {{"XPENDING", key, "g"}, {"SCRIPT", "LOAD", script}}) {
                    direct.ask(request);
                    String error = direct.readLine();
                    assertThat(error).startsWith("-").hasSizeGreaterThan(65_536);
                    neighbour.ask("SET", "a", "b");
                    client.ask(request);
                    neighbour.ask("GET", "a");
                    client.expect(error + "\r\n");
                    joined.ask(request);
                    joined.expect(error + "\r\n");
                    neighbour.expect("+OK\r\n$1\r\nb\r\n");
                }
                assertThat(proxy.stat("one", "a", "server_err")).isZero();
                assertThat(proxy.stat("several", "a", "server_err")).isZero();
            }
        }
    }
}

package dev.cobnut.agent;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cobnut.agent.Servers.Change;
import dev.cobnut.config.ConfigException;
import dev.cobnut.config.PoolConfig;
import dev.cobnut.config.ServerConfig;
import dev.cobnut.topology.NodeAddress;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServersTest {
    private static final Path FILE = Path.of("nutcracker.yml");
    private static final NodeAddress.Tcp NEW = new NodeAddress.Tcp("10.0.0.9", 7000);

    private static Servers servers(String text) throws ConfigException {
        return Servers.of(FILE, text);
    }

    /// A pool with this entry, in lines of its own.
    private static String pool(String entry) {
        return "alpha:\n  listen: 127.0.0.1:22121\n  redis: true\n  servers:\n" + entry;
    }

    private static Servers.Rewrite moved(Servers servers, String name) {
        Servers.Rewrite rewrite = servers.with(Map.of(name, NEW), (_, _) -> false);
        Servers after = requireNonNull(servers.after(FILE, rewrite), rewrite.text());
        assertThat(after.with(Map.of(name, NEW), (_, _) -> false).changes()).isEmpty();
        return rewrite;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "  - 10.0.0.1:6379:1 obj\n",
                "   - 10.0.0.1:6379:1 obj   # the first, 10.0.0.1:6379:1 obj\n",
                "   -   10.0.0.1:6379:5 obj",
                "  - \"10.0.0.1:6379:1 obj\"\n",
                "  - '10.0.0.1:6379:1 obj'  \t# quoted\n",
                "  - \"10.0.0.1:6379:1 o\\x62j\"\n",
                "  - 10.0.0.1:6379:1\n      obj\n",
                "  -\n    10.0.0.1:6379:1 obj\n",
                "  - 10.0.0.1:6379:7 obj\r\n  # 10.0.0.1:6379\r\n",
                "# é, ü and \ud83d\ude00 are longer than they look\n  - 10.0.0.1:6379:1 obj\n",
                "  - 10.0.0.2:6379:1 other\n  - 10.0.0.1:6379:1 obj\n  - 10.0.0.1:63790:1 another\n",
                "  - 10.0.0.1:6379:1 obj\n  timeout: 400 # of 10.0.0.1:6379\n\n\n",
            })
    void onlyTheAddressOfTheLineChanges(String entry) throws ConfigException {
        String text = pool(entry);
        int at = text.lastIndexOf("10.0.0.1:6379:", text.lastIndexOf("obj", text.indexOf(" #")));
        at = at < 0 ? text.lastIndexOf("10.0.0.1:6379:") : at;

        Servers.Rewrite rewrite = moved(servers(text), "obj");

        String expected = text.substring(0, at) + "10.0.0.9:7000" + text.substring(at + "10.0.0.1:6379".length());
        assertThat(rewrite.text()).isEqualTo(expected);
        assertThat(rewrite.changes())
                .singleElement()
                .returns("obj", Change::name)
                .returns(NEW, Change::to);
    }

    @Test
    void theWholeFileButAddressesIsKeptWithCrLfAndByteOrderMark() throws ConfigException {
        String text = """
                \ufeff# top
                alpha:   # a pool
                  listen: 127.0.0.1:22121
                  hash_tag: "{}"
                  redis: true
                  servers:
                   - 10.0.0.1:6379:3 obj # one
                   - 10.0.0.1:6380:1 fpc

                'beta':
                  servers:
                  - ::1:6379:2 obj
                  listen: 127.0.0.1:22122
                  redis: "true"
                """.replace("\n", "\r\n");

        Servers.Rewrite rewrite = moved(servers(text), "obj");

        assertThat(rewrite.text())
                .isEqualTo(text.replace("10.0.0.1:6379", "10.0.0.9:7000").replace("::1:6379", "10.0.0.9:7000"));
        assertThat(rewrite.changes()).extracting(Change::pool).containsExactly("alpha", "beta");
        assertThat(rewrite.changes().getFirst())
                .hasToString("line 7, pool alpha: obj is at 10.0.0.9:7000, not 10.0.0.1:6379");
    }

    @Test
    void aMasterOfAnIpv6AddressIsWrittenAsNutcrackerReadsIt() throws ConfigException {
        NodeAddress.Tcp master = new NodeAddress.Tcp("::1", 7000);
        Servers servers = servers(pool("  - 10.0.0.1:6379:1 obj\n"));

        Servers.Rewrite rewrite = servers.with(Map.of("obj", master), (_, _) -> false);

        assertThat(rewrite.text()).contains("  - ::1:7000:1 obj\n");
        assertThat(servers.after(FILE, rewrite)).isNotNull();
    }

    @Test
    void whatIsRightAlreadyIsNotTouched() throws ConfigException {
        String text = pool("  - 10.0.0.9:7000:1 obj\n  - redis9:7000:1 fpc\n");

        Servers.Rewrite rewrite = servers(text)
                .with(Map.of("obj", NEW, "fpc", NEW), (from, _) -> from.host().equals("redis9"));

        assertThat(rewrite.changes()).isEmpty();
        assertThat(rewrite.text()).isEqualTo(text);
    }

    @Test
    void aServerWhoseNameNobodyKnowsStays() throws ConfigException {
        String text = pool("  - 10.0.0.1:6379:1 redis-obj\n");

        assertThat(servers(text).with(Map.of("obj", NEW), (_, _) -> false).text())
                .isEqualTo(text);
    }

    @Test
    void whatCannotBelongToAMasterIsLeftAloneAndSaidSo() throws ConfigException {
        Servers servers = servers("""
                alpha:
                  listen: 127.0.0.1:22121
                  redis: true
                  servers:
                  - 10.0.0.1:6379:1
                  - /run/redis.sock:1 obj
                  - /run/redis.sock:1
                  - 10.0.0.1:6379:1 twice
                  - 10.0.0.2:6379:1 twice
                  - "10.0.0.1:63\\x379:1 escaped"
                  - >-
                    10.0.0.1:6379:1 block
                memcached:
                  listen: 127.0.0.1:22122
                  servers:
                  - 10.0.0.1:11211:1 obj
                """);

        assertThat(servers.followed()).isEmpty();
        assertThat(servers.leftAlone())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .startsWith("line 5, pool alpha: 10.0.0.1:6379:1 is left alone: it has no"),
                        line -> assertThat(line).startsWith("line 6, ").contains("unix socket"),
                        line -> assertThat(line).startsWith("line 7, ").contains("no name"),
                        line -> assertThat(line).startsWith("line 8, ").contains("another server of this name"),
                        line -> assertThat(line).startsWith("line 9, ").contains("another server of this name"),
                        line -> assertThat(line).startsWith("line 10, ").contains("escapes"),
                        line -> assertThat(line).startsWith("line 11, ").contains("on one line"),
                        line -> assertThat(line)
                                .startsWith("line 16, pool memcached: ")
                                .contains("redis: true"));
    }

    @Test
    void theSameNameInSeveralPoolsIsFollowedInEach() throws ConfigException {
        String beta = pool("  - 10.0.0.1:6379:1 obj\n").replace("alpha", "beta");
        Servers servers = servers(pool("  - 10.0.0.1:6379:1 obj\n") + beta);

        assertThat(moved(servers, "obj").changes()).hasSize(2);
        assertThat(servers.pools()).extracting(PoolConfig::name).containsExactly("alpha", "beta");
        assertThat(servers.pools().getFirst().servers())
                .extracting(ServerConfig::masterName)
                .containsExactly("obj");
    }

    @Test
    void theServersPasswordIsKnownAndNotShown() throws ConfigException {
        Servers servers = servers(pool("  - 10.0.0.1:6379:1 obj\n  redis_auth: s3cret\n"));

        assertThat(servers.pools().getFirst().redisAuth()).isEqualTo("s3cret");
        assertThat(servers.followed().toString()).doesNotContain("s3cret");
    }

    @Test
    void whetherOthersAreFollowedDoesNotDependOnAddressesAndLines() throws ConfigException {
        Servers servers = servers(pool("  - 10.0.0.1:6379:1 obj\n"));

        assertThat(servers(pool("\n  - 10.0.0.2:6379:1 obj\n")).followsAs(servers))
                .isTrue();
        assertThat(servers(pool("  - 10.0.0.1:6379:1 fpc\n")).followsAs(servers))
                .isFalse();
        assertThat(servers(pool("  - 10.0.0.1:6379:1 obj\n  redis_auth: a\n")).followsAs(servers))
                .isFalse();
    }

    @Test
    void aTextThatIsReadAsSomethingElseIsNoResultOfARewrite() throws ConfigException {
        Servers servers = servers(pool("  - 10.0.0.1:6379:1 obj\n"));
        Servers.Rewrite rewrite = servers.with(Map.of("obj", NEW), (_, _) -> false);

        for (String wrong : new String[] {
            servers.text(), rewrite.text().replace(":1 obj", ":2 obj"), rewrite.text() + "- [", pool("  - :1 obj\n")
        }) {
            assertThat(servers.after(FILE, new Servers.Rewrite(wrong, rewrite.changes())))
                    .as(wrong)
                    .isNull();
        }
    }

    @Test
    void theDiffIsOneThatPatchTakes() throws ConfigException {
        Servers.Rewrite rewrite =
                moved(servers(pool("  - 10.0.0.1:6379:1 obj # one\n  - 10.0.0.1:6380:1 fpc\n")), "obj");

        assertThat(Servers.diff(FILE, rewrite)).isEqualTo("""
                        --- nutcracker.yml
                        +++ nutcracker.yml
                        @@ -5 +5 @@
                        -  - 10.0.0.1:6379:1 obj # one
                        +  - 10.0.0.9:7000:1 obj # one
                        """);
    }

    @Test
    void aBrokenFileIsRefusedWithItsLine() {
        assertThatThrownBy(() -> servers(pool("  - 10.0.0.1:6379 obj\n")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("nutcracker.yml:5: pool alpha: server \"10.0.0.1:6379 obj\"");
        assertThatThrownBy(() -> servers("alpha: [\n")).hasMessageContaining("not YAML");
    }
}

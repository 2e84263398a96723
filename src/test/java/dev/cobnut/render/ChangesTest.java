package dev.cobnut.render;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.topology.NodeAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// How what runs comes by the settings of a newer rendering.
class ChangesTest {
    private static final NodeAddress.Tcp AT = new NodeAddress.Tcp("10.0.0.11", 12000);
    private static final String CLI = "redis-cli -h 10.0.0.11 -p 12000 ";
    private static final String PLACE = "file:/etc/cobnut/redis password";
    private static final Blueprint.Secrets SECRETS = new Blueprint.Secrets("env:REDIS", "env:SENTINEL", null);
    private static final Blueprint.Secrets OPEN = new Blueprint.Secrets("env:REDIS", null, null);

    private static Map<String, String> living() {
        return Map.ofEntries(
                Map.entry("port", "12000"),
                Map.entry("databases", "16"),
                Map.entry("maxmemory", "2147483648"),
                Map.entry("save", "900 1 300 10"),
                Map.entry("appendonly", "no"),
                Map.entry("min-slaves-to-write", "1000000001"),
                Map.entry("min-replicas-to-write", "1000000001"),
                Map.entry("notify-keyspace-events", "xE"),
                Map.entry(
                        "client-output-buffer-limit",
                        "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60"),
                Map.entry("requirepass", "word"),
                Map.entry("masterauth", "word"),
                Map.entry("replicaof", "10.0.0.12 12000"));
    }

    private static final String FILE = """
            # a comment
            port 12000
            databases 16
            maxmemory 2gb
            save 900 1
            save 300 10
            appendonly no
            min-replicas-to-write 1
            notify-keyspace-events Ex
            client-output-buffer-limit replica 256mb 64mb 60
            requirepass word
            masterauth word
            daemonize no
            unheard-of yes
            """;

    @Test
    void aServerThatIsSetLikeThatHasNothingToDo() {
        assertThat(ServerChanges.of(AT, living(), FILE, PLACE)).isEmpty();
    }

    @Test
    void aServerIsToldWhatIsDifferent() {
        String wanted = FILE.replace("2gb", "3gb")
                .replace("save 300 10\n", "")
                .replace("256mb", "512mb")
                .replace("databases 16", "databases 32")
                .replace("min-replicas-to-write 1", "min-replicas-to-write 2");

        assertThat(ServerChanges.of(AT, living(), wanted, null))
                .containsExactly(
                        CLI + "CONFIG SET client-output-buffer-limit 'replica 512mb 64mb 60'",
                        "# databases 32, not 16: in its file, and at the next start",
                        CLI + "CONFIG SET maxmemory 3gb",
                        CLI + "CONFIG SET min-replicas-to-write 2",
                        CLI + "CONFIG SET save '900 1'",
                        CLI + "CONFIG REWRITE");
        assertThat(ServerChanges.of(AT, living(), FILE.replaceAll("save .*\n", "") + "save \"\"\n", null))
                .containsExactly(CLI + "CONFIG SET save ''", CLI + "CONFIG REWRITE");
    }

    @Test
    void aNewPasswordOfServersIsNoCommandAndIsSeen() {
        String other = FILE.replace(" word", " new-word");

        assertThat(ServerChanges.of(AT, living(), other, PLACE)).isEmpty();
        assertThat(ServerChanges.between(AT, FILE, other, PLACE)).isEmpty();
        assertThat(ServerChanges.of(AT, living(), FILE.replaceAll("(requirepass|masterauth) .*\n", ""), null))
                .isEmpty();
        assertThat(NewPassword.of(living(), FILE)).isEmpty();
        assertThat(NewPassword.of(living(), other)).containsExactly(NewPassword.SERVERS);
        assertThat(NewPassword.of(living(), FILE.replace("masterauth word", "masterauth new-word")))
                .containsExactly(NewPassword.SERVERS);
        assertThat(NewPassword.of(Map.of("requirepass", "", "masterauth", ""), "hz 10\n"))
                .isEmpty();
        assertThat(NewPassword.between(FILE, other, Rendered.Keeper.SERVER)).containsExactly(NewPassword.SERVERS);
        assertThat(NewPassword.between(FILE, FILE.replace("2gb", "1gb"), Rendered.Keeper.SERVER))
                .isEmpty();
    }

    @Test
    void aNewPasswordOfSentinelsOrOfWhatTheyWatchIsNoCommandAndIsSeen() {
        String before = SENTINEL + "requirepass own\nsentinel sentinel-pass own\n";
        String servers = before.replace("auth-pass obj word", "auth-pass obj other");

        assertThat(SentinelChanges.between(AT, before, servers, SECRETS)).isEmpty();
        assertThat(NewPassword.between(before, servers, Rendered.Keeper.SENTINEL))
                .containsExactly(NewPassword.SERVERS);
        assertThat(NewPassword.between(before, before.replace(" own", " other"), Rendered.Keeper.SENTINEL))
                .containsExactly(NewPassword.SENTINELS);
        assertThat(NewPassword.between(before, before + "sentinel auth-pass sess word\n", Rendered.Keeper.SENTINEL))
                .isEmpty();
    }

    @Test
    void whoAsksForAPasswordIsToldWhereItIs() {
        assertThat(ServerChanges.between(AT, FILE, FILE.replace("2gb", "1gb"), PLACE))
                .startsWith(
                        "# Refused without its password: export REDISCLI_AUTH=\"$(cat '/etc/cobnut/redis password')\"");
        String after = SENTINEL.replace("obj 2000", "obj 3000");
        assertThat(SentinelChanges.between(AT, SENTINEL, after, SECRETS))
                .startsWith("# Refused without its password: export REDISCLI_AUTH=\"$SENTINEL\"");
    }

    @Test
    void betweenTwoRenderingsWhoReplicatesWhomIsNotSaid() {
        assertThat(ServerChanges.between(
                        AT, FILE + "replicaof a 1\n", FILE.replace("2gb", "1gb") + "replicaof b 1\nhz 20\n", null))
                .containsExactly(CLI + "CONFIG SET hz 20", CLI + "CONFIG SET maxmemory 1gb", CLI + "CONFIG REWRITE");
        assertThat(ServerChanges.between(AT, FILE, FILE.replace("appendonly no\n", ""), PLACE))
                .containsExactly(
                        "# appendonly no is not said any more; what is there stays until it is changed by hand");
        assertThat(ServerChanges.between(AT, FILE, FILE.replace("2gb", "2048mb"), PLACE))
                .isEmpty();
    }

    private static final String SENTINEL = """
            port 26379
            sentinel announce-ip 10.0.0.11
            sentinel monitor obj 10.0.0.11 12000 2
            sentinel auth-pass obj word
            sentinel down-after-milliseconds obj 2000
            sentinel failover-timeout obj 10000
            sentinel known-replica obj 10.0.0.12 12000
            """;

    private static Map<String, String> row(String name, String ip, String quorum, String downAfter) {
        return Map.of(
                "name",
                name,
                "ip",
                ip,
                "port",
                "12000",
                "flags",
                "master",
                "quorum",
                quorum,
                "down-after-milliseconds",
                downAfter,
                "failover-timeout",
                "10000",
                "parallel-syncs",
                "1");
    }

    private static final Map<String, List<NodeAddress.Tcp>> SERVERS =
            Map.of("obj", List.of(AT, new NodeAddress.Tcp("10.0.0.12", 12000)));

    @Test
    void aSentinelThatIsSetLikeThatHasNothingToDoWhoeverIsMaster() {
        assertThat(SentinelChanges.of(AT, List.of(row("obj", "10.0.0.12", "2", "2000")), SENTINEL, SERVERS, OPEN))
                .isEmpty();
    }

    @Test
    void aSentinelIsToldWhatIsDifferent() {
        assertThat(SentinelChanges.of(
                        AT,
                        List.of(row("obj", "10.0.0.99", "1", "200"), row("gone", "10.0.0.1", "2", "2000")),
                        SENTINEL,
                        SERVERS,
                        OPEN))
                .containsExactly(
                        "# it watches obj at 10.0.0.99:12000, which is none of its servers in stack.yml",
                        CLI + "SENTINEL REMOVE gone",
                        CLI + "SENTINEL SET obj quorum 2",
                        CLI + "SENTINEL SET obj down-after-milliseconds 2000");
        assertThat(SentinelChanges.of(AT, List.of(), SENTINEL, SERVERS, OPEN))
                .containsExactly(
                        CLI + "SENTINEL MONITOR obj 10.0.0.11 12000 2",
                        CLI + "SENTINEL SET obj down-after-milliseconds 2000",
                        CLI + "SENTINEL SET obj failover-timeout 10000",
                        CLI + "SENTINEL SET obj auth-pass \"$REDIS\"");
    }

    @Test
    void betweenTwoRenderingsOfSentinel() {
        assertThat(SentinelChanges.between(AT, SENTINEL, SENTINEL, OPEN)).isEmpty();
        String after = SENTINEL.replace("obj 10.0.0.11", "obj 10.0.0.12")
                .replace("failover-timeout obj 10000", "failover-timeout obj 20000")
                .replace("announce-ip 10.0.0.11", "announce-ip 10.0.0.9");
        assertThat(SentinelChanges.between(AT, SENTINEL, after, OPEN))
                .containsExactly(
                        "# first master of obj: 10.0.0.12 12000, not 10.0.0.11 12000; who is master now is the Sentinels' to"
                                + " say (cobnut failover)",
                        CLI + "SENTINEL CONFIG SET announce-ip 10.0.0.9",
                        CLI + "SENTINEL SET obj failover-timeout 20000");
    }
}

package dev.cobnut.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.testing.LeakCheck;
import dev.cobnut.testing.RealRedis;
import dev.cobnut.testing.Requests;
import dev.cobnut.testing.RespClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a Magento shop sends: the cache back end with and without Lua, sessions, and the habits of its two client
/// libraries. On one shard every reply is Redis' own.
@Timeout(60)
@ExtendWith(LeakCheck.class)
class MagentoTranscriptIT {
    /// Keys are names of tags; every real key is put together from the arguments.
    private static final String SAVE = "local old = redis.call('HGET', ARGV[1]..ARGV[2], 't')"
            + " redis.call('HMSET', ARGV[1]..ARGV[2], 'd', ARGV[3], 't', ARGV[4], 'm', ARGV[5], 'i', '0')"
            + " redis.call('EXPIRE', ARGV[1]..ARGV[2], 7200)"
            + " for i = 1, #KEYS do redis.call('SADD', 'zc:tags', KEYS[i])"
            + " redis.call('SADD', 'zc:ti:'..KEYS[i], ARGV[2]) end"
            + " return old";

    private static final String CLEAN = "for i = 1, #KEYS do"
            + " local ids = redis.call('SUNION', 'zc:ti:'..KEYS[i])"
            + " for j = 1, #ids do redis.call('UNLINK', 'zc:k:'..ids[j]) end"
            + " redis.call('UNLINK', 'zc:ti:'..KEYS[i]) redis.call('SREM', 'zc:tags', KEYS[i]) end"
            + " return true";

    @RegisterExtension
    static final Shards SHARDS = new Shards();

    /// Runs a transcript: one line is one write, with its requests divided by ` | `.
    private static List<String> run(int port, String transcript) throws IOException {
        List<String> replies = new ArrayList<>();
        try (RespClient client = RespClient.to(port)) {
            for (String line : transcript.strip().split("\n")) {
                String[] requests = line.strip().split(" \\| ");
                ByteArrayOutputStream write = new ByteArrayOutputStream();
                for (String request : requests) {
                    write.writeBytes(Requests.frame(words(request)));
                }
                client.sendRaw(write.toByteArray());
                for (String request : requests) {
                    replies.add(request.split(" ")[0] + " -> " + client.reply());
                }
            }
        }
        return replies;
    }

    private static String[] words(String request) {
        String[] words = request.strip().split(" ");
        for (int i = 0; i < words.length; i++) {
            words[i] = switch (words[i]) {
                case "$SAVE" -> SAVE;
                case "$CLEAN" -> CLEAN;
                case "$SAVE.sha" -> sha(SAVE);
                case "$CLEAN.sha" -> sha(CLEAN);
                case "$BIG" -> "b".repeat(300_000);
                default -> words[i];
            };
        }
        return words;
    }

    private static String sha(String script) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(script.getBytes(US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final String CACHE_WITHOUT_LUA = """
            SELECT 1
            hget zc:k:ID t
            multi | hmset zc:k:ID d $BIG t TAG1,TAG2 m 1700000000 i 0 | expire zc:k:ID 7200 | sadd zc:tags TAG1 TAG2 | sadd zc:ti:TAG1 ID | sadd zc:ti:TAG2 ID | sadd zc:ids ID | exec
            hget zc:k:ID d
            hget zc:k:ID m
            hget zc:k:ID t
            multi | hmset zc:k:ID d new t TAG1 m 1700000001 i 0 | expire zc:k:ID 7200 | sadd zc:tags TAG1 | sadd zc:ti:TAG1 ID | srem zc:ti:TAG2 ID | sadd zc:ids ID | exec
            sinter zc:ti:TAG1 zc:ti:TAG2
            sunion zc:ti:TAG1 zc:ti:TAG2
            sdiff zc:ids zc:ti:TAG1
            multi | unlink zc:k:ID zc:k:other | srem zc:ids ID | exec
            multi | unlink zc:ti:TAG1 zc:ti:TAG2 | srem zc:tags TAG1 TAG2 | exec
            smembers zc:tags
            exists zc:k:ID
            hmget zc:k:ID t m i
            ttl zc:k:ID
            flushdb
            dbsize
            keys zc:k:*
            """;

    private static final String CACHE_WITH_LUA = """
            ECHO phpredis:liveness
            SELECT 2
            HGET zc:k:ID d
            EVALSHA $SAVE.sha 2 TAG1 TAG2 zc:k: ID data TAG1,TAG2 1700000000
            EVAL $SAVE 2 TAG1 TAG2 zc:k: ID data TAG1,TAG2 1700000000
            EVALSHA $SAVE.sha 2 TAG1 TAG2 zc:k: ID newdata TAG1,TAG2 1700000001
            EVALSHA $SAVE.sha 0 zc:k: UNTAGGED data none 1700000000
            HGET zc:k:ID d
            SREM zc:ti:TAG2 ID
            SCRIPT EXISTS $SAVE.sha $CLEAN.sha
            SCRIPT LOAD $CLEAN
            EVALSHA $CLEAN.sha 2 TAG1 TAG2
            EXISTS zc:k:ID | EXISTS zc:k:UNTAGGED | EXISTS zc:ti:TAG1
            SSCAN zc:ti:TAG1 0 COUNT 500
            EVAL return_1 0
            EVAL return 0
            ECHO phpredis:liveness
            FLUSHDB
            """;

    private static final String SESSION = """
            SELECT 0
            HINCRBY sess_a lock 1
            HMGET sess_a data writes
            HMSET sess_a pid 1|host lock 1 req GET/ | EXPIRE sess_a 21600
            HGET sess_a pid
            SELECT 2 | HMSET sess_a data x lock 0 | HINCRBY sess_a writes 1 | EXPIRE sess_a 1440
            SELECT 2
            HINCRBY sess_a lock 1
            HGET sess_a data
            SELECT 2 | UNLINK sess_a
            SELECT 3 | SET sess_b_LOCK tok NX
            SELECT 3 | SETEX sess_b 1440 data | SELECT 0 | EXISTS sess_b | SELECT 3 | EXISTS sess_b
            SELECT 99
            SELECT x
            EXISTS sess_b
            SELECT 16
            """;

    private static final String SYMFONY = """
            CLIENT SETNAME shop
            SET cache:regen_lock:x tok NX EX 30
            SET cache:regen_lock:x tok EX 30 NX
            MGET ns:a ns:b ns:c
            SETEX ns:a 60 v
            EXISTS ns:a
            DEL ns:a ns:b ns:c
            SCARD cache:tags:x | SCARD cache:tags:y
            QUIT
            """;

    @ParameterizedTest
    @ValueSource(strings = {"cache without Lua", "cache with Lua", "session", "Symfony"})
    void onOneShardEveryReplyIsThatOfRedis(String name) throws IOException {
        String transcript = switch (name) {
            case "session" -> SESSION;
            case "cache with Lua" -> CACHE_WITH_LUA;
            case "cache without Lua" -> CACHE_WITHOUT_LUA;
            default -> SYMFONY;
        };
        try (ProxyUnderTest proxy = SHARDS.proxy(1)) {
            List<String> expected = run(SHARDS.other().port(), transcript);
            assertThat(run(proxy.port(), transcript)).isEqualTo(expected);
            for (int database = 0; database < 4; database++) {
                assertThat(keysOf(SHARDS.node(0), database)).isEqualTo(keysOf(SHARDS.other(), database));
            }
        }
    }

    private static List<String> keysOf(RealRedis.Server node, int database) throws IOException {
        try (RespClient client = RespClient.to(node.port())) {
            client.ask("SELECT", Integer.toString(database));
            return List.of(client.ask("SORT", "zc:tags", "ALPHA"), client.ask("DBSIZE"));
        }
    }

    @Test
    void onThreeShardsSessionsAnswerAsOnOne() throws IOException {
        try (ProxyUnderTest proxy = SHARDS.proxy(3)) {
            List<String> expected = run(SHARDS.other().port(), SESSION);
            assertThat(run(proxy.port(), SESSION)).isEqualTo(expected);
        }
    }

    /// A save touches keys of several shards: refused as a whole, so that no tag index is half written.
    @Test
    void onThreeShardsACacheSaveIsRefusedAsAWhole() throws IOException {
        try (ProxyUnderTest proxy = SHARDS.proxy(3)) {
            List<String> replies = run(proxy.port(), CACHE_WITHOUT_LUA);
            assertThat(replies.get(2)).isEqualTo("multi -> +OK");
            assertThat(replies.subList(2, 10)).anyMatch(reply -> reply.contains("-CROSSSLOT "));
            assertThat(replies.get(9))
                    .isEqualTo("exec -> -EXECABORT Transaction discarded because of previous errors.");
            assertThat(replies.get(10)).as("nothing of it was executed").isEqualTo("hget -> (nil)");
            assertThat(replies.getLast()).isEqualTo("keys -> []");
        }
    }

    @Test
    void onThreeShardsScriptsNeedAKeyAndLoadEverywhere() throws IOException {
        try (ProxyUnderTest proxy = SHARDS.proxy(3);
                RespClient client = RespClient.to(proxy.port())) {
            assertThat(client.ask("SCRIPT", "LOAD", CLEAN)).isEqualTo(sha(CLEAN));
            assertThat(client.ask("SCRIPT", "EXISTS", sha(CLEAN), sha(SAVE))).isEqualTo("[:1, :0]");
            for (RealRedis.Server node : SHARDS.nodes()) {
                assertThat(node.ask("SCRIPT EXISTS " + sha(CLEAN))).isEqualTo("*1\r\n:1\r\n");
            }
            assertThat(client.ask("EVALSHA", sha(SAVE), "0", "zc:k:"))
                    .isEqualTo("-ERR EVALSHA needs a key here: without one no shard can be chosen");
            assertThat(client.ask("EVALSHA", sha(SAVE), "2", proxy.key(0, "A"), proxy.key(1, "B"), "zc:k:"))
                    .startsWith("-CROSSSLOT ");
            assertThat(client.ask("EVALSHA", sha(SAVE), "1", "A", "zc:k:")).startsWith("-NOSCRIPT ");
        }
    }
}

package dev.cobnut.resp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.cobnut.testing.Requests;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandTableTest {
    // twemproxy's argument classes name these, and MOVE, at which it closes the connection.
    private static final String NUTCRACKER = """
            APPEND AUTH BITCOUNT BITFIELD BITPOS COMMAND COPY DECR DECRBY DEL DUMP EVAL EVALSHA EXISTS EXPIRE
            EXPIREAT GEOADD GEODIST GEOHASH GEOPOS GEORADIUS GEORADIUSBYMEMBER GEOSEARCH GEOSEARCHSTORE GET
            GETBIT GETDEL GETEX GETRANGE GETSET HDEL HEXISTS HGET HGETALL HINCRBY HINCRBYFLOAT HKEYS HLEN HMGET
            HMSET HRANDFIELD HSCAN HSET HSETNX HSTRLEN HVALS INCR INCRBY INCRBYFLOAT LINDEX LINSERT LLEN LMOVE
            LOLWUT LPOP LPOS LPUSH LPUSHX LRANGE LREM LSET LTRIM MGET MSET PERSIST PEXPIRE PEXPIREAT PFADD
            PFCOUNT PFMERGE PING PSETEX PTTL QUIT RESTORE RPOP RPOPLPUSH RPUSH RPUSHX SADD SCARD SDIFF
            SDIFFSTORE SET SETBIT SETEX SETNX SETRANGE SINTER SINTERSTORE SISMEMBER SMEMBERS SMISMEMBER SMOVE
            SORT SPOP SRANDMEMBER SREM SSCAN STRLEN SUNION SUNIONSTORE TOUCH TTL TYPE UNLINK ZADD ZCARD ZCOUNT
            ZDIFF ZDIFFSTORE ZINCRBY ZINTER ZINTERSTORE ZLEXCOUNT ZMSCORE ZPOPMAX ZPOPMIN ZRANDMEMBER ZRANGE
            ZRANGEBYLEX ZRANGEBYSCORE ZRANGESTORE ZRANK ZREM ZREMRANGEBYLEX ZREMRANGEBYRANK ZREMRANGEBYSCORE
            ZREVRANGE ZREVRANGEBYLEX ZREVRANGEBYSCORE ZREVRANK ZSCAN ZSCORE ZUNION ZUNIONSTORE
            """;

    private final CommandTable table = CommandTable.builtIn();

    @Test
    void knowsEveryRowOfTheFile() {
        assertThat(all()).hasSize(589);
    }

    @Test
    void findsEveryNameInAnyCase() {
        for (Command command : table.commands()) {
            for (String spelling : spellings(command.name())) {
                assertThat(lookup(spelling)).as(spelling).isSameAs(command);
            }
            for (Command subcommand : command.subcommands()) {
                for (String spelling :
                        spellings(subcommand.name().substring(command.name().length() + 1))) {
                    byte[] bytes = spelling.getBytes(ISO_8859_1);
                    assertThat(command.subcommand(bytes, 0, bytes.length)).isSameAs(subcommand);
                }
            }
        }
    }

    @Test
    void findsNoNameThatIsOneByteOff() {
        for (Command command : table.commands()) {
            String name = command.name();
            assertThat(lookup(name + " ")).isNull();
            assertThat(lookup(" " + name)).isNull();
            assertThat(lookup(name + "\0")).isNull();
            for (int i = 0; i < name.length(); i++) {
                // The same but for the bit of case, where that is no letter: '-' and CR, '.' and SO.
                char other = (char) (name.charAt(i) ^ 0x20);
                if (!Character.isLetter(other)) {
                    assertThat(lookup(name.substring(0, i) + other + name.substring(i + 1)))
                            .isNull();
                }
                char high = (char) (name.charAt(i) | 0x80);
                assertThat(lookup(name.substring(0, i) + high + name.substring(i + 1)))
                        .isNull();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "g", "ge", "gett", "client|setname", "client setname", "*", "-", "set\r\n"})
    void findsNothingBesideTheNames(String name) {
        assertThat(lookup(name)).isNull();
    }

    @Test
    void looksUpInTheMiddleOfABuffer() {
        byte[] buffer = Requests.frame("hGetAll", "key");
        assertThat(table.lookup(buffer, 8, 7)).isSameAs(table.named("hgetall"));
    }

    @Test
    void servesAllThatNutcrackerServes() {
        List<String> names = List.of(NUTCRACKER.strip().split("\\s+"));
        assertThat(names).hasSize(136).doesNotHaveDuplicates();
        for (String name : names) {
            Command command = requireNonNull(lookup(name), name);
            assertThat(command.policy(true)).as(name).isNotEqualTo(Policy.REFUSED);
            assertThat(command.policy(false)).as(name).isNotEqualTo(Policy.REFUSED);
        }
    }

    @Test
    void neverSendsToASharedConnectionWhatWouldChangeOrBlockIt() {
        EnumSet<Policy> shared = EnumSet.of(Policy.FORWARD, Policy.ANY, Policy.SPLIT_MGET, Policy.SPLIT_MSET);
        shared.addAll(EnumSet.of(Policy.SPLIT_SUM, Policy.PUBLISH, Policy.SCAN));
        shared.addAll(EnumSet.range(Policy.ALL_SUM, Policy.ALL_PICK));
        for (Command command : all()) {
            if (command.is(CommandFlag.STATEFUL) || command.blocking()) {
                assertThat(shared).as(command.name()).doesNotContain(command.policy(true));
                assertThat(shared).as(command.name()).doesNotContain(command.policy(false));
            }
        }
    }

    @Test
    void routesByKeyOnlyWhatHasKeys() {
        for (Command command : all()) {
            switch (command.policy(false)) {
                case FORWARD, SPLIT_MGET, SPLIT_MSET, SPLIT_SUM, OWN, OWN_IF_BLOCK, OWN_IF_FREE ->
                    assertThat(command.keys()).as(command.name()).isNotEmpty();
                case ANY,
                        WAIT,
                        PUBLISH,
                        SCAN,
                        ALL_SUM,
                        ALL_OK,
                        ALL_SCRIPT,
                        ALL_CONCAT,
                        ALL_UNION,
                        ALL_TEXT,
                        ALL_NUMSUB,
                        ALL_PICK ->
                    assertThat(command.keys()).as(command.name()).isEmpty();
                case KEEP, LOCAL, OWN_AT_ONCE, REFUSED -> {}
            }
        }
    }

    @Test
    void passesNearlyEverythingOnWhereThereIsOneShard() {
        for (Command command : all()) {
            if (command.policy(true) == Policy.REFUSED && !command.isContainer()) {
                assertThat(command.policy(false)).as(command.name()).isEqualTo(Policy.REFUSED);
                assertThat(List.of("psync", "replconf", "sync", "sentinel")).contains(command.name());
            }
        }
    }

    @Test
    void keepsDangerousCommandsClosed() {
        List<String> names = List.of(
                "shutdown",
                "replicaof",
                "slaveof",
                "failover",
                "cluster|failover",
                "cluster|reset",
                "module|load",
                "config|set",
                "config|rewrite",
                "debug",
                "save",
                "bgsave",
                "bgrewriteaof",
                "acl|setuser",
                "migrate",
                "monitor",
                "swapdb",
                "client|kill",
                "client|pause",
                "pfdebug");
        for (String name : names) {
            assertThat(named(name).dangerous()).as(name).isTrue();
        }
        for (String name : List.of("get", "flushdb", "keys", "config|get", "client|list", "info", "eval")) {
            assertThat(named(name).dangerous()).as(name).isFalse();
        }
    }

    @Test
    void givesAReasonForEachRefusalAndNoOther() {
        for (Command command : all()) {
            String start = command.name().toUpperCase(Locale.ROOT).replace('|', ' ') + " ";
            if (command.policy(false) == Policy.REFUSED) {
                assertThat(command.refusal())
                        .as(command.name())
                        .startsWith(start)
                        .matches("[ -~]{20,180}");
            } else {
                assertThat(command.refusal()).as(command.name()).isEmpty();
            }
        }
        assertThat(named("sync").refusal()).isEqualTo("SYNC is not supported: replication goes from server to server");
        assertThat(named("cluster|slots").refusal())
                .isEqualTo("CLUSTER SLOTS is not supported on a pool of several shards: the pool is not a Redis"
                        + " Cluster");
        assertThat(named("client").refusal()).isEqualTo("CLIENT needs a subcommand");
    }

    @Test
    void knowsWhichArgumentIsTheFirstKey() {
        assertThat(named("get").firstKey()).isEqualTo(1);
        assertThat(named("get").singleKey()).isTrue();
        assertThat(named("object|encoding").firstKey()).isEqualTo(2);
        assertThat(named("object|encoding").singleKey()).isTrue();
        assertThat(named("mget").firstKey()).isEqualTo(1);
        assertThat(named("mget").singleKey()).isFalse();
        assertThat(named("zunionstore").firstKey()).isEqualTo(1);
        assertThat(named("zunionstore").singleKey()).isFalse();
        assertThat(named("eval").firstKey()).isZero();
        assertThat(named("ping").firstKey()).isZero();
        assertThat(named("ping").singleKey()).isFalse();
    }

    @Test
    void acceptsWhatRedisAcceptsAndNutcrackerDoesNot() {
        assertThat(named("expire").arityFits(4)).isTrue();
        assertThat(named("ping").arityFits(2)).isTrue();
        assertThat(named("zrank").arityFits(4)).isTrue();
        assertThat(named("get").arityFits(1)).isFalse();
        assertThat(named("get").arityFits(3)).isFalse();
        assertThat(named("set").arityFits(2)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "get 7.0 2 r 1 - forward",
                "get 7.0 two r 1 - forward forward",
                "get 7.0 2 z 1 - forward forward",
                "get 7.0 2 rr 1 - forward forward",
                "get 7.0 2 r 1..x - forward forward",
                "get 7.0 2 r n@ - forward forward",
                "get 7.0 2 r 1+ - forward forward",
                "get 7.0 2 r 1 - forward somewhere",
                "get 7.0 2 r 1 - forward forward because",
                "get 7.0 2 r 1 - forward refused",
            })
    void refusesARowThatIsWrongAndNamesItsLine(String row) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CommandTable.parse(List.of("# head", "", row)))
                .withMessageStartingWith("commands.txt:3: ");
    }

    @Test
    void onlyPlainReadsOfKeysAreForReplicas() {
        assertThat(List.of("get", "hget", "mget", "exists", "sunion", "zrangebyscore", "ttl", "object|encoding"))
                .allMatch(name -> command(name).readsKeys());
        assertThat(List.of(
                        "set",
                        "getex",
                        "touch",
                        "scan",
                        "hscan",
                        "keys",
                        "dbsize",
                        "xread",
                        "eval_ro",
                        "fcall_ro",
                        "info",
                        "ping",
                        "randomkey"))
                .noneMatch(name -> command(name).readsKeys());
        for (Command command : all()) {
            assertThat(command.readsKeys()
                            && (command.mayWrite() || command.is(CommandFlag.WRITE) || command.blocking()))
                    .as(command.name())
                    .isFalse();
        }
    }

    @Test
    void allThatIsNotCertainToReadMayWrite() {
        assertThat(List.of("set", "eval", "evalsha", "fcall", "multi", "exec", "watch", "publish", "function|load"))
                .allMatch(name -> command(name).mayWrite());
        assertThat(List.of("get", "eval_ro", "ping", "select", "hello", "auth", "client|setname", "info", "subscribe"))
                .noneMatch(name -> command(name).mayWrite());
        for (Command command : all()) {
            assertThat(command.is(CommandFlag.WRITE) && !command.mayWrite())
                    .as(command.name())
                    .isFalse();
        }
    }

    private Command command(String name) {
        return all().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name));
    }

    @Test
    void knowsFurtherCommandsBesideItsOwn() {
        CommandTable more = table.with(List.of(Command.declared("mymod.get 2 r 1")));
        assertThat(requireNonNull(more.named("mymod.get")).since()).isEqualTo("declared");
        assertThat(more.named("get")).isSameAs(table.named("get"));
        assertThat(table.named("mymod.get")).isNull();
        assertThat(table.with(List.of())).isSameAs(table);
        assertThat(table.named("get|set")).isNull();
        assertThat(table.named("nothing|set")).isNull();
        assertThat(table.named("client|nothing")).isNull();
    }

    @Test
    void looksCloselyAtWhatPublishesCarriesAScriptOrIsDangerous() {
        assertThat(List.of(
                        "publish",
                        "spublish",
                        "eval",
                        "eval_ro",
                        "script|load",
                        "debug",
                        "client|pause",
                        "evalsha",
                        "fcall"))
                .allMatch(name -> command(name).guarded());
        assertThat(List.of("client|tracking", "config|get", "function|restore"))
                .allMatch(name -> command(name).guarded());
        assertThat(List.of("get", "set", "subscribe", "client|id", "exec", "client|list"))
                .noneMatch(name -> command(name).guarded());
        assertThat(command("client|pause")).hasToString("client|pause");
        assertThat(command("client|pause").arity()).isEqualTo(-3);
    }

    @Test
    void refusesANameListedTwiceAndASubcommandWithoutContainer() {
        String row = "get 7.0 2 r 1 - forward forward";
        assertThatIllegalArgumentException().isThrownBy(() -> CommandTable.parse(List.of(row, row)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CommandTable.parse(List.of("a|b 7.0 2 - - - forward any")))
                .withMessageContaining("a has subcommands but no row");
    }

    private List<Command> all() {
        List<Command> all = new ArrayList<>();
        for (Command command : table.commands()) {
            all.add(command);
            all.addAll(command.subcommands());
        }
        return all;
    }

    private Command named(String name) {
        return requireNonNull(table.named(name), name);
    }

    private @Nullable Command lookup(String name) {
        byte[] bytes = name.getBytes(ISO_8859_1);
        return table.lookup(bytes, 0, bytes.length);
    }

    private static List<String> spellings(String name) {
        StringBuilder mixed = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            mixed.append(i % 2 == 0 ? Character.toUpperCase(name.charAt(i)) : name.charAt(i));
        }
        return List.of(name, name.toUpperCase(Locale.ROOT), mixed.toString());
    }
}

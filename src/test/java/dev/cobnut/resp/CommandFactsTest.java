package dev.cobnut.resp;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// What the table says of a command beside its form: each set is written out here once more.
class CommandFactsTest {
    private static final String ANY_NODE = """
            dump exists expiretime object|encoding object|freq object|idletime object|refcount pexpiretime pttl
            sort_ro ttl type digest get getrange lcs mget strlen substr bitcount bitfield_ro bitpos getbit
            hexists hexpiretime hget hgetall hkeys hlen hmget hpexpiretime hpttl hrandfield hstrlen httl hvals
            lindex llen lpos lrange scard sdiff sdiffcard sinter sintercard sismember smembers smismember
            srandmember sunion sunioncard zcard zcount zdiff zinter zintercard zlexcount zmscore zrandmember
            zrange zrangebylex zrangebyscore zrank zrevrange zrevrangebylex zrevrangebyscore zrevrank zscore
            zunion xinfo|consumers xinfo|groups xinfo|stream xlen xpending xrange xrevrange geodist geohash
            geopos georadius_ro georadiusbymember_ro geosearch pfcount arcount arget argetrange argrep arinfo
            arlastitems arlen armget arnext arop vcard vdim vemb vgetattr vinfo vismember vlinks vrandmember
            vrange vsim memory|usage json.arrindex json.arrlen json.debug|memory json.get json.mget json.objkeys
            json.objlen json.resp json.strlen json.type bf.card bf.exists bf.info bf.mexists cf.count cf.exists
            cf.info cf.mexists cms.info cms.query topk.count topk.info topk.list topk.query tdigest.byrank
            tdigest.byrevrank tdigest.cdf tdigest.info tdigest.max tdigest.min tdigest.quantile tdigest.rank
            tdigest.revrank tdigest.trimmed_mean ts.get ts.info ts.nrange ts.nrevrange ts.range ts.revrange
            ft.sugget ft.suglen
            """;

    private static final String CHANGES_OTHERS = """
            wait waitaof himport|discard himport|discardall himport|prepare pfselftest eval evalsha fcall
            function|dump function|kill function|list function|stats script|debug script|exists script|flush
            script|kill script|load script|show exec multi watch publish spublish backup|abort backup|cleanup
            backup|list backup|seal backup|start backup|status bgrewriteaof bgsave failover hotkeys|get
            hotkeys|reset hotkeys|start hotkeys|stop memory|doctor memory|malloc-stats memory|purge memory|stats
            module|list module|load module|loadex module|unload psync replicaof save slaveof sync asking
            cluster|addslots cluster|addslotsrange cluster|bumpepoch cluster|count-failure-reports
            cluster|countkeysinslot cluster|delslots cluster|delslotsrange cluster|failover cluster|flushslots
            cluster|forget cluster|getkeysinslot cluster|info cluster|keyslot cluster|links cluster|meet
            cluster|migration cluster|myid cluster|myshardid cluster|nodes cluster|replicas cluster|replicate
            cluster|reset cluster|saveconfig cluster|set-config-epoch cluster|setslot cluster|shards
            cluster|slaves cluster|slots sentinel json.debug|help ft.config|get ft.config|help ft.config|set
            ft.cursor|del ft.cursor|read
            """;

    private static final String SUBSCRIBE = "subscribe unsubscribe psubscribe punsubscribe ssubscribe sunsubscribe";

    private final CommandTable table = CommandTable.builtIn();

    @Test
    void anyNodeAnswersWhatOnlyReadsTheValuesOfItsKeys() {
        assertThat(names(Command::readsKeys)).isEqualTo(set(ANY_NODE)).hasSize(146);
    }

    @Test
    void whatIsNotCertainToLeaveOthersAloneMayWrite() {
        assertThat(names(command -> command.is(CommandFlag.CHANGES_OTHERS)))
                .isEqualTo(set(CHANGES_OTHERS))
                .hasSize(86);
        assertThat(names(Command::mayWrite))
                .isEqualTo(names(command -> command.is(CommandFlag.WRITE) || command.is(CommandFlag.CHANGES_OTHERS)));
        // LOADING stands for what is about the connection and the server only, but for these.
        assertThat(names(command -> !command.readOnly() && command.mayWrite() == command.is(CommandFlag.LOADING)))
                .isEqualTo(set("multi exec watch publish spublish ping" + containersWithoutFlags()));
    }

    @Test
    void fewCommandsAreFreeOfAuth() {
        assertThat(names(Command::freeOfAuth)).isEqualTo(set("auth hello quit reset"));
    }

    @Test
    void subscribersMayPingLeaveAndSubscribe() {
        assertThat(names(Command::forSubscribers)).isEqualTo(set("ping quit reset " + SUBSCRIBE));
    }

    @Test
    void quitAndResetAreNotQueued() {
        assertThat(names(Command::endsTransaction)).isEqualTo(set("quit reset"));
    }

    @Test
    void scriptsAreBroughtOrGivenArguments() {
        assertThat(names(Command::feedsScript))
                .isEqualTo(set(
                        "eval eval_ro evalsha evalsha_ro fcall fcall_ro script|load function|load function|restore"));
    }

    @Test
    void questionsAboutTheConnectionAskForItsIdentity() {
        assertThat(names(Command::asksIdentity))
                .isEqualTo(set("client|id client|info client|getredir client|trackinginfo"));
    }

    @ParameterizedTest
    @CsvSource({
        "PAUSES, client|pause",
        "UNPAUSES, client|unpause",
        "MONITORS, monitor",
        "TRACKS, client|tracking",
        "NAMES, client|setname",
        "INFORMS, client|setinfo"
    })
    void oneCommandHasEachEffect(Effect effect, String name) {
        assertThat(names(command -> command.effect() == effect)).containsExactly(name);
    }

    @Test
    void theOthersHaveNoEffect() {
        assertThat(names(command -> command.effect() == Effect.NONE)).hasSize(583);
        assertThat(Effect.values()).hasSize(7);
    }

    @Test
    void fewWritesLeaveTheSameWhenTheyAreExecutedTwice() {
        assertThat(names(command -> command.twice() == Twice.SAME))
                .isEqualTo(set("del unlink mset setex psetex setrange hset hmset"));
        assertThat(names(command -> command.twice() == Twice.SAME_IF_PLAIN))
                .isEqualTo(set("expire pexpire expireat pexpireat"));
        assertThat(names(command -> command.twice() == Twice.SAME_IF_SET)).containsExactly("set");
        assertThat(Twice.values()).hasSize(4);
        assertThat(Command.declared("mymod.set 2 w 1").twice()).isEqualTo(Twice.CHANGES);
    }

    @Test
    void threeCommandsAreSetAlgebra() {
        Map<SetOperation, String> expected = new EnumMap<>(Map.of(
                SetOperation.UNION, "sunion", SetOperation.INTERSECTION, "sinter", SetOperation.DIFFERENCE, "sdiff"));
        for (SetOperation operation : SetOperation.values()) {
            assertThat(names(command -> command.setOperation() == operation))
                    .containsExactly(requireNonNull(expected.get(operation)));
        }
        assertThat(names(command -> command.setOperation() != null)).hasSize(3);
    }

    @Test
    void theWordsForAWrongNumberOfKeysFollowTheCommand() {
        Map<KeyCount, String> expected = Map.of(
                KeyCount.SCRIPT_COUNT,
                "eval eval_ro evalsha evalsha_ro",
                KeyCount.FUNCTION_COUNT,
                "fcall fcall_ro",
                KeyCount.ZSET_COUNT,
                "zdiff zdiffstore zinter zintercard zinterstore zunion zunionstore",
                KeyCount.POP_COUNT,
                "lmpop blmpop zmpop bzmpop");
        expected.forEach((count, names) ->
                assertThat(names(command -> command.keyCount() == count)).isEqualTo(set(names)));
        for (Command command : all()) {
            boolean counts = command.keys().stream().anyMatch(KeySpec.Counted.class::isInstance);
            assertThat(counts || command.keyCount() == KeyCount.COUNT)
                    .as(command.name())
                    .isTrue();
        }
    }

    // ---- what the proxy answers itself ------------------------------------------------------------------------------

    @Test
    void exactlyTheLocalRowsHaveAnAnswer() {
        Set<LocalCommand> seen = new HashSet<>();
        for (Command command : all()) {
            boolean local = command.policy(true) == Policy.LOCAL || command.policy(false) == Policy.LOCAL;
            assertThat(command.local() != null).as(command.name()).isEqualTo(local);
            if (command.local() != null) {
                assertThat(command.local().command()).isEqualTo(command.name());
                seen.add(command.local());
            }
        }
        assertThat(seen).containsExactlyInAnyOrder(LocalCommand.values()).hasSize(26);
    }

    @Test
    void refusesALocalRowWithoutAnAnswer() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CommandTable.parse(List.of("", "time 7.0 1 ltf - - forward local")))
                .withMessage("commands.txt:2: policy local, but no answer in LocalCommand");
    }

    @ParameterizedTest
    @EnumSource(LocalCommand.class)
    void refusesATableThatLacksARow(LocalCommand local) {
        List<String> rows = new ArrayList<>();
        for (LocalCommand each : LocalCommand.values()) {
            int bar = each.command().indexOf('|');
            String container = bar < 0 ? "" : each.command().substring(0, bar) + " 7.0 -2 - - - container container";
            if (!container.isEmpty() && !rows.contains(container)) {
                rows.add(container);
            }
            if (each != local) {
                rows.add(each.command() + " 7.0 -1 - - - local local");
            }
        }
        CommandTable without = CommandTable.parse(rows);
        assertThatIllegalStateException()
                .isThrownBy(without::complete)
                .withMessageContaining("no row " + local.command() + " ");
    }

    @Test
    void refusesATableWhoseRowIsNotLocal() {
        CommandTable other = CommandTable.parse(List.of("ping 7.0 -1 f - - forward any"));
        assertThatIllegalStateException().isThrownBy(other::complete).withMessageContaining("ping");
        assertThat(table.complete()).isSameAs(table);
    }

    // ---- rows that contradict themselves ----------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({
        "a 7.0 2 r 1 pause forward forward, fact pause",
        "a 7.0 2 r 1 - forward keep, policy keep",
        "a 7.0 2 ro 1 - forward forward, flag o",
        "a 7.0 2 wo 1 - forward forward, flag o",
        "a 7.0 2 y 1 - forward forward, flag y",
        "a 7.0 2 wy 1 - forward forward, flag y",
        "a 7.0 2 ryb 1 - forward forward, flag y",
        "a 7.0 2 ryx 1 - forward forward, flag y",
        "a 7.0 2 ry - - forward forward, flag y",
        "a 7.0 2 ry 1 - own own, flag y",
        "a 7.0 2 r 1 same forward forward, fact same",
        "a 7.0 2 u - - forward any, 'flag u, m or e'",
        "role 7.0 1 m - - forward local, 'flag u, m or e'",
        "role 7.0 1 e - - local any, 'flag u, m or e'",
        "a 7.0 2 rq 1 - forward forward, wrdapnbltfsxoyumeci"
    })
    void refusesWhatCannotBeTrueOfOneCommand(String row, String expected) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CommandTable.parse(List.of(row)))
                .withMessageStartingWith("commands.txt:1: ")
                .withMessageContaining(expected);
    }

    // ---- declared commands ------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({
        "mymod.get 2 r 1, true, false",
        "mymod.scan 2 r 1, true, false",
        "touch2 2 rf 1..-1, true, false",
        "mymod.info 1 r -, false, false",
        "mymod.pop 2 rb 1, false, false",
        "mymod.danger 2 rx 1, false, false",
        "mymod.mode 2 rs 1, false, false",
        "mymod.set 2 w 1, false, true",
        "mymod.set 2 wl 1, false, true",
        "mymod.any 2 - 1, false, true",
        "mymod.ask 1 l -, false, false"
    })
    void whatADeclaredCommandMayDoFollowsFromItsFlagsAndNotFromItsName(String row, boolean anyNode, boolean mayWrite) {
        Command command = Command.declared(row);
        assertThat(command.readsKeys()).isEqualTo(anyNode);
        assertThat(command.mayWrite()).isEqualTo(mayWrite);
        assertThat(command.local()).isNull();
        assertThat(command.effect()).isEqualTo(Effect.NONE);
        assertThat(command.setOperation()).isNull();
        assertThat(command.freeOfAuth() || command.forSubscribers() || command.endsTransaction())
                .isFalse();
    }

    @ParameterizedTest
    @EnumSource(CommandFlag.class)
    void aDeclaredCommandHasNoLetterThatFollowsOrIsTheProxysOwn(CommandFlag flag) {
        String row = "mymod.get 2 " + flag.letter() + " 1";
        if (flag.ordinal() <= CommandFlag.DANGEROUS.ordinal()) {
            assertThat(Command.declared(row).is(flag)).isTrue();
        } else {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Command.declared(row))
                    .withMessage("flag " + flag.letter() + " (expected: one of wrdapnbltfsx)");
        }
    }

    @Test
    void eachFlagHasALetterAndASentenceOfItsOwn() {
        Set<Character> letters = new HashSet<>();
        Set<String> sentences = new HashSet<>();
        for (CommandFlag flag : CommandFlag.values()) {
            letters.add(flag.letter());
            sentences.add(flag.help());
        }
        assertThat(letters).hasSize(CommandFlag.values().length);
        assertThat(sentences).hasSize(CommandFlag.values().length);
    }

    // ---- reach ------------------------------------------------------------------------------------------------------

    @Test
    void everyPolicyReachesSomebodyOrNobody() {
        Map<Reach, String> expected = Map.of(
                Reach.ONE,
                "FORWARD OWN OWN_IF_BLOCK OWN_AT_ONCE OWN_IF_FREE KEEP PUBLISH SPLIT_MGET SPLIT_MSET SPLIT_SUM",
                Reach.ANY,
                "ANY WAIT",
                Reach.EVERY,
                "ALL_SUM ALL_OK ALL_SCRIPT ALL_CONCAT ALL_UNION ALL_TEXT ALL_NUMSUB ALL_PICK SCAN",
                Reach.ITSELF,
                "LOCAL",
                Reach.NOWHERE,
                "REFUSED");
        for (Policy policy : Policy.values()) {
            assertThat(set(requireNonNull(expected.get(policy.reach())))).contains(policy.name());
        }
        assertThat(expected.values().stream().mapToInt(each -> set(each).size()).sum())
                .isEqualTo(Policy.values().length);
    }

    @Test
    void noCommandKeepsItsConnectionWhereThereAreSeveralShards() {
        assertThat(names(command -> command.policy(false) == Policy.KEEP)).isEmpty();
        assertThat(Command.declared("mymod.mode 2 s 1").policy(false).reach()).isEqualTo(Reach.NOWHERE);
    }

    private String containersWithoutFlags() {
        StringBuilder names = new StringBuilder();
        for (Command command : table.commands()) {
            names.append(command.isContainer() && !command.is(CommandFlag.LOADING) ? " " + command.name() : "");
        }
        return names.toString();
    }

    private Set<String> names(Predicate<Command> wanted) {
        Set<String> names = new TreeSet<>();
        for (Command command : all()) {
            if (wanted.test(command)) {
                names.add(command.name());
            }
        }
        return names;
    }

    private static Set<String> set(String names) {
        return new TreeSet<>(Arrays.asList(names.strip().split("\\s+")));
    }

    private List<Command> all() {
        List<Command> all = new ArrayList<>();
        for (Command command : table.commands()) {
            all.add(command);
            all.addAll(command.subcommands());
        }
        return all;
    }
}

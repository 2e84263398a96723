package dev.cobnut.resp;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.testing.RealRedis;
import dev.cobnut.testing.Requests;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Compares the table with what a real redis-server 7.0 says of its commands.
class CommandTableIT {
    // 7.0 wants exactly, or more than, what later versions want at least.
    private static final Map<String, Integer> ARITY_WIDENED =
            Map.of("zrank", -3, "zrevrank", -3, "command|getkeys", -3, "command|getkeysandflags", -3);

    // Redis calls WAIT blocking since 7.2.
    private static final Set<String> FLAGS_ADDED = Set.of("wait b");

    private static @Nullable RealRedis redis;
    private static @Nullable ValueClient server;

    private final CommandTable table = CommandTable.builtIn();

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        redis = RealRedis.in(directory);
        server = new ValueClient(redis.master().port());
    }

    @AfterAll
    static void stop() throws IOException {
        if (server != null) {
            server.close();
        }
        if (redis != null) {
            redis.close();
        }
    }

    @Test
    void agreesWithTheServerOnNamesArityAndFlags() throws IOException {
        Map<String, List<?>> theirs = theirCommands();
        Set<String> ours = new TreeSet<>();
        for (Command command : ourCommands()) {
            if (command.since().equals("7.0") && !command.name().equals("sentinel")) {
                ours.add(command.name());
            }
        }
        assertThat(ours).isEqualTo(new TreeSet<>(theirs.keySet())).hasSizeGreaterThan(350);

        for (Map.Entry<String, List<?>> entry : theirs.entrySet()) {
            String name = entry.getKey();
            Command command = requireNonNull(table.named(name), name);
            int arity = Math.toIntExact((long) entry.getValue().get(1));
            assertThat(command.arity()).as(name).isEqualTo(ARITY_WIDENED.getOrDefault(name, arity));
            Set<String> flags = new HashSet<>();
            for (Object flag : (List<?>) entry.getValue().get(2)) {
                flags.add((String) flag);
            }
            for (CommandFlag flag : EnumSet.range(CommandFlag.WRITE, CommandFlag.FAST)) {
                if (!FLAGS_ADDED.contains(name + " " + flag.letter())) {
                    String redisFlag = flag.name().toLowerCase(Locale.ROOT).replace("_", "");
                    assertThat(command.is(flag)).as(name + " " + flag).isEqualTo(flags.contains(redisFlag));
                }
            }
        }
    }

    /// Words that could be anything, in every number that the arity allows and up to four more, with a number in
    /// each place where a number of keys could be.
    @Test
    void findsTheKeysThatTheServerFindsForEveryCommand() throws IOException {
        Set<String> withKeys = new TreeSet<>();
        List<String> differences = new ArrayList<>();
        for (Map.Entry<String, List<?>> entry : theirCommands().entrySet()) {
            Command command = requireNonNull(table.named(entry.getKey()));
            if (command.isContainer()) {
                continue;
            }
            int arity = Math.toIntExact((long) entry.getValue().get(1));
            for (int argc = Math.abs(arity); argc <= (arity < 0 ? 4 - arity : arity); argc++) {
                if (isListed(command, argc)) {
                    continue;
                }
                for (String[] request : samples(command, argc)) {
                    if (compare(request, differences)) {
                        withKeys.add(command.name());
                    }
                }
            }
        }
        assertThat(differences).isEmpty();
        Set<String> expected = new TreeSet<>();
        for (Command command : ourCommands()) {
            if (command.since().equals("7.0") && !command.keys().isEmpty()) {
                expected.add(command.name());
            }
        }
        // STREAMS and KEYS are not among the words.
        expected.removeAll(Set.of("xread", "xreadgroup"));
        assertThat(withKeys).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SORT a LIMIT 0 1 GET x_* BY store STORE b",
                "SORT a BY STORE GET LIMIT LIMIT STORE STORE STORE b",
                "SORT STORE BY by STORE get",
                "SORT_RO a BY STORE GET STORE",
                "GEORADIUS a 1 2 3 km COUNT 4 ANY STORE b STOREDIST c",
                "GEORADIUSBYMEMBER a STORE 3 km STORE b",
                "XREADGROUP GROUP g STREAMS BLOCK 0 STREAMS st >",
                "XREADGROUP GROUP STREAMS BLOCK STREAMS STREAMS >",
                "XREADGROUP GROUP BLOCK COUNT COUNT 5 STREAMS BLOCK >",
                "XREAD BLOCK STREAMS STREAMS STREAMS STREAMS",
                "MIGRATE h 1 KEYS KEYS 9 AUTH2 KEYS KEYS COPY",
                "GEORADIUSBYMEMBER a m 3 km STOREDIST c",
                "XREAD COUNT 2 BLOCK 0 STREAMS a b 0 0",
                "XREADGROUP GROUP streams c COUNT 1 NOACK STREAMS a b > >",
                "MIGRATE h 1 a 0 9 COPY REPLACE",
                "MIGRATE h 1 \"\" 0 9 COPY AUTH2 u keys KEYS a b",
                "EVAL script 2 a b c",
                "ZUNIONSTORE d 2 a b WEIGHTS 1 2 AGGREGATE MAX",
                "BLMPOP 0 2 a b LEFT COUNT 5",
                "MSET a 1 b 2 a 3",
                "BITOP NOT d a",
                "LCS a b IDX",
                "COPY a b DB 1 REPLACE",
                "XINFO STREAM a FULL COUNT 1",
                "MEMORY USAGE a SAMPLES 5",
                "PFMERGE d a b",
            })
    void findsTheKeysThatTheServerFindsIn(String request) throws IOException {
        List<String> differences = new ArrayList<>();
        assertThat(compare(Frames.words(request), differences)).isTrue();
        assertThat(differences).isEmpty();
    }

    /// Options in any order, each at most once, and names that are no options.
    @Test
    void findsTheKeysThatTheServerFindsInRandomRequests() throws IOException {
        Random random = new Random(7);
        List<String> differences = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            String keys = keys(random);
            int count = keys.split(" ", -1).length;
            String key = key(random);
            for (String request : List.of(
                    "GEORADIUS " + key + " 1 2 3 km"
                            + options(random, "WITHDIST", "COUNT 3", "ASC", "STORE " + key(random)),
                    "GEORADIUSBYMEMBER a m 3 km" + options(random, "COUNT 3 ANY", "DESC", "STOREDIST " + key(random)),
                    "SORT " + key + options(random, "BY w_*", "LIMIT 0 5", "GET #", "ALPHA", "STORE " + key(random)),
                    "XREAD" + options(random, "COUNT 2", "BLOCK 0") + " STREAMS " + keys + " 0".repeat(count),
                    "XREADGROUP GROUP g c" + options(random, "COUNT 2", "BLOCK 0", "NOACK") + " STREAMS " + keys
                            + " >".repeat(count),
                    "MIGRATE h 1 " + key + " 0 9" + options(random, "COPY", "REPLACE", "AUTH p"),
                    "MIGRATE h 1 \"\" 0 9" + options(random, "COPY", "REPLACE", "AUTH2 u p") + " KEYS " + keys,
                    "EVAL s " + count + " " + keys + options(random, "x", "y z"),
                    "FCALL_RO f " + count + " " + keys + options(random, "x", "y z"),
                    "ZUNION " + count + " " + keys + options(random, "WEIGHTS" + " 1".repeat(count), "AGGREGATE MAX"),
                    "ZDIFFSTORE " + key + " " + count + " " + keys,
                    "SINTERCARD " + count + " " + keys + options(random, "LIMIT 3"),
                    "BLMPOP 0 " + count + " " + keys + " LEFT" + options(random, "COUNT 3"),
                    "MSET " + keys.replace(" ", " v ") + " v",
                    "BITOP AND " + key + " " + keys)) {
                assertThat(compare(Frames.words(request), differences))
                        .as(request)
                        .isTrue();
            }
        }
        assertThat(differences).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "foo",
                "foo a b",
                "FOO \"\" a\r\nb",
                "GET",
                "GET a b",
                "CLIENT",
                "CLIENT setname",
                "CLIENT foo",
                "cLient f\no",
                "OBJECT ENCODING",
                "MSET a 1 b",
                "MSETNX a 1 b",
                "ZUNION x a",
                "ZUNION 0 a",
                "ZUNION 2 a",
                "ZUNION 01 a",
                "ZDIFFSTORE d 0 a",
                "ZINTERCARD 2 a",
                "SINTERCARD x a",
                "SINTERCARD 0 a",
                "SINTERCARD 2 a",
                "LMPOP x a LEFT",
                "LMPOP 3 a LEFT",
                "BLMPOP 0 0 a LEFT",
                "ZMPOP 9 a MIN",
                "EVAL s x a",
                "EVAL s -1 a",
                "EVAL s 2 a",
                "EVAL s 9223372036854775807 a",
                "EVAL s -0 a",
                "FCALL f x a",
                "FCALL f -1 a",
                "FCALL f 2 a",
                "XREAD STREAMS a b c",
                "XREADGROUP GROUP g c STREAMS a b c",
                "XREAD COUNT 1 a 0"
            })
    void refusesAMistakeWithTheWordsOfTheServer(String line) throws IOException {
        ValueClient client = requireNonNull(server);
        client.ask("FUNCTION", "LOAD", "REPLACE", "#!lua name=f\nredis.register_function('f', function() end)");
        String[] request = Frames.words(line);
        assertThat(ourError(request)).isEqualTo(((ValueClient.Failure) client.ask(request)).text());
    }

    @Test
    void repeatsLongNamesAsTheServerDoes() throws IOException {
        for (int length : new int[] {127, 128, 129, 1000}) {
            String[] request = {"n".repeat(length), "a".repeat(100), "b".repeat(length), "\u00e9\0c", "d"};
            assertThat(ourError(request))
                    .isEqualTo(((ValueClient.Failure) requireNonNull(server).ask(request)).text());
        }
    }

    private static String ourError(String... request) {
        Frame frame = Frames.begin(Requests.frame(request));
        if (frame.commandIfKnown() == null) {
            return ErrorText.unknown(frame);
        }
        if (!frame.command().arityFits(frame.argumentCount())) {
            return ErrorText.wrongArity(frame.command());
        }
        return requireNonNullElse(frame.findKeys(), "no error");
    }

    /// Where we differ from COMMAND GETKEYS on purpose: it names keys of an MSET with a value missing, which the
    /// command itself refuses, and none of a PFMERGE without sources, which the command accepts.
    private static boolean isListed(Command command, int argc) {
        return switch (command.name()) {
            case "mset", "msetnx" -> argc % 2 == 0;
            case "pfmerge" -> argc == 2;
            default -> false;
        };
    }

    /// @return whether there were keys
    private boolean compare(String[] request, List<String> differences) throws IOException {
        String[] question = new String[request.length + 2];
        question[0] = "COMMAND";
        question[1] = "GETKEYS";
        System.arraycopy(request, 0, question, 2, request.length);
        Object answer = requireNonNull(server).ask(question);
        List<?> theirs = answer instanceof List<?> keys ? keys : List.of();
        List<String> ours = Frames.keys(request);
        if (ours.size() == 1 && ours.getFirst().startsWith("ERR ")) {
            ours = List.of();
        }
        if (!ours.equals(theirs)) {
            differences.add(String.join(" ", request) + ": " + ours + ", but the server " + answer);
        }
        return !ours.isEmpty();
    }

    private static List<String[]> samples(Command command, int argc) {
        String[] names = command.name().split("\\|", -1);
        List<String[]> samples = new ArrayList<>();
        for (int number = 0; number < 3; number++) {
            for (int at = names.length; at < argc; at++) {
                String[] request = new String[argc];
                for (int i = 0; i < argc; i++) {
                    request[i] = i < names.length ? names[i] : i == at && number > 0 ? "" + number : "a" + i;
                }
                samples.add(request);
            }
        }
        return samples;
    }

    private static String key(Random random) {
        return List.of("a", "b", "key{tag}", "7", "\u00e9\0", "a\r\n$1").get(random.nextInt(6));
    }

    private static String keys(Random random) {
        StringBuilder keys = new StringBuilder(key(random));
        for (int more = random.nextInt(4); more > 0; more--) {
            keys.append(' ').append(key(random));
        }
        return keys.toString();
    }

    private static String options(Random random, String... options) {
        List<String> shuffled = new ArrayList<>(List.of(options));
        Collections.shuffle(shuffled, random);
        StringBuilder chosen = new StringBuilder();
        for (String option : shuffled) {
            if (random.nextBoolean()) {
                chosen.append(' ').append(option);
            }
        }
        return chosen.toString();
    }

    private Map<String, List<?>> theirCommands() throws IOException {
        Map<String, List<?>> commands = new LinkedHashMap<>();
        collect((List<?>) requireNonNull(server).ask("COMMAND"), commands);
        return commands;
    }

    private static void collect(List<?> rows, Map<String, List<?>> commands) {
        for (Object each : rows) {
            List<?> row = (List<?>) each;
            commands.put((String) row.get(0), row);
            collect((List<?>) row.get(9), commands);
        }
    }

    private Collection<Command> ourCommands() {
        List<Command> all = new ArrayList<>();
        for (Command command : table.commands()) {
            all.add(command);
            all.addAll(command.subcommands());
        }
        return all;
    }
}

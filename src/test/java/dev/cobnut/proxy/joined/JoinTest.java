package dev.cobnut.proxy.joined;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.resp.Policy;
import dev.cobnut.resp.ReplyScanner;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every join at every shape of reply.
class JoinTest {
    private static final String NO_OK = "-ERR a node answered with something else than OK\r\n";
    private static final String NO_NUMBER = "-ERR a node answered with something that is not a number\r\n";
    private static final String TOO_LARGE = "-ERR the numbers of all shards add up to more than 64 bits hold\r\n";
    private static final String NO_LIST = "-ERR a node answered with something that is not a list\r\n";
    private static final String NO_TEXT = "-ERR a node answered with something that is not a text\r\n";
    private static final String NO_NUMBERS_BY_NAME =
            "-ERR a node answered with something else than a number for each name\r\n";
    private static final String DISAGREE = "-ERR the shards do not agree on their answer\r\n";
    private static final String NO_VALUES = "-ERR a node answered MGET with something else than its values\r\n";
    private static final String NO_INFO = "-ERR a node answered INFO with something that is not a text\r\n";

    /// One of every shape that a node of RESP2 or RESP3 can answer with, errors apart.
    private static final List<String> SHAPES = List.of(
            "+OK\r\n",
            "+\r\n",
            ":0\r\n",
            ":-1\r\n",
            ":9223372036854775807\r\n",
            ":-9223372036854775808\r\n",
            "$0\r\n\r\n",
            "$1\r\na\r\n",
            "$-1\r\n",
            "*-1\r\n",
            "_\r\n",
            "#t\r\n",
            ",1.5\r\n",
            "(12345678901234567890\r\n",
            "=7\r\ntxt:abc\r\n",
            "=4\r\ntxt:\r\n",
            "*0\r\n",
            "*1\r\n$1\r\na\r\n",
            "*1\r\n:1\r\n",
            "*2\r\n:1\r\n:2\r\n",
            "*2\r\n$1\r\na\r\n:2\r\n",
            "*2\r\n$1\r\n0\r\n*0\r\n",
            "*2\r\n$1\r\n0\r\n*-1\r\n",
            "*2\r\n$2\r\n12\r\n*1\r\n$1\r\na\r\n",
            "*2\r\n*1\r\n*1\r\n:1\r\n$-1\r\n",
            "*1\r\n_\r\n",
            "~0\r\n",
            "~2\r\n$1\r\na\r\n$1\r\nb\r\n",
            "%0\r\n",
            "%1\r\n$1\r\na\r\n:1\r\n",
            "$?\r\n;1\r\na\r\n;0\r\n",
            "*?\r\n$1\r\na\r\n.\r\n",
            "~?\r\n.\r\n",
            "%?\r\n.\r\n",
            "|1\r\n+a\r\n+b\r\n:1\r\n",
            "|1\r\n+a\r\n+b\r\n*1\r\n$1\r\na\r\n",
            "*1\r\n|1\r\n+a\r\n+b\r\n$1\r\na\r\n",
            "*1\r\n>3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\nx\r\n:1\r\n");

    // ---- all of them ------------------------------------------------------------------------------------------------

    @Test
    void whateverNodesAnswerTheClientGetsExactlyOneReply() {
        for (Joins join : Joins.values()) {
            for (String first : SHAPES) {
                assertOneReply(join, first);
                for (String second : SHAPES) {
                    assertOneReply(join, first, second);
                    assertOneReply(join, first, second, first);
                }
            }
        }
        for (String first : SHAPES) {
            assertOneReply(new MgetJoin(new int[] {0, 0}), first);
            assertOneReply(new ScanJoin(0, 1, 3), first);
            for (String second : SHAPES) {
                assertOneReply(new MgetJoin(new int[] {2, -1, 2}), first, second);
                assertOneReply(new InfoJoin("alpha", 2, 7, true, false), first, second);
            }
        }
    }

    private static void assertOneReply(Join join, String... parts) {
        byte[] reply = join.of(bytes(parts));
        ReplyScanner scanner = new ReplyScanner();
        scanner.setResp3(true);
        scanner.reset();
        int end = scanner.feed(reply, 0, reply.length);
        assertThat(scanner.status() == ReplyScanner.Status.REPLY && end == reply.length)
                .as("%s of %s is %s", join, List.of(parts), new String(reply, ISO_8859_1))
                .isTrue();
    }

    @Test
    void aPartOfAnotherShapeIsAnErrorForEveryJoinThatExpectsOne() {
        assertRefused(Joins.OK, Set.of("+OK\r\n"), "+OK\r\n");
        assertRefused(
                Joins.SUM,
                Set.of(":0\r\n", ":-1\r\n", ":9223372036854775807\r\n", "|1\r\n+a\r\n+b\r\n:1\r\n"),
                ":0\r\n");
        assertRefused(
                Joins.LEAST,
                Set.of(":0\r\n", ":-1\r\n", ":9223372036854775807\r\n", "|1\r\n+a\r\n+b\r\n:1\r\n"),
                ":0\r\n");
        assertRefused(Joins.LEAST, Set.of("*2\r\n:1\r\n:2\r\n"), "*2\r\n:1\r\n:2\r\n");
        assertRefused(Joins.TEXT, Set.of("$0\r\n\r\n", "$1\r\na\r\n"), "$1\r\na\r\n");
        assertRefused(Joins.TEXT, Set.of("=7\r\ntxt:abc\r\n", "=4\r\ntxt:\r\n"), "=4\r\ntxt:\r\n");
        assertRefused(Joins.PICK, Set.of("$0\r\n\r\n", "$1\r\na\r\n", "$-1\r\n", "_\r\n"), "$-1\r\n");
        assertRefused(Joins.GREATEST, Set.of("*0\r\n"), "*0\r\n");
        assertRefused(Joins.GREATEST, Set.of("*2\r\n$1\r\na\r\n:2\r\n"), "*2\r\n$1\r\na\r\n:3\r\n");
        Set<String> sets = Set.of("~0\r\n", "~2\r\n$1\r\na\r\n$1\r\nb\r\n", "~?\r\n.\r\n");
        Set<String> arrays = new HashSet<>(SHAPES);
        arrays.removeIf(each -> !(each.startsWith("*") || each.startsWith("|1\r\n+a\r\n+b\r\n*"))
                || each.equals("*-1\r\n")
                || each.contains(">"));
        for (Joins join : List.of(Joins.CONCAT, Joins.UNION, Joins.INTERSECTION, Joins.DIFFERENCE)) {
            assertRefused(join, sets, "~0\r\n");
            assertRefused(join, arrays, "*0\r\n");
        }
        assertRefused(new MgetJoin(new int[] {0, 1}), valuesOfOne(), "*1\r\n$1\r\nx\r\n");
        assertRefused(
                new InfoJoin("alpha", 2, 7, true, false),
                Set.of("$0\r\n\r\n", "$1\r\na\r\n", "=7\r\ntxt:abc\r\n", "=4\r\ntxt:\r\n"),
                "$1\r\na\r\n");
    }

    private static Set<String> valuesOfOne() {
        return Set.of(
                "*1\r\n$1\r\na\r\n",
                "*1\r\n_\r\n",
                "*?\r\n$1\r\na\r\n.\r\n",
                "|1\r\n+a\r\n+b\r\n*1\r\n$1\r\na\r\n",
                "*1\r\n|1\r\n+a\r\n+b\r\n$1\r\na\r\n");
    }

    /// Joins each shape with a good part, in both orders.
    private static void assertRefused(Join join, Set<String> expected, String good) {
        for (String shape : SHAPES) {
            if (!(join instanceof MgetJoin)) {
                assertThat(joined(join, good, shape).startsWith("-ERR "))
                        .as("%s of %s behind %s", join, shape, good)
                        .isEqualTo(!expected.contains(shape));
            }
            assertThat(joined(join, shape, good).startsWith("-ERR "))
                    .as("%s of %s before %s", join, shape, good)
                    .isEqualTo(!expected.contains(shape));
        }
    }

    @ParameterizedTest
    @EnumSource(Joins.class)
    void theRepliesOfNodesAreNotChanged(Joins join) {
        for (String shape : SHAPES) {
            List<byte[]> replies = bytes(shape, shape);
            join.of(replies);
            for (byte[] reply : replies) {
                assertThat(reply).isEqualTo(shape.getBytes(ISO_8859_1));
            }
        }
    }

    @Test
    void everyPolicyHasARuleOrSaysThatItHasNone() {
        Set<Policy> without = new HashSet<>();
        Set<Joins> used = new HashSet<>();
        for (Policy policy : Policy.values()) {
            try {
                used.add(Joins.of(policy));
            } catch (IllegalStateException e) {
                assertThat(e).hasMessageContaining(policy.name());
                without.add(policy);
            }
        }
        assertThat(without)
                .containsExactlyInAnyOrder(
                        Policy.SPLIT_MGET,
                        Policy.SCAN,
                        Policy.FORWARD,
                        Policy.ANY,
                        Policy.OWN,
                        Policy.OWN_AT_ONCE,
                        Policy.OWN_IF_BLOCK,
                        Policy.OWN_IF_FREE,
                        Policy.KEEP,
                        Policy.PUBLISH,
                        Policy.LOCAL,
                        Policy.REFUSED);
        Set<Joins> bySetCommands = Set.of(Joins.INTERSECTION, Joins.DIFFERENCE);
        for (Joins join : Joins.values()) {
            assertThat(used.contains(join)).as("%s", join).isNotEqualTo(bySetCommands.contains(join));
        }
    }

    // ---- one answer -------------------------------------------------------------------------------------------------

    @Test
    void msetIsOkWhenEveryPartIs() {
        assertThat(joined(Joins.OK, "+OK\r\n")).isEqualTo("+OK\r\n");
        assertThat(joined(Joins.OK, "+OK\r\n", "+OK\r\n", "+OK\r\n")).isEqualTo("+OK\r\n");
        assertThat(joined(Joins.OK, "+OK\r\n", "+QUEUED\r\n")).isEqualTo(NO_OK);
        assertThat(joined(Joins.OK, ":1\r\n", "+OK\r\n")).isEqualTo(NO_OK);
    }

    @Test
    void sameIsWhatAllShardsSay() {
        for (String shape : SHAPES) {
            assertThat(joined(Joins.SAME, shape)).isEqualTo(shape);
            assertThat(joined(Joins.SAME, shape, shape, shape)).isEqualTo(shape);
        }
        assertThat(joined(Joins.SAME, "+OK\r\n", "+OK\r\n", "+ok\r\n")).isEqualTo(DISAGREE);
        assertThat(joined(Joins.SAME, "$1\r\na\r\n", "+a\r\n")).isEqualTo(DISAGREE);
    }

    @Test
    void aScriptExistsWhereEveryShardKnowsIt() {
        assertThat(joined(Joins.SCRIPT, "$3\r\nsha\r\n", "$3\r\nsha\r\n")).isEqualTo("$3\r\nsha\r\n");
        assertThat(joined(Joins.SCRIPT, "+OK\r\n", "+OK\r\n")).isEqualTo("+OK\r\n");
        assertThat(joined(Joins.SCRIPT, "*1\r\n:1\r\n")).isEqualTo("*1\r\n:1\r\n");
        assertThat(joined(Joins.SCRIPT, "*3\r\n:1\r\n:1\r\n:0\r\n", "*3\r\n:0\r\n:1\r\n:1\r\n"))
                .isEqualTo("*3\r\n:0\r\n:1\r\n:0\r\n");
        assertThat(joined(Joins.SCRIPT, "*1\r\n:1\r\n", "*1\r\n:0\r\n")).isEqualTo("*1\r\n:0\r\n");
        assertThat(joined(Joins.SCRIPT, "$3\r\nsha\r\n", "$3\r\nshb\r\n")).isEqualTo(NO_NUMBER);
        assertThat(joined(Joins.SCRIPT, "*1\r\n:1\r\n", "*2\r\n:1\r\n:1\r\n")).isEqualTo(DISAGREE);
    }

    @Test
    void randomkeyIsOneOfTheKeysAndNullOnlyWhereNoShardHasOne() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            seen.add(joined(Joins.PICK, "$-1\r\n", "$1\r\na\r\n", "$-1\r\n", "$1\r\nb\r\n"));
        }
        assertThat(seen).containsExactlyInAnyOrder("$1\r\na\r\n", "$1\r\nb\r\n");
        assertThat(joined(Joins.PICK, "$-1\r\n", "$-1\r\n")).isEqualTo("$-1\r\n");
        assertThat(joined(Joins.PICK, "_\r\n", "_\r\n")).isEqualTo("_\r\n");
        assertThat(joined(Joins.PICK, "_\r\n", "$0\r\n\r\n")).isEqualTo("$0\r\n\r\n");
        assertThat(joined(Joins.PICK, "$1\r\na\r\n", "*1\r\n$1\r\na\r\n")).isEqualTo(NO_TEXT);
    }

    @Test
    void textsStandOneBehindTheOther() {
        assertThat(joined(Joins.TEXT, "$3\r\na\r\n\r\n")).isEqualTo("$3\r\na\r\n\r\n");
        assertThat(joined(Joins.TEXT, "$2\r\na\n\r\n", "$0\r\n\r\n", "$2\r\nb\n\r\n"))
                .isEqualTo("$4\r\na\nb\n\r\n");
        assertThat(joined(Joins.TEXT, "=6\r\ntxt:a\n\r\n", "=6\r\ntxt:b\n\r\n")).isEqualTo("=8\r\ntxt:a\nb\n\r\n");
        assertThat(joined(Joins.TEXT, "$1\r\na\r\n", "=5\r\ntxt:b\r\n")).isEqualTo(DISAGREE);
        assertThat(joined(Joins.TEXT, "$-1\r\n", "$-1\r\n")).isEqualTo(NO_TEXT);
        assertThat(joined(Joins.TEXT, "+a\r\n", "+b\r\n")).isEqualTo(NO_TEXT);
    }

    // ---- numbers ----------------------------------------------------------------------------------------------------

    @Test
    void countsAreAddedUpAndNeverOverflow() {
        assertThat(joined(Joins.SUM, ":7\r\n")).isEqualTo(":7\r\n");
        assertThat(joined(Joins.SUM, ":2\r\n", ":-1\r\n", ":9000000000\r\n")).isEqualTo(":9000000001\r\n");
        assertThat(joined(Joins.SUM, ":9223372036854775807\r\n", ":0\r\n")).isEqualTo(":9223372036854775807\r\n");
        assertThat(joined(Joins.SUM, ":9223372036854775807\r\n", ":1\r\n")).isEqualTo(TOO_LARGE);
        assertThat(joined(Joins.SUM, ":-9223372036854775807\r\n", ":-2\r\n")).isEqualTo(TOO_LARGE);
        assertThat(joined(Joins.SUM, ":1\r\n", ":9223372036854775808\r\n")).isEqualTo(NO_NUMBER);
        assertThat(joined(Joins.SUM, ":1\r\n", "$1\r\n1\r\n")).isEqualTo(NO_NUMBER);
        assertThat(joined(Joins.SUM, ":1\r\n", "(1\r\n")).isEqualTo(NO_NUMBER);
        assertThat(joined(Joins.SUM, ":1\r\n", ":-\r\n")).isEqualTo(NO_NUMBER);
    }

    @Test
    void ofReplicasTheSmallestNumberStands() {
        assertThat(joined(Joins.LEAST, ":2\r\n", ":0\r\n", ":1\r\n")).isEqualTo(":0\r\n");
        assertThat(joined(Joins.LEAST, "*2\r\n:1\r\n:5\r\n", "*2\r\n:2\r\n:-4\r\n"))
                .isEqualTo("*2\r\n:1\r\n:-4\r\n");
        assertThat(joined(Joins.LEAST, "*1\r\n:1\r\n")).isEqualTo("*1\r\n:1\r\n");
        assertThat(joined(Joins.LEAST, "*0\r\n", "*0\r\n")).isEqualTo("*0\r\n");
    }

    @Test
    void waitRefusesWhatIsNoNumber() {
        assertThat(joined(Joins.LEAST, "+OK\r\n", "+OK\r\n")).isEqualTo(NO_NUMBER);
        assertThat(joined(Joins.LEAST, ":1\r\n", "*1\r\n:1\r\n")).isEqualTo(DISAGREE);
        assertThat(joined(Joins.LEAST, "*2\r\n:1\r\n:5\r\n", "*1\r\n:1\r\n")).isEqualTo(DISAGREE);
        assertThat(joined(Joins.LEAST, "*2\r\n:1\r\n$1\r\n5\r\n")).isEqualTo(NO_NUMBER);
        assertThat(joined(Joins.LEAST, "*?\r\n:1\r\n.\r\n")).isEqualTo(NO_NUMBER);
    }

    @Test
    void ofEachNameTheLargestNumberStands() {
        String first = "*4\r\n$1\r\na\r\n:2\r\n$2\r\n:0\r\n:0\r\n";
        String second = "*4\r\n$1\r\na\r\n:0\r\n$2\r\n:0\r\n:3\r\n";
        assertThat(joined(Joins.GREATEST, first)).isEqualTo(first);
        assertThat(joined(Joins.GREATEST, first, second, first)).isEqualTo("*4\r\n$1\r\na\r\n:2\r\n$2\r\n:0\r\n:3\r\n");
        assertThat(joined(Joins.GREATEST, "*0\r\n", "*0\r\n")).isEqualTo("*0\r\n");
        assertThat(joined(Joins.GREATEST, first, "*2\r\n$1\r\na\r\n:2\r\n")).isEqualTo(DISAGREE);
        assertThat(joined(Joins.GREATEST, first, "*4\r\n$1\r\nb\r\n:2\r\n$2\r\n:0\r\n:0\r\n"))
                .isEqualTo(DISAGREE);
        assertThat(joined(Joins.GREATEST, "*1\r\n$1\r\na\r\n")).isEqualTo(NO_NUMBERS_BY_NAME);
        assertThat(joined(Joins.GREATEST, "*2\r\n$1\r\na\r\n$1\r\n2\r\n")).isEqualTo(NO_NUMBERS_BY_NAME);
        assertThat(joined(Joins.GREATEST, "*2\r\n:1\r\n:2\r\n")).isEqualTo(NO_NUMBERS_BY_NAME);
    }

    // ---- lists ------------------------------------------------------------------------------------------------------

    @Test
    void listsStandOneBehindTheOtherWithAllThatTheirElementsHold() {
        assertThat(joined(Joins.CONCAT, "*1\r\n$1\r\na\r\n", "*0\r\n", "*2\r\n$1\r\na\r\n*1\r\n$-1\r\n"))
                .isEqualTo("*3\r\n$1\r\na\r\n$1\r\na\r\n*1\r\n$-1\r\n");
        assertThat(joined(Joins.CONCAT, "~1\r\n%1\r\n+a\r\n,1.5\r\n", "~1\r\n(9\r\n"))
                .isEqualTo("~2\r\n%1\r\n+a\r\n,1.5\r\n(9\r\n");
        assertThat(joined(Joins.CONCAT, "*?\r\n+a\r\n.\r\n", "*1\r\n+b\r\n")).isEqualTo("*2\r\n+a\r\n+b\r\n");
        assertThat(joined(Joins.CONCAT, "*0\r\n", "~0\r\n")).isEqualTo(DISAGREE);
        assertThat(joined(Joins.CONCAT, "*0\r\n", "*-1\r\n")).isEqualTo(NO_LIST);
        assertThat(joined(Joins.CONCAT, "%0\r\n", "%0\r\n")).isEqualTo(NO_LIST);
    }

    @Test
    void theUnionHasEachElementOnce() {
        assertThat(joined(
                        Joins.UNION,
                        "*2\r\n$1\r\na\r\n$1\r\nb\r\n",
                        "*2\r\n$1\r\nb\r\n$1\r\nc\r\n",
                        "*1\r\n$1\r\na\r\n"))
                .isEqualTo("*3\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n");
        assertThat(joined(Joins.UNION, "~1\r\n$1\r\na\r\n", "~0\r\n")).isEqualTo("~1\r\n$1\r\na\r\n");
    }

    @Test
    void setsAreIntersectedAndSubtractedFromTheFirst() {
        String abc = "*3\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n";
        String bc = "*2\r\n$1\r\nc\r\n$1\r\nb\r\n";
        String c = "*1\r\n$1\r\nc\r\n";
        assertThat(joined(Joins.INTERSECTION, abc, bc, c)).isEqualTo(c);
        assertThat(joined(Joins.INTERSECTION, abc, "*0\r\n")).isEqualTo("*0\r\n");
        assertThat(joined(Joins.DIFFERENCE, abc, bc)).isEqualTo("*1\r\n$1\r\na\r\n");
        assertThat(joined(Joins.DIFFERENCE, bc, abc)).isEqualTo("*0\r\n");
        assertThat(joined(Joins.DIFFERENCE, "~2\r\n$1\r\na\r\n$1\r\nb\r\n", "~1\r\n$1\r\nb\r\n"))
                .isEqualTo("~1\r\n$1\r\na\r\n");
        assertThat(joined(Joins.DIFFERENCE, abc, "~1\r\n$1\r\nb\r\n")).isEqualTo(DISAGREE);
        assertThat(joined(Joins.INTERSECTION, abc, "$1\r\nb\r\n")).isEqualTo(NO_LIST);
    }

    @Test
    void setAlgebraIsThatOfJavasSets() {
        Random random = new Random(20_260_711);
        for (int round = 0; round < 300; round++) {
            List<Set<Integer>> sets = new ArrayList<>();
            String[] parts = new String[1 + random.nextInt(4)];
            for (int part = 0; part < parts.length; part++) {
                Set<Integer> set = new HashSet<>();
                for (int i = random.nextInt(12); i > 0; i--) {
                    set.add(random.nextInt(15));
                }
                sets.add(set);
                parts[part] = array(set);
            }
            Set<Integer> union = new HashSet<>();
            Set<Integer> intersection = new HashSet<>(sets.getFirst());
            Set<Integer> difference = new HashSet<>(sets.getFirst());
            sets.forEach(union::addAll);
            sets.forEach(intersection::retainAll);
            sets.stream().skip(1).forEach(difference::removeAll);
            assertThat(members(joined(Joins.UNION, parts))).isEqualTo(members(array(union)));
            assertThat(members(joined(Joins.INTERSECTION, parts))).isEqualTo(members(array(intersection)));
            assertThat(members(joined(Joins.DIFFERENCE, parts))).isEqualTo(members(array(difference)));
        }
    }

    private static String array(Set<Integer> set) {
        StringBuilder array = new StringBuilder("*" + set.size() + "\r\n");
        set.forEach(each -> array.append("$1\r\n").append((char) ('a' + each)).append("\r\n"));
        return array.toString();
    }

    private static Set<String> members(String array) {
        return Set.of(array.replace("$1\r\n", "").split("\r\n"));
    }

    // ---- MGET -------------------------------------------------------------------------------------------------------

    @Test
    void valuesComeInTheOrderOfTheKeys() {
        Join join = new MgetJoin(new int[] {2, 0, 2, 5, 0});
        assertThat(joined(join, "*2\r\n$2\r\na1\r\n$-1\r\n", "*2\r\n$0\r\n\r\n$4\r\nx\r\ny\r\n", "*1\r\n_\r\n"))
                .isEqualTo("*5\r\n$0\r\n\r\n$2\r\na1\r\n$4\r\nx\r\ny\r\n_\r\n$-1\r\n");
        assertThat(joined(new MgetJoin(new int[] {0}), "*1\r\n$1\r\na\r\n")).isEqualTo("*1\r\n$1\r\na\r\n");
        assertThat(joined(new MgetJoin(new int[] {0, -1}), "*1\r\n$1\r\na\r\n", "*1\r\n$1\r\nb\r\n"))
                .isEqualTo("*2\r\n$1\r\nb\r\n$1\r\na\r\n");
    }

    @Test
    void tooFewOrTooManyValuesAreAnError() {
        Join join = new MgetJoin(new int[] {0, 1, 1});
        String good = "*1\r\n$1\r\na\r\n";
        for (String wrong : List.of(
                "*0\r\n",
                "*1\r\n$1\r\nb\r\n",
                "*3\r\n$1\r\nb\r\n$1\r\nc\r\n$1\r\nd\r\n",
                "*2\r\n$1\r\nb\r\n:1\r\n",
                "*2\r\n$1\r\nb\r\n*0\r\n",
                "*2\r\n$1\r\nb\r\n-ERR no\r\n",
                "$2\r\nbc\r\n")) {
            assertThat(joined(join, good, wrong)).as(wrong).isEqualTo(NO_VALUES);
        }
    }

    // ---- INFO -------------------------------------------------------------------------------------------------------

    @Test
    void infoOfOneShardIsTheNodesOwnBehindThatOfTheProxy() {
        assertThat(joined(new InfoJoin("alpha", 1, 7, false, false), "$10\r\n# S\r\na:b\r\n\r\n"))
                .as("another section than the proxy's")
                .isEqualTo("$10\r\n# S\r\na:b\r\n\r\n");
        assertThat(joined(new InfoJoin("alpha", 1, 7, true, false), "$10\r\n# S\r\na:b\r\n\r\n"))
                .isEqualTo(text("# S\r\na:b\r\n", 1));
        assertThat(joined(new InfoJoin("alpha", 1, 7, true, true), "=14\r\ntxt:# S\r\na:b\r\n\r\n"))
                .startsWith("=")
                .contains("\r\ntxt:# Proxy\r\n")
                .endsWith("\r\n\r\n# S\r\na:b\r\n\r\n");
    }

    @Test
    void infoOfSeveralShardsAddsUpWhatCanBe() {
        String first = lines(
                "# Server",
                "version:1",
                "used_memory:10",
                "keyspace_hits:9999999999999999999",
                "evicted_keys:x",
                "# Keyspace",
                "db0:keys=4,expires=1,avg_ttl=7");
        String second = lines(
                "version:2",
                "used_memory:-1",
                "keyspace_hits:9999999999999999999",
                "evicted_keys:1",
                "db0:keys=1,expires=x,subexpiry=3",
                "db3:keys=2,expires=2,avg_ttl=0",
                "noise");
        String sum = lines(
                "# Server",
                "version:1",
                "used_memory:10",
                "keyspace_hits:19999999999999999998",
                "evicted_keys:x",
                "# Keyspace",
                "db0:keys=5,expires=1,avg_ttl=0",
                "db3:keys=2,expires=2,avg_ttl=0",
                "");
        assertThat(joined(new InfoJoin("alpha", 2, 7, true, false), bulk(first), bulk(second)))
                .isEqualTo(text(sum, 2));
        assertThat(joined(
                        new InfoJoin("alpha", 3, 7, true, false),
                        bulk("used_memory:5"),
                        bulk(""),
                        bulk("used_memory:6")))
                .isEqualTo(text("used_memory:11\r\n", 3));
        assertThat(joined(new InfoJoin("alpha", 2, 7, true, false), bulk("a:b"), "+a:b\r\n"))
                .isEqualTo(NO_INFO);
    }

    private static String lines(String... lines) {
        return String.join("\r\n", lines) + "\r\n";
    }

    private static String text(String body, int shards) {
        return bulk("# Proxy\r\nproxy:cobnut\r\nproxy_pool:alpha\r\nproxy_shards:" + shards
                + "\r\nproxy_clients_on_this_loop:7\r\n\r\n" + body);
    }

    private static String bulk(String text) {
        return "$" + text.length() + "\r\n" + text + "\r\n";
    }

    private static String joined(Join join, String... replies) {
        return new String(join.of(bytes(replies)), ISO_8859_1);
    }

    private static List<byte[]> bytes(String... replies) {
        List<byte[]> bytes = new ArrayList<>();
        for (String reply : replies) {
            bytes.add(reply.getBytes(ISO_8859_1));
        }
        return bytes;
    }
}

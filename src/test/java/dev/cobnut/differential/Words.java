package dev.cobnut.differential;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the `<words>` of a request's form may stand for. Few different ones, so that requests meet.
final class Words {
    private static final Pattern WORD = Pattern.compile("<(\\w+)>");
    private static final String TYPES = "shltzxgp";
    private static final int KEYS_OF_A_TYPE = 6;

    private static final List<String> VALUES = List.of(
            "0",
            "1",
            "-7",
            "12345678901",
            "9223372036854775807",
            "3.25",
            "1e5",
            "",
            "a",
            "hello",
            "Hello World",
            "a\r\nb",
            "\r\n",
            "\0",
            "x\0y",
            "na\u00c3\u00afve",
            "\u00ff\u00fe",
            "+OK\r\n",
            "$-1\r\n",
            "nan",
            "inf");
    private static final List<String> MEMBERS =
            List.of("1", "2", "3", "4", "5", "66", "777", "-8", "a", "b", "mm", "z", "", "\r\n", "\u00c3\u00bc\0");
    static final List<String> SCRIPTS = List.of(
            "return {KEYS[1],ARGV[1]}",
            "return redis.call('GET',KEYS[1])",
            "return redis.pcall('INCR',KEYS[1])",
            "redis.call('SET',KEYS[1],ARGV[1]) return redis.status_reply('DONE')",
            "return redis.error_reply('MY error')",
            "return {1,2.9,'x',false,{true,{},3}}",
            "redis.setresp(3) return redis.call('HGETALL',KEYS[1])",
            "redis.setresp(3) return {double=1.5}",
            "return #ARGV",
            "error('boom')",
            "return nosuch",
            "not lua");
    private static final List<String> LIBRARIES = List.of("one", "two");

    /// DUMP of the strings "7" and "hello", a list and a sorted set by 7.0, and a broken one.
    private static final List<String> DUMPS = List.of(
            unhexed("00c0070a0074cd48a283abce92"),
            unhexed("000568656c6c6f0a006372df766534200a"),
            unhexed("1201020d0d0000000200816102816202ff0a0068eb0a891341bbb1"),
            unhexed("110c0c0000000200816d020101ff0a0026e3fd9ddd7d6ecb"),
            "broken");

    private final Random random;
    private final boolean tagged;
    private int tag;
    private int nextStreamId = 1;

    /// @param tagged whether keys have hash tags, of which the keys of a request mostly share one
    Words(Random random, boolean tagged) {
        this.random = random;
        this.tagged = tagged;
    }

    /// A new common hash tag.
    void nextRequest() {
        tag = random.nextInt(4) == 0 ? -1 : random.nextInt(4);
    }

    /// A word of a form, with what stands between angle brackets replaced.
    String expand(String word) {
        if (word.indexOf('<') < 0) {
            return word;
        }
        Matcher matcher = WORD.matcher(word);
        StringBuilder out = new StringBuilder();
        while (matcher.find()) {
            matcher.appendReplacement(out, Matcher.quoteReplacement(one(matcher.group(1))));
        }
        return matcher.appendTail(out).toString();
    }

    private String one(String word) {
        return switch (word) {
            case "s", "h", "l", "t", "z", "x", "g", "p" -> key(word.charAt(0));
            case "k" -> key(TYPES.charAt(random.nextInt(TYPES.length())));
            case "v" -> random.nextInt(60) == 0 ? "long ".repeat(random.nextInt(800)) : pick(VALUES);
            case "w" -> "w" + random.nextInt(3);
            case "i" -> Integer.toString(random.nextInt(12) - 4);
            case "n" -> Integer.toString(1 + random.nextInt(5));
            case "o" -> Integer.toString(random.nextInt(100));
            case "f" -> pick(List.of("0.5", "-1.25", "3", "1e2", "x"));
            case "db" -> Integer.toString(random.nextInt(8) > 0 ? random.nextInt(4) : random.nextInt(18));
            case "far" -> Integer.toString(100_000 + random.nextInt(3) * 100_000);
            case "at" -> Long.toString(4_102_444_800L + random.nextInt(3));
            case "past" -> pick(List.of("0", "-1", "1").subList(0, 2));
            case "tiny" -> "0.001";
            case "fld" -> pick(List.of("f1", "f2", "f3", "n", "", "\r\n\0"));
            case "m" -> pick(MEMBERS);
            case "sc" -> pick(List.of("0", "1", "2", "2.5", "-3", "inf", "-inf", "1e3"));
            case "rng" -> pick(List.of("-inf", "+inf", "(1", "2", "(2.5", "x"));
            case "lex" -> pick(List.of("-", "+", "[a", "(mm", "[z", "x"));
            case "lon" -> Integer.toString(random.nextInt(300) - 150);
            case "lat" -> Integer.toString(random.nextInt(160) - 80);
            case "xid" -> random.nextInt(6) == 0 ? id() : nextStreamId++ / 3 + "-*";
            case "id" -> id();
            case "grp" -> "g" + random.nextInt(2);
            case "con" -> "c" + random.nextInt(2);
            case "ch" -> "c" + random.nextInt(4);
            case "pat" -> pick(List.of("c*", "c[0-2]", "d*"));
            case "lua" -> pick(SCRIPTS);
            case "sha" -> random.nextInt(9) == 0 ? "0".repeat(40) : sha1(pick(SCRIPTS));
            case "lib" -> pick(LIBRARIES);
            case "fn" -> pick(LIBRARIES) + pick(List.of("_get", "_set", "_none"));
            case "code" -> library(pick(LIBRARIES));
            case "dump" -> pick(DUMPS);
            default -> throw new IllegalArgumentException("<" + word + ">");
        };
    }

    private String key(char type) {
        int chance = random.nextInt(40);
        if (chance == 0) {
            return pick(List.of("", "\r\n", "\0", "{}", "{", "k\u00c3\u00a4se"));
        }
        char kind = chance < 5 ? TYPES.charAt(random.nextInt(TYPES.length())) : type;
        int number = random.nextInt(KEYS_OF_A_TYPE);
        int place = random.nextInt(12) == 0 ? random.nextInt(4) : tag;
        return tagged && place >= 0 ? "%c{%c}%d".formatted(kind, (char) ('a' + place), number) : "" + kind + number;
    }

    private String id() {
        return random.nextInt(Math.max(1, nextStreamId / 3) + 1) + "-" + random.nextInt(2);
    }

    private static String library(String name) {
        return """
                #!lua name=%1$s
                redis.register_function{function_name='%1$s_get', flags={'no-writes'},
                  callback=function(keys, args) return redis.call('GET', keys[1]) end}
                redis.register_function('%1$s_set', function(keys, args)
                  return redis.call('SET', keys[1], args[1]) end)
                """.formatted(name);
    }

    private static String unhexed(String digits) {
        return new String(HexFormat.of().parseHex(digits), ISO_8859_1);
    }

    private static String sha1(String script) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(script.getBytes(ISO_8859_1));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private String pick(List<String> from) {
        return from.get(random.nextInt(from.size()));
    }
}

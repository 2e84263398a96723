package dev.cobnut.config;

import static dev.cobnut.config.ConfigTexts.pool;
import static dev.cobnut.config.ConfigTexts.problems;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What is refused, and with which words. Each row is a text and all that is said about it.
class ConfigRefusalTest {
    private static final String SERVER_FORMS =
            "(expected: HOST:PORT:WEIGHT or /PATH:WEIGHT, each with an optional NAME after a blank)";
    private static final String LISTEN_FORMS =
            "(expected: HOST:PORT, or /PATH or \"/PATH MODE\" with an octal mode for a unix socket)";
    private static final String INT_MAX = "2147483647";

    record Row(String yaml, List<String> problems) {
        @Override
        public String toString() {
            return yaml.replace("\n", "\\n");
        }
    }

    /// The line is added to a good pool, of which it is line 6.
    private static Row key(String line, String problem) {
        return new Row(pool("  " + line + "\n"), List.of("6: pool alpha: " + problem));
    }

    private static Row server(String line, String problem) {
        String yaml = "alpha:\n  listen: 127.0.0.1:1\n  redis: true\n  servers:\n  - " + line + "\n";
        return new Row(yaml, List.of("5: pool alpha: " + problem));
    }

    private static Row listen(String text, String problem) {
        String yaml = "alpha:\n  listen: " + text + "\n  redis: true\n  servers:\n  - h:1:1\n";
        return new Row(yaml, List.of("2: pool alpha: " + problem));
    }

    private static String noMode(String text, String mode) {
        return "listen \"" + text + "\" (mode \"" + mode + "\"; expected: octal, 0 to 0777, or no blank in the text)";
    }

    private static Row whole(String yaml, String... problems) {
        return new Row(yaml, List.of(problems));
    }

    static Stream<Row> values() {
        return Stream.of(
                key("timeout: abc", "timeout \"abc\" (expected: 0 to " + INT_MAX + " milliseconds)"),
                key("timeout: -1", "timeout \"-1\" (expected: 0 to " + INT_MAX + " milliseconds)"),
                key("timeout: 1.5", "timeout \"1.5\" (expected: 0 to " + INT_MAX + " milliseconds)"),
                key("timeout: 400ms", "timeout \"400ms\" (expected: 0 to " + INT_MAX + " milliseconds)"),
                key("timeout: 2147483648", "timeout \"2147483648\" (expected: 0 to " + INT_MAX + " milliseconds)"),
                key("timeout: 4294967297", "timeout \"4294967297\" (expected: 0 to " + INT_MAX + " milliseconds)"),
                key("timeout: ١٢", "timeout \"١٢\" (expected: 0 to " + INT_MAX + " milliseconds)"),
                key("timeout:", "timeout is empty (expected: 0 to " + INT_MAX + " milliseconds)"),
                key("timeout: ''", "timeout is empty (expected: 0 to " + INT_MAX + " milliseconds)"),
                key("timeout: [1]", "timeout is a list (expected: 0 to " + INT_MAX + " milliseconds)"),
                key("backlog: x", "backlog \"x\" (expected: 0 to " + INT_MAX + " connections)"),
                key("client_connections: x", "client_connections \"x\" (expected: 0 to " + INT_MAX + " connections)"),
                key("redis_db: -1", "redis_db \"-1\" (expected: 0 to " + INT_MAX + ")"),
                key("server_connections: 0", "server_connections \"0\" (expected: 1 to " + INT_MAX + " connections)"),
                key(
                        "server_retry_timeout: 1s",
                        "server_retry_timeout \"1s\" (expected: 0 to " + INT_MAX + " milliseconds)"),
                key("server_failure_limit: x", "server_failure_limit \"x\" (expected: 0 to " + INT_MAX + " failures)"),
                key("preconnect: yes", "preconnect \"yes\" (expected: true or false)"),
                key("preconnect: True", "preconnect \"True\" (expected: true or false)"),
                key("tcpkeepalive: on", "tcpkeepalive \"on\" (expected: true or false)"),
                key("auto_eject_hosts: 1", "auto_eject_hosts \"1\" (expected: true or false)"),
                key("reuseport: TRUE", "reuseport \"TRUE\" (expected: true or false)"),
                key(
                        "hash: fnv",
                        "hash \"fnv\" (expected: one of one_at_a_time, md5, crc16, crc32, crc32a, fnv1_64, fnv1a_64,"
                                + " fnv1_32, fnv1a_32, hsieh, murmur, jenkins)"),
                key("distribution: Ketama", "distribution \"Ketama\" (expected: one of ketama, modula, random)"),
                key(
                        "hash_tag: \"{\"",
                        "hash_tag \"{\" (1 bytes; expected: exactly two bytes; \"{}\" needs the quotes)"),
                key("hash_tag: {}", "hash_tag is a mapping (expected: exactly two bytes; \"{}\" needs the quotes)"),
                key("hash_tag: ''", "hash_tag is empty (expected: exactly two bytes; \"{}\" needs the quotes)"),
                key(
                        "redis_auth: ''",
                        "redis_auth is empty (expected: a password, or env:NAME or file:/PATH where one is)"),
                key("redis: true", "redis is there already, on line 3 (expected: once)"),
                key("listen: 127.0.0.1:1", "listen is there already, on line 2 (expected: once)"),
                key("servers: []", "servers is there already, on line 4 (expected: once)"),
                key("time_out: 1", "\"time_out\" is not a key of a pool; did you mean timeout?"),
                key("Timeout: 1", "\"Timeout\" is not a key of a pool; did you mean timeout?"),
                key("zzzzz: 1", "\"zzzzz\" is not a key of a pool"),
                key("sentinels: [h:1]", "\"sentinels\" is not a key of a pool"),
                key(
                        "shards: [a]",
                        "shards in nutcracker's form (expected: servers; or put the pools below pools: and say"
                                + " sentinels:)"));
    }

    static Stream<Row> ownKeys() {
        String allowed = "a command such as config or config|set, @admin, @dangerous, or all)";
        String userForms = "NAME >PASSWORD, or NAME #HASH with the SHA-256 of the password in hexadecimal, each with as"
                + " many passwords as wanted; PASSWORD may be env:NAME or file:/PATH where it is";
        return Stream.of(
                key("allow: confg", "allow \"confg\" (no such command; did you mean config?)"),
                key("allow: config|sett", "allow \"config|sett\" (no such command; did you mean config|set?)"),
                key("allow: zzzzzzzz", "allow \"zzzzzzzz\" (no such command; expected: " + allowed),
                key("allow: '@read'", "allow \"@read\" (expected: " + allowed),
                key("allow: config, config", "allow has \"config\" already, on line 6 (expected: once)"),
                key("allow: config,", "allow has an empty item (expected: a list of " + allowed),
                key("allow: []", "allow is empty (expected: a list of " + allowed),
                key("allow: [[a]]", "allow has a list as an item (expected: a list of " + allowed),
                key("allow: {a: b}", "allow has a mapping as an item (expected: a list of " + allowed),
                key("users: alice >", "users \"alice\" (an empty password; expected: " + userForms + ")"),
                key(
                        "users: alice >a b",
                        "users \"alice\" (a word that begins with neither > nor #; expected: " + userForms + ")"),
                key(
                        "users: 'alice #12'",
                        "users \"alice\" (a hash that is not 64 hexadecimal digits; expected: " + userForms + ")"),
                key(
                        "users: alice #12",
                        "users \"…\" (not shown, as it may be a password; expected: " + userForms
                                + "; YAML wants quotes around a text with a # in it)"),
                key("users: a >1, b >2, a >3", "users has \"a\" already, on line 6 (expected: once)"),
                new Row(
                        pool("  users: default >a\n  redis_auth: b\n"),
                        List.of("6: pool alpha: users has \"default\", whose password is redis_auth on line 7"
                                + " (expected: one of them)")),
                key("commands: get 2 r 1", "commands \"get 2 r 1\" (get is known already; expected: only what is not)"),
                key(
                        "commands: my.get 2 r",
                        "commands \"my.get 2 r\" (3 columns; expected: NAME ARITY FLAGS KEYS, such as"
                                + " mymod.get 2 r 1)"),
                key("commands: [a.b 1 - -, A.B 1 - -]", "commands has \"a.b\" already, on line 6 (expected: once)"),
                key(
                        "reads: slave",
                        "reads \"slave\" (expected: one of master, prefer-replica, replica, prefer-master)"),
                key(
                        "listen_reads: 127.0.0.1:22121",
                        "listen_reads \"127.0.0.1:22121\" is taken on line 2 (expected: an address of its own for"
                                + " each listen and listen_reads)"),
                new Row(
                        pool("  listen_reads: '*:7'\n")
                                + pool("").replace("alpha", "beta").replace("127.0.0.1:22121", "0.0.0.0:7"),
                        List.of("8: pool beta: listen \"0.0.0.0:7\" is taken on line 6 (expected: an address of its own"
                                + " for each pool)")),
                key(
                        "replica_lag_seconds_max: 0",
                        "replica_lag_seconds_max \"0\" (expected: 1 to " + INT_MAX + " seconds)"),
                key("replica_lag_bytes_max: 1M", "replica_lag_bytes_max \"1M\" (expected: 0 to " + INT_MAX + " bytes)"),
                key(
                        "own_connections_max: 0",
                        "own_connections_max \"0\" (expected: 1 to " + INT_MAX + " connections)"));
    }

    static Stream<Row> addresses() {
        return Stream.of(
                listen("22121", "listen \"22121\" " + LISTEN_FORMS),
                listen("''", "listen is empty " + LISTEN_FORMS),
                listen(":22121", "listen \":22121\" (no host; expected: 0.0.0.0:22121 to listen on all addresses)"),
                listen("h:0", "listen \"h:0\" (port \"0\"; expected: 1 to 65535)"),
                listen("h:65536", "listen \"h:65536\" (port \"65536\"; expected: 1 to 65535)"),
                listen("h:x", "listen \"h:x\" (port \"x\"; expected: 1 to 65535)"),
                listen("a b:1", "listen \"a b:1\" (host \"a b\"; expected: HOST:PORT)"),
                listen("/s 01000", noMode("/s 01000", "01000")),
                listen("/s -1", noMode("/s -1", "-1")),
                listen("/s 09", noMode("/s 09", "09")),
                listen("/s 077x", noMode("/s 077x", "077x")),
                listen("/s 0770 x", noMode("/s 0770 x", "x")),
                listen("/s rw", noMode("/s rw", "rw")),
                listen("'/s '", noMode("/s ", "")),
                listen(
                        "/" + "x".repeat(107),
                        "listen \"/" + "x".repeat(99)
                                + "…\" (path of 108 bytes; expected: 107 or fewer for a unix socket)"),
                server("h:6379", "server \"h:6379\" " + SERVER_FORMS),
                server("''", "server \"\" " + SERVER_FORMS),
                server("/run/r.sock", "server \"/run/r.sock\" " + SERVER_FORMS),
                server("h:1:0", "server \"h:1:0\" (weight \"0\"; expected: 1 to " + INT_MAX + ")"),
                server("h:1:x", "server \"h:1:x\" (weight \"x\"; expected: 1 to " + INT_MAX + ")"),
                server("h:1:-1", "server \"h:1:-1\" (weight \"-1\"; expected: 1 to " + INT_MAX + ")"),
                server(
                        "h:1:2147483648",
                        "server \"h:1:2147483648\" (weight \"2147483648\"; expected: 1 to " + INT_MAX + ")"),
                server("h:1:1 a b", "server \"h:1:1 a b\" (weight \"1 a\"; expected: 1 to " + INT_MAX + ")"),
                server("h:1:1  a", "server \"h:1:1  a\" (weight \"1 \"; expected: 1 to " + INT_MAX + ")"),
                server("h:0:1", "server \"h:0:1\" (port \"0\"; expected: 1 to 65535)"),
                server("h:70000:1", "server \"h:70000:1\" (port \"70000\"; expected: 1 to 65535)"),
                server("h::1", "server \"h::1\" (port \"\"; expected: 1 to 65535)"),
                server("/r:x", "server \"/r:x\" (weight \"x\"; expected: 1 to " + INT_MAX + ")"),
                server("[a]", "server is a list " + SERVER_FORMS),
                server("a: b", "server is a mapping " + SERVER_FORMS),
                new Row(
                        pool("  - h:1:1 n\n  - g:1:1 n\n  - 127.0.0.1:6379:9\n"),
                        List.of(
                                "7: pool alpha: server \"g:1:1 n\" has the ring name \"n\" of line 6 (expected: a ring"
                                        + " name of its own; with --sentinel HOST:PORT, servers of one ring name"
                                        + " become one shard)",
                                "8: pool alpha: server \"127.0.0.1:6379:9\" has the ring name \"127.0.0.1:6379\" of"
                                        + " line 5 (expected: a ring name of its own; with --sentinel HOST:PORT,"
                                        + " servers of one ring name become one shard)")),
                new Row(
                        pool("  - h:1:2147483647 n\n"),
                        List.of("1: pool alpha: weights add up to 2147483648 (expected: 2147483647 or less)")));
    }

    static Stream<Row> shapes() {
        String servers = "a list of HOST:PORT:WEIGHT or /PATH:WEIGHT, each with an optional NAME after a blank";
        return Stream.of(
                whole("", "0: the file is empty (expected: at least one pool)"),
                whole("# nothing\n", "0: the file is empty (expected: at least one pool)"),
                whole("---\n", "2: the file is empty (expected: at least one pool)"),
                whole("{}\n", "1: the file is a mapping (expected: at least one pool)"),
                whole("- a\n", "1: the file is a list (expected: at least one pool)"),
                whole("hello\n", "1: the file is a value (expected: at least one pool)"),
                whole("a:\n", "1: pool a has no keys (expected: listen, servers and others, indented below)"),
                whole(
                        "a:\n  redis: true\n",
                        "1: pool a: listen is missing " + LISTEN_FORMS,
                        "1: pool a: servers is missing (expected: " + servers + ")"),
                whole(
                        "a:\n  listen: h:1\n  redis: true\n  servers: h:1:1\n",
                        "4: pool a: servers is a value (expected: " + servers + ")"),
                whole(
                        "a:\n  listen: h:1\n  redis: true\n  servers:\n",
                        "4: pool a: servers is empty (expected: " + servers + ")"),
                whole(
                        "a:\n  listen: h:1\n  redis: true\n  servers: []\n",
                        "4: pool a: servers is empty (expected: " + servers + ")"),
                whole(
                        "a:\n  listen: h:1\n  servers:\n  - h:1:1\n",
                        "1: pool a: redis: true is missing (memcached pools are not supported, and without it"
                                + " nutcracker speaks memcached)"),
                whole(
                        "a:\n  listen: h:1\n  redis: false\n  servers:\n  - h:1:1\n",
                        "3: pool a: redis \"false\" (memcached pools are not supported; expected: true)"),
                whole(
                        "listen: h:1\nredis: true\nservers:\n- h:1:1\n",
                        "1: listen at the top level (expected: a pool's name first, such as \"main:\", and its keys"
                                + " indented below)"),
                whole(
                        "'':\n  listen: h:1\n  redis: true\n  servers:\n  - h:1:1\n",
                        "1: a pool without a name (expected: a name before the colon)"),
                whole(
                        pool("") + pool("").replace(":22121", ":2"),
                        "6: pool alpha is there already, on line 1 (expected: another name)"),
                whole(
                        pool("") + pool("").replace("alpha", "beta"),
                        "7: pool beta: listen \"127.0.0.1:22121\" is taken on line 2 (expected: an address of its own"
                                + " for each pool)"));
    }

    static Stream<Row> yaml() {
        return Stream.of(
                whole("a: b: c\n", "1: not YAML: mapping values are not allowed here"),
                whole(
                        "a:\n  listen: h:1\n\tredis: true\n",
                        "3: not YAML: found character '\\t(TAB)' that cannot start any token. (Do not use \\t(TAB) for indentation)"),
                whole(
                        "a: \"\\UFFFFFFFF\"\n",
                        "0: not YAML: an escape \\U that is no character (For input string: \"FFFFFFFF\" under radix 16)"),
                whole("a: b\u0001\n", "1: character U+0001 (not allowed in YAML)"),
                whole(pool("") + "\u0007: 1\n", "6: character U+0007 (not allowed in YAML)"),
                whole(pool("") + "---\n" + pool(""), "6: a second document begins (expected: one for each file)"),
                whole(pool("  redis_auth: *secret\n"), "6: an alias (not supported; quote a value that begins with *)"),
                whole(
                        pool("  redis_auth: &secret x\n"),
                        "6: an anchor (not supported; quote a value that begins with &)"),
                whole(pool("  redis_auth: !secret x\n"), "6: a tag (not supported; quote a value that begins with !)"),
                whole(
                        pool("").replace("127.0.0.1:22121", "*:22121"),
                        "2: an alias (not supported; quote a value that begins with *)"),
                whole(
                        pool("").replace("- 127.0.0.1:6379:1", "- &h"),
                        "5: an anchor (not supported; quote a value that begins with &)"),
                whole(pool("  [a]: 1\n"), "6: a list as a key (expected: a word)"),
                whole(pool("  zzz: " + "[".repeat(31) + "\n"), "6: nested too deeply (expected: 32 levels or fewer)"));
    }

    static Stream<Row> cobnut() {
        String head = "sentinels: [s:1]\npools:\n  a:\n    listen: h:1\n";
        return Stream.of(
                whole(
                        "pools:\n  a:\n    listen: h:1\n    shards: [m]\n",
                        "4: pool a: shards without Sentinels that know them (expected: sentinels: at the top level,"
                                + " or --sentinel HOST:PORT)"),
                whole("sentinels: [s:1]\n", "0: no pools (expected: pools: with at least one name below it)"),
                whole("pools:\n", "1: no pools (expected: pools: with at least one name below it)"),
                whole(
                        "sentinels: s:1\npools:\n  a: {listen: h:1, shards: [m]}\n",
                        "1: sentinels is not a list of addresses (expected: - HOST:PORT, one line each)"),
                whole(
                        "sentinels: [s, s:0, s:1, s:1, [x]]\npools:\n  a: {listen: h:1, shards: [m]}\n",
                        "1: sentinel \"s\" (expected: HOST:PORT)",
                        "1: sentinel \"s:0\" (port \"0\"; expected: 1 to 65535)",
                        "1: sentinel s:1 is there already (expected: once)",
                        "1: sentinel is a list (expected: HOST:PORT)"),
                whole(
                        head + "    shards: [m]\nsentinel: x\n",
                        "6: \"sentinel\" is not a key of the top level (expected: pools, sentinels, sentinel_user, sentinel_password or vip; a pool stands"
                                + " below pools:; did you mean sentinels?)"),
                whole(head + "    shards: [m]\npools: x\n", "6: pools is there already (expected: once)"),
                whole(
                        head,
                        "3: pool a: servers or shards is missing (expected: a list of HOST:PORT:WEIGHT or"
                                + " /PATH:WEIGHT, each with an optional NAME after a blank)"),
                whole(
                        head + "    redis: false\n    shards: [m]\n",
                        "5: pool a: redis \"false\" (memcached pools are not supported; expected: true)"),
                whole(
                        head + "    shards:\n    - h:1:1 m\n    - m\n    - m\n    - [x]\n",
                        "6: pool a: shard \"h:1:1 m\" (expected: a Sentinel master name; HOST:PORT:WEIGHT belongs"
                                + " below servers)",
                        "8: pool a: shard \"m\" is there already, on line 7 (expected: once)",
                        "8: pool a: shard of \"m\" is there already, on line 7 (expected: once)",
                        "9: pool a: shard is a list (expected: a Sentinel master name, or name, master and weight)"),
                whole(
                        head + "    shards:\n    - {name: n, wieght: 2, weight: 0}\n    - {weight: 1}\n"
                                + "    - {name: x, name: y}\n    - {name: [z], master: m}\n    - {name: q, master: ''}\n",
                        "6: pool a: \"wieght\" is not a key of a shard (expected: name, master or weight; did you mean"
                                + " weight?)",
                        "6: pool a: shard n: weight \"0\" (weight \"0\"; expected: 1 to 2147483647)",
                        "7: pool a: shard without a name (expected: name, or the Sentinel master name as master)",
                        "8: pool a: shard has name twice (expected: once)",
                        "9: pool a: shard: name is a list (expected: a value)",
                        "10: pool a: shard: master \"\" (expected: a Sentinel master name; HOST:PORT:WEIGHT belongs"
                                + " below servers)"),
                whole(
                        head + "    shards: [m]\n    servers:\n    - h:1:1 m\n    - h:2:1 n\n    - h:3:2 n\n",
                        "7: pool a: server \"h:1:1 m\" has the ring name \"m\" of line 5, a shard (expected: a ring"
                                + " name of its own)",
                        "9: pool a: server \"h:3:2 n\" has the ring name \"n\" of line 8 but not its weight 1"
                                + " (expected: one weight, as they become one shard)"));
    }

    @ParameterizedTest
    @MethodSource({"values", "ownKeys", "addresses", "shapes", "yaml", "cobnut"})
    void saysAllThatIsWrong(Row row) {
        assertThat(problems(row.yaml(), false)).containsExactlyElementsOf(row.problems());
    }

    @Test
    void manyProblemsAreReportedTogetherInFileOrder() {
        String yaml = """
                zeta:
                  listen: 127.0.0.1
                  redis: yes
                  timeout: soon
                  servers:
                  - h:1
                alpha:
                  listen: h:70000
                  hash_tag: "{}}"
                  redis: true
                  serverz:
                """;

        assertThat(problems(yaml, false))
                .extracting(text -> text.substring(0, text.indexOf(':')))
                .containsExactly("2", "3", "4", "6", "7", "8", "9", "11");
    }

    @Test
    void reportStaysReadableHoweverMuchIsWrong() {
        List<String> problems = problems(pool("  nonsense: 1\n".repeat(1000)), false);

        assertThat(problems).hasSize(201);
        assertThat(problems.getLast()).isEqualTo("0: 800 more problems");
    }

    @Test
    void passwordsAreNotShown() {
        String yaml = pool("  redis_auth: hush\n  redis_auth: hush\n  timeout: x\n")
                + "b:\n  redis_auth: [hush]\nc:\n  redis_auth: *hush\nd:\n  redis_auth: !hush x\n";

        assertThat(problems(yaml, false)).hasSizeGreaterThan(4).noneMatch(text -> text.contains("hush"));
    }
}

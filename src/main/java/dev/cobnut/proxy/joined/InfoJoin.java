package dev.cobnut.proxy.joined;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cobnut.resp.ReplyCursor;
import dev.cobnut.resp.RespWriter;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// INFO: a section of the proxy first where it is asked for, then the node's own answer; over several shards that
/// of the first one, with the sums of what can be added up (memory, hits, keys, commands). A line that some node
/// has and that is no number there stays as the first one says it.
///
/// Every line but comments has a colon, as clients that split on it expect.
///
/// @param pool its name
/// @param shards how many the pool has
/// @param clients how many are connected to this pool on this loop
/// @param own whether the section of the proxy is asked for
/// @param resp3 which protocol the client speaks
public record InfoJoin(String pool, int shards, int clients, boolean own, boolean resp3) implements Join {
    private static final byte[] WRONG = RespWriter.error("ERR a node answered INFO with something that is not a text");

    private static final Set<String> SUMMED = Set.of(
            "used_memory",
            "used_memory_rss",
            "used_memory_peak",
            "used_memory_dataset",
            "maxmemory",
            "keyspace_hits",
            "keyspace_misses",
            "total_commands_processed",
            "instantaneous_ops_per_sec",
            "expired_keys",
            "evicted_keys",
            "total_net_input_bytes",
            "total_net_output_bytes");

    @Override
    public byte[] of(List<byte[]> replies) {
        List<String> texts = new ArrayList<>();
        for (byte[] reply : replies) {
            String text = text(reply);
            if (text == null) {
                return WRONG;
            }
            texts.add(text);
        }
        String first = own
                ? "# Proxy\r\nproxy:cobnut\r\nproxy_pool:" + pool + "\r\nproxy_shards:" + shards
                        + "\r\nproxy_clients_on_this_loop:" + clients + "\r\n\r\n"
                : "";
        String whole = first + (texts.size() == 1 ? texts.getFirst() : sum(texts));
        return RespWriter.text(whole.getBytes(UTF_8), resp3);
    }

    /// The body of a bulk or verbatim string; null when it is neither.
    private static @Nullable String text(byte[] reply) {
        ReplyCursor cursor = ReplyCursor.on(reply);
        int prefix = cursor.type() == '=' ? RespWriter.VERBATIM_PREFIX : 0;
        if ((cursor.type() != '$' && cursor.type() != '=') || cursor.size() < prefix) {
            return null;
        }
        return new String(reply, cursor.textFrom() + prefix, (int) cursor.size() - prefix, UTF_8);
    }

    private static String sum(List<String> texts) {
        List<Map<String, String>> fields = new ArrayList<>();
        for (String text : texts) {
            fields.add(fields(text));
        }
        StringBuilder sum = new StringBuilder();
        for (String line : texts.getFirst().split("\r\n", -1)) {
            int colon = line.indexOf(':');
            String name = colon < 0 ? "" : line.substring(0, colon);
            if (SUMMED.contains(name)) {
                sum.append(summed(name, line, fields)).append("\r\n");
            } else if (!name.matches("db\\d+")) {
                sum.append(line).append("\r\n");
                if (line.equals("# Keyspace")) {
                    appendKeyspace(sum, fields);
                }
            }
        }
        return sum.toString();
    }

    /// The line with the sum; as it is where one of the values is no number. A node that lacks it counts nothing.
    private static String summed(String name, String line, List<Map<String, String>> fields) {
        BigInteger total = BigInteger.ZERO;
        for (Map<String, String> each : fields) {
            BigInteger number = number(each.getOrDefault(name, "0"));
            if (number == null) {
                return line;
            }
            total = total.add(number);
        }
        return name + ":" + total;
    }

    /// `db0:keys=4,expires=1,avg_ttl=0`
    private static void appendKeyspace(StringBuilder sum, List<Map<String, String>> fields) {
        Map<String, BigInteger[]> databases = new LinkedHashMap<>();
        for (Map<String, String> each : fields) {
            each.forEach((name, value) -> {
                if (name.matches("db\\d+")) {
                    BigInteger[] total =
                            databases.computeIfAbsent(name, _ -> new BigInteger[] {BigInteger.ZERO, BigInteger.ZERO});
                    for (String pair : value.split(",")) {
                        int equals = pair.indexOf('=') + 1;
                        int index = pair.startsWith("keys=") ? 0 : pair.startsWith("expires=") ? 1 : -1;
                        BigInteger number = index < 0 ? null : number(pair.substring(equals));
                        if (number != null) {
                            total[index] = total[index].add(number);
                        }
                    }
                }
            });
        }
        databases.forEach((name, total) -> sum.append(name)
                .append(":keys=")
                .append(total[0])
                .append(",expires=")
                .append(total[1])
                .append(",avg_ttl=0\r\n"));
    }

    private static Map<String, String> fields(String text) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String line : text.split("\r\n")) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 1));
            }
        }
        return fields;
    }

    private static @Nullable BigInteger number(String text) {
        return text.matches("\\d{1,20}") ? new BigInteger(text) : null;
    }
}

package dev.cobnut.proxy.frontend;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cobnut.resp.RespWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// INFO: a section of the proxy first, then the node's own answer; over several shards that of the first one, with
/// the sums of what can be added up (memory, hits, keys, commands).
///
/// Every line but comments has a colon, as clients that split on it expect.
final class InfoReply extends JoinedReply {
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

    private final PoolFront pool;
    private final boolean resp3;
    private final List<Fragment> parts = new ArrayList<>();

    InfoReply(PoolFront pool, boolean resp3) {
        super(pool);
        this.pool = pool;
        this.resp3 = resp3;
    }

    @Override
    Fragment addFragment(int shard) {
        Fragment part = super.addFragment(shard);
        parts.add(part);
        return part;
    }

    @Override
    byte[] join() {
        String text = parts.size() == 1 ? text(parts.getFirst()) : sum();
        String whole = "# Proxy\r\nproxy:cobnut\r\nproxy_pool:"
                + pool.config().name() + "\r\nproxy_shards:" + pool.links().size() + "\r\nproxy_clients_on_this_loop:"
                + pool.clients().size() + "\r\n\r\n" + text;
        return RespWriter.text(whole.getBytes(UTF_8), resp3);
    }

    /// The body of a bulk or verbatim string.
    private static String text(Fragment part) {
        String reply = new String(part.reply(), UTF_8);
        int body = reply.indexOf('\n') + 1 + (reply.startsWith("=") ? RespWriter.VERBATIM_PREFIX : 0);
        return body <= reply.length() - 2 ? reply.substring(body, reply.length() - 2) : "";
    }

    private String sum() {
        List<Map<String, String>> fields = new ArrayList<>();
        for (Fragment part : parts) {
            fields.add(fields(text(part)));
        }
        StringBuilder sum = new StringBuilder();
        for (String line : text(parts.getFirst()).split("\r\n", -1)) {
            int colon = line.indexOf(':');
            String name = colon < 0 ? "" : line.substring(0, colon);
            if (SUMMED.contains(name)) {
                long total = 0;
                for (Map<String, String> each : fields) {
                    total += number(each.getOrDefault(name, "0"));
                }
                sum.append(name).append(':').append(total).append("\r\n");
            } else if (!name.matches("db\\d+")) {
                sum.append(line).append("\r\n");
                if (line.equals("# Keyspace")) {
                    appendKeyspace(sum, fields);
                }
            }
        }
        return sum.toString();
    }

    /// `db0:keys=4,expires=1,avg_ttl=0`
    private static void appendKeyspace(StringBuilder sum, List<Map<String, String>> fields) {
        Map<String, long[]> databases = new LinkedHashMap<>();
        for (Map<String, String> each : fields) {
            each.forEach((name, value) -> {
                if (name.matches("db\\d+")) {
                    long[] total = databases.computeIfAbsent(name, _ -> new long[2]);
                    for (String pair : value.split(",")) {
                        if (pair.startsWith("keys=")) {
                            total[0] += number(pair.substring(5));
                        } else if (pair.startsWith("expires=")) {
                            total[1] += number(pair.substring(8));
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

    private static long number(String text) {
        return text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
    }
}

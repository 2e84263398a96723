package dev.cobnut.admin;

import dev.cobnut.config.Json;
import dev.cobnut.topology.Node;
import dev.cobnut.topology.NodeAddress;
import dev.cobnut.topology.PoolTopology;
import dev.cobnut.topology.SentinelView;
import dev.cobnut.topology.Shard;
import dev.cobnut.topology.Topology;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Who is where, as JSON: the fields of the records in `topology` under their names with underscores. What nobody
/// knows is `null`.
final class TopologyJson {
    private TopologyJson() {}

    /// One object, without a line end.
    static String of(Topology topology) {
        StringBuilder out = new StringBuilder(4096);
        out.append("{\"epoch\":").append(topology.epoch());
        out.append(", \"pools\":");
        array(out, topology.pools(), TopologyJson::pool);
        out.append(", \"sentinels\":");
        array(out, topology.sentinels(), TopologyJson::sentinel);
        return out.append('}').toString();
    }

    private static void pool(StringBuilder out, PoolTopology pool) {
        text(out, "{", "name", pool.pool());
        out.append(", \"shards\":");
        array(out, pool.shards(), TopologyJson::shard);
        out.append('}');
    }

    private static void shard(StringBuilder out, Shard shard) {
        NodeAddress master = shard.master();
        text(out, "{", "name", shard.name());
        out.append(", \"weight\":").append(shard.weight());
        text(out, ", ", "master_name", shard.masterName());
        text(out, ", ", "master", master == null ? null : master.toString());
        out.append(", \"config_epoch\":").append(shard.configEpoch());
        out.append(", \"nodes\":");
        array(out, shard.nodes(), TopologyJson::node);
        out.append(", \"readable\":");
        array(out, shard.readable(), (to, address) -> Json.quote(to, address.toString()));
        out.append(", \"lineage_breaks\":").append(shard.lineageBreaks());
        text(out, ", ", "gate", shard.gate().state().name().toLowerCase(Locale.ROOT));
        text(out, ", ", "gate_why", shard.gate().why());
        out.append('}');
    }

    private static void node(StringBuilder out, Node node) {
        text(out, "{", "address", node.address().toString());
        text(out, ", ", "role", node.role().name().toLowerCase(Locale.ROOT));
        text(out, ", ", "note", node.note());
        out.append('}');
    }

    private static void sentinel(StringBuilder out, SentinelView sentinel) {
        text(out, "{", "address", sentinel.address().toString());
        text(out, ", ", "state", sentinel.state());
        text(out, ", ", "detail", sentinel.detail());
        out.append('}');
    }

    private static void text(StringBuilder out, String before, String field, @Nullable String value) {
        out.append(before);
        Json.quote(out, field);
        out.append(':');
        Json.quote(out, value);
    }

    private static <T> void array(StringBuilder out, List<T> elements, BiConsumer<StringBuilder, T> write) {
        String separator = "[";
        for (T element : elements) {
            out.append(separator);
            write.accept(out, element);
            separator = ", ";
        }
        out.append(elements.isEmpty() ? "[]" : "]");
    }
}

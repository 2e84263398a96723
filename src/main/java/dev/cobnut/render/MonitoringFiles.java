package dev.cobnut.render;

import dev.cobnut.blueprint.Blueprint;
import java.util.List;

/// What Prometheus needs to read the counters of the proxies. Pure.
///
/// The proxies' pages are JSON; json_exporter asks them on Prometheus' behalf, and is told by a file of its own which fields
/// there are.
final class MonitoringFiles {
    /// The counters of a pool, as `/counters` names them.
    static final List<String> POOL = List.of(
            "client_eof",
            "client_err",
            "client_connections",
            "server_ejects",
            "forward_error",
            "fragments",
            "client_turned_away",
            "auth_failed");

    /// The counters of a shard.
    static final List<String> SHARD = List.of(
            "server_eof",
            "server_err",
            "server_timedout",
            "server_connections",
            "server_ejected_at",
            "requests",
            "request_bytes",
            "responses",
            "response_bytes",
            "in_queue",
            "in_queue_bytes",
            "out_queue",
            "out_queue_bytes",
            "writes_refused",
            "subscribers_closed",
            "holds",
            "requests_held",
            "requests_repeated");

    private MonitoringFiles() {}

    static List<Rendered> of(Blueprint blueprint) {
        Blueprint.Proxies proxies = blueprint.proxies();
        if (proxies == null) {
            return List.of();
        }
        return List.of(
                file("shared/prometheus.yml", scrapes(blueprint, proxies)),
                file("shared/json_exporter.yml", fields(blueprint)));
    }

    private static Rendered file(String path, String text) {
        return new Rendered(null, path, text, Rendered.Keeper.COBNUT, false);
    }

    private static String scrapes(Blueprint blueprint, Blueprint.Proxies proxies) {
        StringBuilder text = new StringBuilder(Heading.of(blueprint, "#")).append("""
                # For prometheus.yml. The proxies' counters are JSON: json_exporter, with json_exporter.yml, asks for them.
                scrape_configs:
                  - job_name: cobnut
                    metrics_path: /probe
                    params: {module: [cobnut]}
                    static_configs:
                      - targets:
                """);
        for (String host : proxies.hosts()) {
            text.append("          - http://")
                    .append(IpLiteral.bracketed(blueprint.host(host).address()))
                    .append(':')
                    .append(proxies.stats())
                    .append("/counters\n");
        }
        return text.append("""
                        labels: {stack: %s}
                    relabel_configs:
                      - {source_labels: [__address__], target_label: __param_target}
                      - {source_labels: [__param_target], target_label: instance}
                      # Where json_exporter listens.
                      - {target_label: __address__, replacement: "127.0.0.1:7979"}
                """.formatted(quoted(blueprint.name()))).toString();
    }

    private static String fields(Blueprint blueprint) {
        StringBuilder text = new StringBuilder(Heading.of(blueprint, "#")).append("""
                # For json_exporter --config.file: names as cobnut_pool_client_connections, cobnut_shard_requests.
                modules:
                  cobnut:
                    metrics:
                """);
        for (Blueprint.Cache cache : blueprint.caches()) {
            String pool = path(cache.name());
            object(text, "cobnut_pool", pool, "pool: " + quoted(cache.name()), POOL);
            for (Blueprint.Shard shard : cache.shards()) {
                object(
                        text,
                        "cobnut_shard",
                        pool + path(shard.name()),
                        "pool: " + quoted(cache.name()) + ", shard: " + quoted(shard.name()),
                        SHARD);
            }
        }
        return text.toString();
    }

    private static void object(StringBuilder text, String name, String path, String labels, List<String> values) {
        text.append("      - name: ").append(name).append("\n        type: object\n        path: ");
        text.append(quoted("{" + path + "}"))
                .append("\n        labels: {")
                .append(labels)
                .append("}\n        values:\n");
        for (String value : values) {
            text.append("          ")
                    .append(value)
                    .append(": \"{.")
                    .append(value)
                    .append("}\"\n");
        }
    }

    /// A step of a JSONPath.
    private static String path(String name) {
        return "['" + name.replace("\\", "\\\\").replace("'", "\\'").replace(".", "\\.") + "']";
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}

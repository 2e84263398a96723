package dev.cobnut.cli;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.control.probe.Dial;
import dev.cobnut.control.probe.StrictText;
import dev.cobnut.net.RespConnection;
import dev.cobnut.render.Passwords;
import dev.cobnut.resp.RespValue;
import dev.cobnut.topology.Login;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// What the servers and Sentinels of a blueprint that answer now say of their settings. Asks, and changes nothing. One thread
/// calls; each process is asked on a virtual thread of its own, all at once, and who does not answer within a second, or
/// refuses, is not there.
///
/// @param servers what each says to CONFIG GET *
/// @param sentinels what each says to SENTINEL MASTERS
record Running(
        Map<NodeAddress.Tcp, Map<String, String>> servers, Map<NodeAddress.Tcp, List<Map<String, String>>> sentinels) {
    /// Nobody was asked.
    static final Running NOBODY = new Running(Map.of(), Map.of());

    private static final int TIMEOUT_MILLIS = 1_000;
    private static final int ROWS_MAX = 1_000;

    /// Asks all of them. Blocks for some seconds at most.
    ///
    /// @param host only those of this one; null for all
    /// @throws InterruptedException when this thread is interrupted meanwhile
    static Running ask(Blueprint blueprint, @Nullable String host, Passwords passwords) throws InterruptedException {
        Map<NodeAddress.Tcp, Callable<Map<String, String>>> servers = new LinkedHashMap<>();
        Login login = Login.of(null, passwords.redis());
        for (Blueprint.Redis redis : blueprint.redises()) {
            if (host == null || host.equals(redis.host())) {
                NodeAddress.Tcp address = blueprint.address(redis);
                servers.put(address, () -> config(address, login));
            }
        }
        Map<NodeAddress.Tcp, Callable<List<Map<String, String>>>> sentinels = new LinkedHashMap<>();
        Login sentinelLogin = Login.of(null, passwords.sentinel());
        for (Blueprint.Sentinel sentinel : blueprint.watchers()) {
            if (host == null || host.equals(sentinel.host())) {
                NodeAddress.Tcp address = blueprint.address(sentinel);
                sentinels.put(address, () -> masters(address, sentinelLogin));
            }
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Map<NodeAddress.Tcp, Future<Map<String, String>>> first = begin(threads, servers);
            Map<NodeAddress.Tcp, Future<List<Map<String, String>>>> second = begin(threads, sentinels);
            return new Running(answers(first), answers(second));
        }
    }

    private static <T> Map<NodeAddress.Tcp, Future<T>> begin(
            ExecutorService threads, Map<NodeAddress.Tcp, Callable<T>> calls) {
        Map<NodeAddress.Tcp, Future<T>> begun = new LinkedHashMap<>();
        calls.forEach((address, call) -> begun.put(address, threads.submit(call)));
        return begun;
    }

    private static <T> Map<NodeAddress.Tcp, T> answers(Map<NodeAddress.Tcp, Future<T>> begun)
            throws InterruptedException {
        Map<NodeAddress.Tcp, T> answers = new LinkedHashMap<>();
        for (Map.Entry<NodeAddress.Tcp, Future<T>> each : begun.entrySet()) {
            try {
                answers.put(each.getKey(), each.getValue().get());
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof IOException)) {
                    throw new IllegalStateException(each.getKey() + " could not be asked", e);
                }
            }
        }
        return answers;
    }

    private static Map<String, String> config(NodeAddress.Tcp address, @Nullable Login login) throws IOException {
        try (RespConnection connection = Dial.open(address, login, TIMEOUT_MILLIS)) {
            return fields(connection.command("CONFIG", "GET", "*"));
        }
    }

    private static List<Map<String, String>> masters(NodeAddress.Tcp address, @Nullable Login login)
            throws IOException {
        try (RespConnection connection = Dial.open(address, login, TIMEOUT_MILLIS)) {
            List<Map<String, String>> rows = new ArrayList<>();
            for (RespValue row : StrictText.elements(connection.command("SENTINEL", "MASTERS"))) {
                if (rows.size() < ROWS_MAX) {
                    rows.add(fields(row));
                }
            }
            return rows;
        }
    }

    /// @throws IOException when it is an error, or no list
    private static Map<String, String> fields(RespValue reply) throws IOException {
        List<RespValue> flat = StrictText.elements(reply);
        Map<String, String> fields = new HashMap<>();
        for (int i = 0; i + 1 < flat.size(); i += 2) {
            fields.putIfAbsent(flat.get(i).text(), flat.get(i + 1).text());
        }
        return fields;
    }
}

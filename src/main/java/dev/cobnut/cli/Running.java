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
/// calls; each process is asked on a virtual thread of its own, all at once, and has a second to answer.
///
/// @param servers what each says to CONFIG GET *
/// @param sentinels what each says to SENTINEL MASTERS
/// @param others who was asked in vain
record Running(
        Map<NodeAddress.Tcp, Map<String, String>> servers,
        Map<NodeAddress.Tcp, List<Map<String, String>>> sentinels,
        List<Other> others) {
    /// Nobody was asked.
    static final Running NOBODY = new Running(Map.of(), Map.of(), List.of());

    /// One that has not told its settings.
    ///
    /// @param name its host and port
    /// @param isSentinel or a server
    /// @param refusal what it says, fit for people; null when it does not answer
    record Other(String name, boolean isSentinel, @Nullable String refusal) {
        /// Whether it does not know our password.
        boolean isLockedOut() {
            return refusal != null && (refusal.startsWith("NOAUTH") || refusal.startsWith("WRONGPASS"));
        }
    }

    /// An error in place of an answer. Its message is what the other side says.
    private static final class Refusal extends IOException {
        private static final long serialVersionUID = 1L;

        Refusal(String message) {
            super(message);
        }
    }

    private static final int TIMEOUT_MILLIS = 1_000;
    private static final int ROWS_MAX = 1_000;

    /// Asks all of them. Blocks for some seconds at most.
    ///
    /// @param host only those of this one; null for all
    /// @throws InterruptedException when this thread is interrupted meanwhile
    static Running ask(Blueprint blueprint, @Nullable String host, Passwords passwords) throws InterruptedException {
        Map<NodeAddress.Tcp, Callable<Map<String, String>>> servers = new LinkedHashMap<>();
        Map<NodeAddress.Tcp, String> names = new HashMap<>();
        Login login = Login.of(null, passwords.redis());
        for (Blueprint.Redis redis : blueprint.redises()) {
            if (host == null || host.equals(redis.host())) {
                NodeAddress.Tcp address = blueprint.address(redis);
                names.put(address, redis.host() + ":" + redis.port());
                servers.put(address, () -> config(address, login));
            }
        }
        Map<NodeAddress.Tcp, Callable<List<Map<String, String>>>> sentinels = new LinkedHashMap<>();
        Login sentinelLogin = Login.of(null, passwords.sentinel());
        for (Blueprint.Sentinel sentinel : blueprint.watchers()) {
            if (host == null || host.equals(sentinel.host())) {
                NodeAddress.Tcp address = blueprint.address(sentinel);
                names.put(address, sentinel.host() + ":" + sentinel.port());
                sentinels.put(address, () -> masters(address, sentinelLogin));
            }
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Map<NodeAddress.Tcp, Future<Map<String, String>>> first = begin(threads, servers);
            Map<NodeAddress.Tcp, Future<List<Map<String, String>>>> second = begin(threads, sentinels);
            Map<NodeAddress.Tcp, @Nullable String> silent = new LinkedHashMap<>();
            Map<NodeAddress.Tcp, Map<String, String>> configs = answers(first, silent);
            Map<NodeAddress.Tcp, List<Map<String, String>>> masters = answers(second, silent);
            List<Other> others = new ArrayList<>();
            silent.forEach((address, refusal) ->
                    others.add(new Other(names.getOrDefault(address, ""), sentinels.containsKey(address), refusal)));
            return new Running(configs, masters, others);
        }
    }

    private static <T> Map<NodeAddress.Tcp, Future<T>> begin(
            ExecutorService threads, Map<NodeAddress.Tcp, Callable<T>> calls) {
        Map<NodeAddress.Tcp, Future<T>> begun = new LinkedHashMap<>();
        calls.forEach((address, call) -> begun.put(address, threads.submit(call)));
        return begun;
    }

    /// @param silent gets those who do not answer, with null, or refuse, with their words
    private static <T> Map<NodeAddress.Tcp, T> answers(
            Map<NodeAddress.Tcp, Future<T>> begun, Map<NodeAddress.Tcp, @Nullable String> silent)
            throws InterruptedException {
        Map<NodeAddress.Tcp, T> answers = new LinkedHashMap<>();
        for (Map.Entry<NodeAddress.Tcp, Future<T>> each : begun.entrySet()) {
            try {
                answers.put(each.getKey(), each.getValue().get());
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof IOException)) {
                    throw new IllegalStateException(each.getKey() + " could not be asked", e);
                }
                silent.put(each.getKey(), e.getCause() instanceof Refusal refusal ? refusal.getMessage() : null);
            }
        }
        return answers;
    }

    private static Map<String, String> config(NodeAddress.Tcp address, @Nullable Login login) throws IOException {
        try (RespConnection connection = Dial.open(address, login, TIMEOUT_MILLIS)) {
            return fields(ask(connection, "CONFIG", "GET", "*"));
        }
    }

    private static List<Map<String, String>> masters(NodeAddress.Tcp address, @Nullable Login login)
            throws IOException {
        try (RespConnection connection = Dial.open(address, login, TIMEOUT_MILLIS)) {
            List<Map<String, String>> rows = new ArrayList<>();
            for (RespValue row : StrictText.elements(ask(connection, "SENTINEL", "MASTERS"))) {
                if (rows.size() < ROWS_MAX) {
                    rows.add(fields(row));
                }
            }
            return rows;
        }
    }

    private static RespValue ask(RespConnection connection, String... command) throws IOException {
        RespValue reply = connection.command(command);
        if (reply instanceof RespValue.ErrorReply error) {
            throw new Refusal(StrictText.printable(error.text()));
        }
        return reply;
    }

    /// @throws IOException when it is no list
    private static Map<String, String> fields(RespValue reply) throws IOException {
        List<RespValue> flat = StrictText.elements(reply);
        Map<String, String> fields = new HashMap<>();
        for (int i = 0; i + 1 < flat.size(); i += 2) {
            fields.putIfAbsent(flat.get(i).text(), flat.get(i + 1).text());
        }
        return fields;
    }
}

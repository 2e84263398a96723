package dev.cobnut.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cobnut.testing.RespClient;
import dev.cobnut.testing.ScriptedNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The books find what is planted: a node that is honest but for every hundredth request of one kind.
@Timeout(60)
class LedgerIT {
    private static final int EVERY = 100;

    /// What a node does wrong.
    enum Planted {
        INCR_LOST("INCR"),
        INCR_TWICE("INCR"),
        PUSH_LOST("RPUSH"),
        PUSH_TWICE("RPUSH"),
        SET_LOST("SET"),
        PUSH_DENIED("RPUSH"),
        SET_DENIED("SET"),
        REPLY_OF_ANOTHER_CLIENT("INCR"),
        VALUE_OF_ANOTHER_KEY("GET"),
        REPLY_TOO_MANY("GET");

        final String command;

        Planted(String command) {
            this.command = command;
        }
    }

    /// Data of a node in a few lines.
    private static final class Store {
        private final Map<String, String> values = new HashMap<>();
        private final Map<String, List<String>> lists = new HashMap<>();

        synchronized String run(List<String> request) {
            String key = request.size() > 1 ? request.get(1) : "";
            return switch (request.getFirst()) {
                case "SET" -> {
                    values.put(key, request.get(2));
                    yield "+OK\r\n";
                }
                case "GET" -> bulk(values.get(key));
                case "INCR" -> {
                    long next = Long.parseLong(values.getOrDefault(key, "0")) + 1;
                    values.put(key, Long.toString(next));
                    yield ":" + next + "\r\n";
                }
                case "RPUSH" -> {
                    List<String> list = lists.computeIfAbsent(key, _ -> new ArrayList<>());
                    list.add(request.get(2));
                    yield ":" + list.size() + "\r\n";
                }
                default -> {
                    List<String> list = lists.getOrDefault(key, List.of());
                    StringBuilder reply = new StringBuilder("*" + list.size() + "\r\n");
                    list.forEach(element -> reply.append(bulk(element)));
                    yield reply.toString();
                }
            };
        }

        private static String bulk(@Nullable String value) {
            return value == null ? "$-1\r\n" : "$" + value.length() + "\r\n" + value + "\r\n";
        }
    }

    private static Ledger.Books books(@Nullable Planted planted) throws Exception {
        Store store = new Store();
        AtomicInteger count = new AtomicInteger();
        AtomicBoolean over = new AtomicBoolean();
        try (ScriptedNode node = ScriptedNode.start(peer -> {
                    while (true) {
                        List<String> request = peer.read();
                        boolean now = planted != null
                                && !over.get()
                                && request.getFirst().equals(planted.command)
                                && count.incrementAndGet() % EVERY == 0;
                        peer.send(now && planted != null ? spoilt(store, request, planted) : store.run(request));
                    }
                });
                Ledger ledger = Ledger.open(node.port(), 4, 0);
                RespClient client = RespClient.to(node.port())) {
            await().until(() -> planted == null ? node.requests().size() > 2_000 : count.get() > 2 * EVERY);
            ledger.stop();
            over.set(true);
            return ledger.compare(client);
        }
    }

    private static String spoilt(Store store, List<String> request, Planted planted) throws IOException {
        return switch (planted) {
            case INCR_LOST, PUSH_LOST -> {
                String reply = store.run(List.of(request.getFirst(), "nowhere", "1"));
                yield planted == Planted.INCR_LOST ? ":" + next(store, request) + "\r\n" : reply;
            }
            case SET_LOST -> "+OK\r\n";
            case INCR_TWICE, PUSH_TWICE -> {
                store.run(request);
                yield store.run(request);
            }
            case PUSH_DENIED, SET_DENIED -> {
                store.run(request);
                yield "-ERR not sent\r\n";
            }
            case REPLY_OF_ANOTHER_CLIENT -> {
                store.run(request);
                String key = request.get(1);
                String other = key.substring(0, key.length() - 1) + (key.endsWith("0") ? "1" : "0");
                yield store.run(List.of("GET", other)).replaceAll("^[^\n]*\n", ":");
            }
            case VALUE_OF_ANOTHER_KEY -> store.run(List.of("GET", request.get(1).replaceAll("[0-9]+$", "0")));
            case REPLY_TOO_MANY -> store.run(request).repeat(2);
        };
    }

    private static long next(Store store, List<String> request) {
        String value = store.run(List.of("GET", request.get(1)));
        return Long.parseLong(value.substring(value.indexOf('\n') + 1).strip()) + 1;
    }

    @Test
    void anHonestNodeHasNothingToFear() throws Exception {
        Ledger.Books books = books(null);
        assertThat(books.acknowledged()).isGreaterThan(1_000);
        assertThat(books).isEqualTo(new Ledger.Books(books.acknowledged(), 0, 0, 0, List.of()));
    }

    @ParameterizedTest
    @EnumSource(Planted.class)
    void whatIsPlantedIsFound(Planted planted) throws Exception {
        Ledger.Books books = books(planted);
        switch (planted) {
            case INCR_LOST, PUSH_LOST, SET_LOST ->
                assertThat(books.lost()).as("%s", books).isGreaterThanOrEqualTo(2);
            case PUSH_TWICE -> assertThat(books.doubled()).as("%s", books).isGreaterThanOrEqualTo(2);
            case PUSH_DENIED, SET_DENIED ->
                assertThat(books.denied()).as("%s", books).isGreaterThanOrEqualTo(2);
            case INCR_TWICE, REPLY_OF_ANOTHER_CLIENT, VALUE_OF_ANOTHER_KEY, REPLY_TOO_MANY ->
                assertThat(books.wrong()).as("%s", books).isNotEmpty();
        }
    }
}

package dev.cobnut.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrdersTest {
    private static final String TOKEN = "0123456789abcdef";
    private static final String BEARER = "Authorization: Bearer " + TOKEN + "\r\n";

    private final List<Map<String, String>> carriedOut = new ArrayList<>();
    private final Orders orders = new Orders(TOKEN, List.of(new Order("/do", this::carryOut)));

    private String carryOut(Map<String, String> parameters) throws Order.BadOrder {
        if (parameters.containsKey("bad")) {
            throw new Order.BadOrder("bad (expected: good)");
        }
        carriedOut.add(parameters);
        return "{}\n";
    }

    private static Answer post(Orders to, String target, String headers) throws IOException {
        String text = "POST " + target + " HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n";
        RequestHead head = new RequestHead();
        head.readFrom(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)));
        assertThat(head.isComplete()).isTrue();
        assertThat(head.method()).isEqualTo(RequestHead.Method.POST);
        return to.answer(head);
    }

    @Test
    void whoKnowsTheTokenIsObeyed() throws IOException {
        assertThat(post(orders, "/do?pool=a%20b&shard=x", BEARER)).isEqualTo(Answer.json("{}\n"));
        assertThat(carriedOut).containsExactly(Map.of("pool", "a b", "shard", "x"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Authorization: Bearer 0123456789abcdee\r\n",
                "Authorization: Bearer 0123456789abcde\r\n",
                "Authorization: Bearer \r\n",
                "Authorization: Basic 0123456789abcdef\r\n",
                "Authorization: 0123456789abcdef\r\n",
                BEARER + BEARER,
                "X-Authorization: Bearer 0123456789abcdef\r\n"
            })
    void whoDoesNotIsNot(String headers) throws IOException {
        assertThat(post(orders, "/do", headers).status()).isEqualTo("401 Unauthorized");
        assertThat(carriedOut).isEmpty();
    }

    @Test
    void aPageOfAnotherSiteIsNot() throws IOException {
        assertThat(post(orders, "/do", BEARER + "Origin: http://evil.example\r\n")
                        .status())
                .isEqualTo("403 Forbidden");
        assertThat(carriedOut).isEmpty();
    }

    @Test
    void aProxyWithoutATokenTakesNoOrders() throws IOException {
        Orders none = new Orders(null, orders.all());
        Answer answer = post(none, "/do", BEARER);
        assertThat(answer.status()).isEqualTo("403 Forbidden");
        assertThat(answer.text()).contains("--admin-token");
        assertThat(carriedOut).isEmpty();
    }

    @Test
    void whatMakesNoSenseIsRefusedWithWhatWasExpected() throws IOException {
        assertThat(post(orders, "/undo", BEARER).text()).contains("expected: POST /do");
        assertThat(post(orders, "/do?bad=1", BEARER))
                .isEqualTo(Answer.plain("400 Bad Request", "bad (expected: good)\n"));
        for (String query : List.of("?a", "?a=1&a=2", "?=1", "?a=%zz", "?a=1&")) {
            assertThat(post(orders, "/do" + query, BEARER).status()).as(query).isEqualTo("400 Bad Request");
        }
        assertThat(carriedOut).isEmpty();
    }
}

package dev.cobnut.resp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RespValueTest {
    @Test
    void eachKindHasATextForPeople() {
        assertThat(new RespValue.SimpleString("OK").text()).isEqualTo("OK");
        assertThat(new RespValue.ErrorReply("ERR no").text()).isEqualTo("ERR no");
        assertThat(new RespValue.Int(-42).text()).isEqualTo("-42");
        assertThat(new RespValue.Null().text()).isEqualTo("(nil)");
        assertThat(bulk("h\u00e9").text()).isEqualTo("h\u00e9");
        assertThat(bulk("a")).hasToString("Bulk[a]");
        RespValue.Array inner = new RespValue.Array(List.of());
        assertThat(new RespValue.Array(List.of(bulk("a"), inner, new RespValue.Int(1))).text())
                .isEqualTo("[a, [], 1]");
    }

    @Test
    void bulksAreEqualWhenTheirBytesAre() {
        assertThat(bulk("a")).isEqualTo(bulk("a")).hasSameHashCodeAs(bulk("a"));
        assertThat(bulk("a")).isNotEqualTo(bulk("b")).isNotEqualTo("a");
    }

    @Test
    void nobodyChangesAValueFromOutside() {
        byte[] bytes = "ab".getBytes(UTF_8);
        RespValue.Bulk bulk = new RespValue.Bulk(bytes);
        bytes[0] = 'x';
        bulk.bytes()[1] = 'x';
        assertThat(bulk.text()).isEqualTo("ab");

        List<RespValue> elements = new ArrayList<>(List.of(bulk));
        RespValue.Array array = new RespValue.Array(elements);
        elements.clear();
        assertThat(array.elements()).containsExactly(bulk);
    }

    private static RespValue.Bulk bulk(String text) {
        return new RespValue.Bulk(text.getBytes(UTF_8));
    }
}

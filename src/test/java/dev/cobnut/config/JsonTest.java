package dev.cobnut.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JsonTest {
    private static String json(@Nullable Object value) {
        StringBuilder out = new StringBuilder();
        Json.value(out, value);
        return out.toString();
    }

    @Test
    void stringsEscapeWhatWouldEndThem() {
        assertThat(json("a\"b\\c\n\u001fé")).isEqualTo("\"a\\\"b\\\\c\\u000a\\u001fé\"");
    }

    @Test
    void valuesNestAndKeepTheirOrder() {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("b", Arrays.asList(1, null, true, List.of(), Map.of()));
        object.put("a", "x");

        assertThat(json(object)).isEqualTo("{\"b\": [1, null, true, [], {}], \"a\": \"x\"}");
    }
}

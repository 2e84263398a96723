package dev.cobnut.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StopRequestTest {
    private final List<String> effects = new ArrayList<>();
    private final StopRequest request =
            new StopRequest(() -> effects.add("stop"), status -> effects.add("halt " + status));

    @Test
    void firstRequestStopsAndSecondHalts() {
        assertThat(request.wasAsked()).isFalse();

        request.ask();
        assertThat(request.wasAsked()).isTrue();
        assertThat(effects).containsExactly("stop");

        request.ask();
        assertThat(effects).containsExactly("stop", "halt 1");
    }
}

package dev.cobnut.proxy.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RequestWindowTest {
    private final RequestWindow window = new RequestWindow();

    @Test
    void doublesWhenAllAnswersWereShort() {
        assertThat(window.requests()).isEqualTo(8);
        window.grow();
        assertThat(window.requests()).isEqualTo(16);
        for (int i = 0; i < 10; i++) {
            window.grow();
        }
        assertThat(window.requests()).isEqualTo(1024);
    }

    @Test
    void shrinksToAMebibyteOfLongAnswers() {
        window.grow();
        assertThat(window.requests()).isEqualTo(16);
        window.onLong(100_000);
        assertThat(window.requests()).isEqualTo(10);
        window.onLong(1_000_000);
        assertThat(window.requests()).isEqualTo(1);
        window.onLong(600_000_000);
        assertThat(window.requests()).isEqualTo(1);
    }

    @Test
    void aLongAnswerKeepsItFromGrowingOnce() {
        window.onLong(400_000);
        window.grow();
        assertThat(window.requests()).isEqualTo(2);
        window.grow();
        assertThat(window.requests()).isEqualTo(4);
    }

    @Test
    void aLongAnswerNeverWidensIt() {
        window.onLong(1_000_000);
        window.onLong(70_000);
        assertThat(window.requests()).isEqualTo(1);
    }
}

package dev.cobnut.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class FailureLogTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger(FailureLog.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final FailureLog log = new FailureLog();

    @BeforeEach
    void listen() {
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void listenNoMore() {
        logger.detachAppender(lines);
    }

    @Test
    void tellsOnceWhatSeveralLoopsSee() {
        log.onFailing("alpha", "a", "Connection refused: shard a (h:1): cannot connect");
        log.onFailing("alpha", "a", "Connection refused: shard a (h:1): cannot connect");
        log.onRecovered("alpha", "a");
        log.onRecovered("alpha", "a");
        assertThat(told())
                .containsExactly(
                        "WARN pool alpha: Connection refused: shard a (h:1): cannot connect",
                        "INFO pool alpha: shard a answers again");
    }

    @Test
    void keepsShardsApart() {
        log.onFailing("alpha", "a", "one");
        log.onFailing("alpha", "b", "two");
        log.onFailing("beta", "a", "three");
        log.onRecovered("alpha", "b");
        assertThat(told())
                .containsExactly(
                        "WARN pool alpha: one",
                        "WARN pool alpha: two",
                        "WARN pool beta: three",
                        "INFO pool alpha: shard b answers again");
    }

    private List<String> told() {
        return lines.list.stream()
                .map(line -> line.getLevel() + " " + line.getFormattedMessage())
                .toList();
    }
}

package dev.cobnut.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.cobnut.proxy.FailureLog.Role;
import dev.cobnut.proxy.FailureLog.Source;
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
        log.onFailing(new Source("alpha", "a", Role.MASTER), "Connection refused: shard a (h:1): cannot connect");
        log.onFailing(new Source("alpha", "a", Role.MASTER), "Connection refused: shard a (h:1): cannot connect");
        log.onRecovered(new Source("alpha", "a", Role.MASTER));
        log.onRecovered(new Source("alpha", "a", Role.MASTER));
        assertThat(told())
                .containsExactly(
                        "WARN pool alpha: Connection refused: shard a (h:1): cannot connect",
                        "INFO pool alpha: shard a answers again");
    }

    @Test
    void keepsShardsApart() {
        log.onFailing(new Source("alpha", "a", Role.MASTER), "one");
        log.onFailing(new Source("alpha", "b", Role.MASTER), "two");
        log.onFailing(new Source("beta", "a", Role.MASTER), "three");
        log.onRecovered(new Source("alpha", "b", Role.MASTER));
        assertThat(told())
                .containsExactly(
                        "WARN pool alpha: one",
                        "WARN pool alpha: two",
                        "WARN pool beta: three",
                        "INFO pool alpha: shard b answers again");
    }

    @Test
    void aReplicaIsNotItsMaster() {
        log.onFailing(new Source("alpha", "a", Role.REPLICA), "one");
        log.onFailing(new Source("alpha", "a", Role.MASTER), "two");
        log.onRecovered(new Source("alpha", "a", Role.REPLICA));
        log.onEjected("alpha", "a", 300);
        assertThat(told())
                .containsExactly(
                        "WARN pool alpha: reading from a replica failed: one",
                        "WARN pool alpha: two",
                        "INFO pool alpha: shard a: a replica answers reads again",
                        "WARN pool alpha: shard a is off the ring for 300 ms; its keys go to others");
    }

    private List<String> told() {
        return lines.list.stream()
                .map(line -> line.getLevel() + " " + line.getFormattedMessage())
                .toList();
    }
}

package dev.cobnut.testing;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.cobnut.net.DirectMemory;
import io.netty.util.ResourceLeakDetector;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/// Fails a test class during which Netty reported a buffer that was never released. Netty sees a leak only when the
/// buffer was collected as garbage and another one is allocated after that; so that is what happens at the end.
public final class LeakCheck implements BeforeAllCallback, AfterAllCallback {
    private static final int COLLECTIONS = 3;
    private static final long COLLECTION_MILLIS_MAX = 2_000;

    private final ListAppender<ILoggingEvent> reports = new ListAppender<>();

    @Override
    public void beforeAll(ExtensionContext context) {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        reports.start();
        logger().addAppender(reports);
    }

    @Override
    public void afterAll(ExtensionContext context) throws InterruptedException {
        for (int i = 0; i < COLLECTIONS; i++) {
            collectGarbage();
            DirectMemory.allocator().directBuffer(16).release();
        }
        logger().detachAppender(reports);
        if (!reports.list.isEmpty()) {
            throw new AssertionError(reports.list.getFirst().getFormattedMessage());
        }
    }

    /// Returns when references to garbage have reached their queues.
    private static void collectGarbage() throws InterruptedException {
        ReferenceQueue<Object> queue = new ReferenceQueue<>();
        PhantomReference<Object> witness = new PhantomReference<>(new Object(), queue);
        System.gc();
        if (queue.remove(COLLECTION_MILLIS_MAX) != witness) {
            throw new AssertionError("no garbage collection within " + COLLECTION_MILLIS_MAX + " ms");
        }
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(ResourceLeakDetector.class);
    }
}

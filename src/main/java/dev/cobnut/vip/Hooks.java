package dev.cobnut.vip;

import dev.cobnut.vip.checks.ChildProcess;
import dev.cobnut.vip.checks.Prober;
import dev.cobnut.vip.vrrp.Effect.State;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs the operator's programs when a virtual router changes its state: one after the other, in the order of what happened, on
/// a thread of its own. The last state is always told; when programs are too slow for all, states in between may be left out.
final class Hooks implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Hooks.class);

    /// Of each virtual router. More than the two that its last state needs.
    private static final int WAITING_MAX = 32;

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /// Bounded by [#WAITING_MAX].
    private final BlockingQueue<Call> waiting = new LinkedBlockingQueue<>();

    private final ChildProcess children;
    private final Duration patience;
    private final Thread thread;

    /// Of all virtual routers; for the thread of the speaker.
    private long changes;

    private volatile Stage stage = Stage.OPEN;

    /// How an end comes near.
    private enum Stage {
        /// More may come.
        OPEN,
        /// All that waits is run.
        CLOSING,
        /// What ran too long is killed, and the last state of each is told.
        HURRYING,
        /// Nothing is run any more.
        CLOSED
    }

    /// @param change its number: what one state needs has the same
    private record Call(String instance, long change, List<String> words, Duration timeout) {}

    /// @param children starts programs
    Hooks(ChildProcess children) {
        this(children, PATIENCE);
    }

    /// @param patience with programs at the end, twice
    Hooks(ChildProcess children, Duration patience) {
        this.children = children;
        this.patience = patience;
        this.thread = Thread.ofPlatform().daemon().name("hooks").start(this::work);
    }

    /// A virtual router is in another state now. Does not block.
    void changed(VipSettings.Instance instance, State to, int priority) {
        VipSettings.Hooks hooks = instance.hooks();
        String word = to == State.INIT ? "STOP" : to.name();
        List<String> own = switch (to) {
            case MASTER -> hooks.master();
            case BACKUP -> hooks.backup();
            case FAULT -> hooks.fault();
            case INIT -> hooks.stop();
        };
        String name = instance.router().name();
        changes++;
        add(new Call(name, changes, own, hooks.timeout()));
        if (!hooks.any().isEmpty()) {
            List<String> words = new ArrayList<>(hooks.any());
            words.addAll(List.of("INSTANCE", name, word, String.valueOf(priority)));
            add(new Call(name, changes, List.copyOf(words), hooks.timeout()));
        }
    }

    /// What is left out is of the same virtual router: another one may wait for its last.
    private void add(Call call) {
        if (call.words.isEmpty()) {
            return;
        }
        List<Call> own = waiting.stream()
                .filter(each -> each.instance.equals(call.instance))
                .toList();
        if (own.size() >= WAITING_MAX && waiting.remove(own.getFirst())) {
            LOG.warn("hook {} is left out: {} wait already", text(own.getFirst()), own.size());
        }
        waiting.add(call);
    }

    private void work() {
        children.prepareThread();
        while (stage == Stage.OPEN || (stage != Stage.CLOSED && !waiting.isEmpty())) {
            try {
                Call call = waiting.poll(100, TimeUnit.MILLISECONDS);
                if (call != null && !(stage == Stage.HURRYING && isOutdated(call))) {
                    run(call);
                }
            } catch (InterruptedException _) {
                LOG.warn("a hook is killed: it still ran after {} ms at the end", patience.toMillis());
            }
        }
    }

    private boolean isOutdated(Call call) {
        return waiting.stream().anyMatch(each -> each.instance.equals(call.instance) && each.change > call.change);
    }

    private void run(Call call) throws InterruptedException {
        try {
            Prober.Result result = children.run(call.words, call.timeout);
            if (!result.isGood()) {
                LOG.warn("hook {}: {}", text(call), result.detail());
            }
        } catch (IOException e) {
            LOG.warn("hook {}: {}", text(call), e.getMessage());
        }
    }

    private static String text(Call call) {
        return String.join(" ", call.words);
    }

    /// Runs what waits, for 5 s at most; then kills the one that runs, and tells the last state of each virtual router, for 5 s
    /// more.
    @Override
    public void close() {
        stage = Stage.CLOSING;
        try {
            if (!thread.join(patience)) {
                stage = Stage.HURRYING;
                thread.interrupt();
                if (!thread.join(patience)) {
                    stage = Stage.CLOSED;
                    thread.interrupt();
                    thread.join(patience);
                }
            }
        } catch (InterruptedException _) {
            stage = Stage.CLOSED;
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }
}

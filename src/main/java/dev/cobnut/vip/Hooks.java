package dev.cobnut.vip;

import dev.cobnut.vip.checks.ChildProcess;
import dev.cobnut.vip.checks.Prober;
import dev.cobnut.vip.vrrp.Effect.State;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs the operator's programs when a virtual router changes its state: one after the other, in the order of what happened, on
/// a thread of its own. The last state is always told; when programs are too slow for all, states in between may be left out.
final class Hooks implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Hooks.class);
    private static final int WAITING_MAX = 256;
    private static final Duration END_MAX = Duration.ofSeconds(10);

    private final BlockingQueue<Call> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
    private final ChildProcess children;
    private final Thread thread;
    private volatile boolean closing;

    private record Call(List<String> words, Duration timeout) {}

    /// @param children starts programs
    Hooks(ChildProcess children) {
        this.children = children;
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
        add(own, hooks.timeout());
        if (!hooks.any().isEmpty()) {
            List<String> words = new ArrayList<>(hooks.any());
            words.addAll(List.of("INSTANCE", instance.router().name(), word, String.valueOf(priority)));
            add(words, hooks.timeout());
        }
    }

    private void add(List<String> words, Duration timeout) {
        Call call = new Call(List.copyOf(words), timeout);
        while (!words.isEmpty() && !waiting.offer(call)) {
            Call left = waiting.poll();
            if (left != null) {
                LOG.warn("hook {} is left out: {} wait already", left.words, WAITING_MAX);
            }
        }
    }

    private void work() {
        children.prepareThread();
        try {
            while (!closing || !waiting.isEmpty()) {
                Call call = waiting.poll(100, TimeUnit.MILLISECONDS);
                if (call != null) {
                    run(call);
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void run(Call call) throws InterruptedException {
        try {
            Prober.Result result = children.run(call.words, call.timeout);
            if (!result.isGood()) {
                LOG.warn("hook {}: {}", String.join(" ", call.words), result.detail());
            }
        } catch (IOException e) {
            LOG.warn("hook {}: {}", String.join(" ", call.words), e.getMessage());
        }
    }

    /// Runs what waits, for 10 s at most.
    @Override
    public void close() {
        closing = true;
        try {
            if (!thread.join(END_MAX)) {
                LOG.warn("hooks still run after {} s; they are killed", END_MAX.toSeconds());
                thread.interrupt();
                thread.join(END_MAX);
            }
        } catch (InterruptedException _) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }
}

package dev.cobnut.net;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The accounts of one loop for which something is held, and what is done when that is too much: those that wait are
/// woken, and whoever holds most is closed.
///
/// For the loop's own thread, [#held] and [#most] apart.
public final class LoopMemory {
    /// For so long those who hold something may make everybody else wait outside.
    static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

    /// Who holds less is not closed for being the biggest: there are just many.
    static final long SHED_BYTES_MIN = 16 * 1024;

    /// There may be thousands of accounts.
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private static final Logger LOG = LoggerFactory.getLogger(LoopMemory.class);

    private static final Held[] KINDS = Held.values();

    private final IoLoop loop;
    private final MemoryBudget budget;
    private final List<Account> accounts = new ArrayList<>();
    private boolean shedScheduled;
    private long lookedNanos;
    private boolean guarded;
    private long guardedSinceNanos;

    // Replaced whole with each tick, for other threads.
    private volatile long[] held = new long[KINDS.length];
    private volatile long most;

    LoopMemory(IoLoop loop, MemoryBudget budget) {
        this.loop = loop;
        this.budget = budget;
        this.lookedNanos = loop.nowNanos() - LOOK_NANOS;
        budget.add(this);
    }

    public MemoryBudget budget() {
        return budget;
    }

    long held(Held kind) {
        return held[kind.ordinal()];
    }

    /// What the account holds that holds most.
    long most() {
        return most;
    }

    void list(Account account) {
        account.listed = true;
        accounts.add(account);
        budget.addHolders(1);
    }

    /// Looks at all accounts; call it every few milliseconds.
    public void tick(long nowNanos) {
        if (nowNanos - lookedNanos < LOOK_NANOS) {
            return;
        }
        lookedNanos = nowNanos;
        look();
        budget.report(nowNanos);
        for (int i = 0; i < accounts.size(); i++) {
            accounts.get(i).wakeIfWithinBounds();
        }
        shedIfStuck(nowNanos);
        if (budget.stage() == MemoryBudget.Stage.SHEDDING) {
            shed(MemoryBudget.Stage.SHEDDING);
        }
    }

    private void look() {
        long[] sums = new long[held.length];
        long biggest = 0;
        int kept = 0;
        int before = accounts.size();
        for (int i = 0; i < before; i++) {
            Account account = accounts.get(i);
            if (!account.isClosed()) {
                account.measure();
                account.tell();
                for (Held kind : KINDS) {
                    sums[kind.ordinal()] += account.held(kind);
                }
                biggest = Math.max(biggest, account.extra());
            }
            if (account.isClosed() || (account.extra() == 0 && !account.isWaiting())) {
                account.listed = false;
            } else {
                accounts.set(kept++, account);
            }
        }
        accounts.subList(kept, before).clear();
        budget.addHolders(kept - before);
        held = sums;
        most = biggest;
    }

    /// Those who hold something and do not go on must not keep new clients out for ever.
    private void shedIfStuck(long nowNanos) {
        if (budget.stage() != MemoryBudget.Stage.GUARDED) {
            guarded = false;
        } else if (!guarded) {
            guarded = true;
            guardedSinceNanos = nowNanos;
        } else if (nowNanos - guardedSinceNanos > PATIENCE_NANOS) {
            shed(MemoryBudget.Stage.GUARDED);
        }
    }

    void shedSoon() {
        if (!shedScheduled) {
            shedScheduled = true;
            loop.defer(() -> {
                shedScheduled = false;
                shed(MemoryBudget.Stage.SHEDDING);
            });
        }
    }

    /// Closes whoever holds most, and so on, until the stage is left or another loop has somebody who holds more.
    private void shed(MemoryBudget.Stage from) {
        while (budget.stage().compareTo(from) >= 0) {
            Account biggest = biggest();
            if (biggest == null || biggest.extra() < SHED_BYTES_MIN || !budget.isMost(this, biggest.extra())) {
                return;
            }
            String line = biggest.shed();
            budget.countClosed();
            LOG.warn("closed to free memory: {}", line);
        }
    }

    private @Nullable Account biggest() {
        Account biggest = null;
        for (int i = 0; i < accounts.size(); i++) {
            Account each = accounts.get(i);
            if (!each.isClosed() && (biggest == null || each.held() > biggest.held())) {
                biggest = each;
            }
        }
        most = biggest == null ? 0 : biggest.extra();
        return biggest;
    }

    void close() {
        accounts.forEach(Account::close);
        budget.addHolders(-accounts.size());
        accounts.clear();
        budget.remove(this);
    }
}

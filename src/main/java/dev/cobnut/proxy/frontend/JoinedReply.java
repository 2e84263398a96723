package dev.cobnut.proxy.frontend;

import dev.cobnut.proxy.backend.Failure;
import dev.cobnut.stats.PoolCounter;
import org.jspecify.annotations.Nullable;

/// One reply made of the replies of several shards. It takes the request's place in the client's queue; its
/// [Fragment]s travel.
///
/// Honest by rule: when one part failed, the whole request is answered with that part's error, never with a nil or a
/// smaller count. The text is the node's own, or says whether that part was sent. The other parts may have been
/// executed.
abstract class JoinedReply extends PendingReply {
    private final PoolFront pool;
    private int open;
    private @Nullable Fragment failed;
    private boolean sentAll;
    private long budgeted;

    JoinedReply(PoolFront pool) {
        this.pool = pool;
    }

    /// The reply, from all fragments, each of which has a reply that is not an error.
    abstract byte[] join();

    /// A part that is going to be sent.
    ///
    /// @param shard which shard it goes to
    Fragment addFragment(int shard) {
        return register(new Fragment(this, shard));
    }

    /// Notes a part that is going to be sent.
    <F extends Fragment> F register(F fragment) {
        open++;
        pool.counters().add(PoolCounter.FRAGMENTS, 1);
        return fragment;
    }

    /// Asks for room for a piece of a part's reply.
    boolean takeBudget(int bytes) {
        if (!ByteBudget.HEAP.take(bytes)) {
            return false;
        }
        budgeted += bytes;
        return true;
    }

    private void giveBudget() {
        if (budgeted > 0) {
            ByteBudget.HEAP.give(budgeted);
            budgeted = 0;
        }
    }

    /// The client has left.
    @Override
    void dropStored() {
        super.dropStored();
        giveBudget();
    }

    /// It was answered with an error.
    void onRefused() {}

    boolean isAbandoned() {
        return queue == null;
    }

    /// A part has ended. Parts that fail at once may do so while others are still being sent.
    void onFragment(Fragment fragment) {
        open--;
        if (failed == null && (fragment.isFailure() || fragment.reply()[0] == '-')) {
            failed = fragment;
        }
        finish();
    }

    /// A part could not be sent.
    void refuse(int shard, Failure failure) {
        register(new Fragment(this, shard)).fail(failure);
    }

    /// No more fragments will be added.
    void sentAll() {
        sentAll = true;
        finish();
    }

    private void finish() {
        ReplyQueue replies = queue;
        if (open > 0 || !sentAll || replies == null) {
            return;
        }
        if (failed == null) {
            byte[] reply = join();
            replies.settle(this, reply, 0, reply.length);
        } else if (failed.isFailure()) {
            replies.fail(this, failed.reply());
            onRefused();
        } else {
            replies.settle(this, failed.reply(), 0, failed.reply().length);
            onRefused();
        }
        giveBudget();
    }
}

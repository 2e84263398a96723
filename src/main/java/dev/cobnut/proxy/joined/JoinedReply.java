package dev.cobnut.proxy.joined;

import dev.cobnut.proxy.backend.Failure;
import dev.cobnut.proxy.client.ByteBudget;
import dev.cobnut.proxy.client.PendingReply;
import dev.cobnut.resp.ReplyCursor;
import dev.cobnut.stats.Counters;
import dev.cobnut.stats.PoolCounter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One reply made of the replies of several shards. It takes the request's place in the client's queue; its
/// [Fragment]s travel, and its [Join] makes one reply of theirs.
///
/// Honest by rule: when one part failed, the whole request is answered with that part's error, never with a nil or a
/// smaller count. The text is the node's own, or says whether that part was sent. The other parts may have been
/// executed.
public class JoinedReply extends PendingReply {
    /// Most bytes of all long parts together: what is joined of them must fit into one array.
    static final long REPLY_BYTES_MAX = 1024L * 1024 * 1024;

    private final Counters<PoolCounter> counters;
    private final Join join;

    /// In the order in which they are sent.
    private final List<Fragment> parts = new ArrayList<>(4);

    private int open;
    private @Nullable Fragment failed;
    private boolean sentAll;
    private long budgeted;

    /// @param counters those of the pool
    public JoinedReply(Counters<PoolCounter> counters, Join join) {
        this.counters = counters;
        this.join = join;
    }

    /// A part that is going to be sent.
    Fragment addFragment() {
        return register(new Fragment(this));
    }

    /// Notes a part that is going to be sent.
    <F extends Fragment> F register(F fragment) {
        open++;
        parts.add(fragment);
        counters.add(PoolCounter.FRAGMENTS, 1);
        return fragment;
    }

    /// Asks for room for a piece of a part's reply.
    boolean takeBudget(int bytes) {
        if (budgeted + bytes > REPLY_BYTES_MAX || !ByteBudget.HEAP.take(bytes)) {
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
    protected void dropStored() {
        super.dropStored();
        giveBudget();
    }

    /// It was answered with an error.
    void onRefused() {}

    /// Whether the client has left.
    boolean isUnwanted() {
        return isAbandoned();
    }

    /// A part has ended. Parts that fail at once may do so while others are still being sent.
    void onFragment(Fragment fragment) {
        open--;
        if (failed == null && (fragment.isFailure() || isError(fragment.reply()))) {
            failed = fragment;
        }
        finish();
    }

    private static boolean isError(byte[] reply) {
        byte type = reply[0] == '|' ? ReplyCursor.on(reply).type() : reply[0];
        return type == '-' || type == '!';
    }

    /// A part could not be sent.
    void refuse(Failure failure) {
        addFragment().fail(failure);
    }

    /// No more fragments will be added.
    public void sentAll() {
        sentAll = true;
        finish();
    }

    private void finish() {
        if (open > 0 || !sentAll || isAbandoned()) {
            return;
        }
        if (failed == null) {
            settle(join.of(replies()));
        } else if (failed.isFailure()) {
            settleFailed(failed.reply());
            onRefused();
        } else {
            settle(failed.reply());
            onRefused();
        }
        giveBudget();
    }

    private List<byte[]> replies() {
        List<byte[]> replies = new ArrayList<>(parts.size());
        for (Fragment part : parts) {
            replies.add(part.reply());
        }
        return replies;
    }
}

package dev.cobnut.proxy.joined;

import dev.cobnut.net.Account;
import dev.cobnut.net.Held;
import dev.cobnut.proxy.backend.Failure;
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

    /// A long part is there as often while it is put together: as it was collected, whole, and in what is made of it.
    private static final int COPIES = 3;

    private final Counters<PoolCounter> counters;
    private final Join join;

    /// In the order in which they are sent.
    private final List<Fragment> parts = new ArrayList<>(4);

    private int open;
    private @Nullable Fragment failed;
    private boolean sentAll;
    private long held;

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

    /// Asks for room for a piece of a part's reply that comes in several.
    boolean take(int bytes) {
        Account account = account();
        long needed = (long) COPIES * bytes;
        if (account == null || held + needed > COPIES * REPLY_BYTES_MAX || !account.take(Held.JOINED, needed)) {
            return false;
        }
        held += needed;
        collected(bytes);
        return true;
    }

    /// The short reply of a part has come.
    void keep(int bytes) {
        Account account = account();
        if (account != null) {
            account.hold(Held.JOINED, bytes);
            held += bytes;
            collected(bytes);
        }
    }

    private void give() {
        Account account = account();
        if (account != null) {
            account.give(Held.JOINED, held);
        }
        held = 0;
    }

    /// Whether the connection of a part may go on reading.
    boolean mayReadOn() {
        return mayCollect();
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
            byte[] whole = join.of(replies());
            give();
            settle(whole);
        } else if (failed.isFailure()) {
            give();
            settleFailed(failed.reply());
            onRefused();
        } else {
            give();
            settle(failed.reply());
            onRefused();
        }
    }

    private List<byte[]> replies() {
        List<byte[]> replies = new ArrayList<>(parts.size());
        for (Fragment part : parts) {
            replies.add(part.reply());
        }
        return replies;
    }
}

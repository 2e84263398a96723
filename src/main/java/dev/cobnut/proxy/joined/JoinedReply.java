package dev.cobnut.proxy.joined;

import dev.cobnut.net.Account;
import dev.cobnut.net.Held;
import dev.cobnut.proxy.backend.Failure;
import dev.cobnut.proxy.client.PendingReply;
import dev.cobnut.proxy.routing.PoolFront;
import dev.cobnut.proxy.routing.Router;
import dev.cobnut.resp.ReplyCursor;
import dev.cobnut.resp.RespWriter;
import dev.cobnut.stats.Counters;
import dev.cobnut.stats.PoolCounter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One reply made of the replies of several shards. It takes the request's place in the client's queue; its
/// [Fragment]s travel, and its [Join] makes one reply of theirs.
///
/// Honest by rule: when one part failed, the whole request is answered with an error, never with a nil or a smaller
/// count.
///
/// | the parts that failed                        | the error                                                 |
/// |----------------------------------------------|-----------------------------------------------------------|
/// | a node answered one with an error            | that node's own words; others may have been executed      |
/// | no node answered, and no part was sent       | that of the first: *not sent*                             |
/// | no node answered, and the request only reads | that of the first                                         |
/// | no node answered, and others were sent       | *outcome unknown in part*, and the names of these shards  |
///
/// Of several the first counts that has ended.
public class JoinedReply extends PendingReply {
    /// Most bytes of all long parts together: what is joined of them must fit into one array.
    static final long REPLY_BYTES_MAX = 1024L * 1024 * 1024;

    /// A long part is there as often while it is put together: as it was collected, whole, and in what is made of it.
    private static final int COPIES = 3;

    private final Counters<PoolCounter> counters;
    private final Join join;
    private final boolean reads;

    /// Most shards that an error names.
    private static final int NAMES_MAX = 8;

    /// In the order in which they are sent.
    private final List<Fragment> parts = new ArrayList<>(4);

    private int open;
    private @Nullable Fragment failed;
    private boolean sentAll;
    private long held;

    /// For a request that may change something.
    ///
    /// @param counters those of the pool
    public JoinedReply(Counters<PoolCounter> counters, Join join) {
        this(counters, join, false);
    }

    /// @param counters those of the pool
    /// @param reads whether it does not matter which parts were executed
    public JoinedReply(Counters<PoolCounter> counters, Join join, boolean reads) {
        this.counters = counters;
        this.join = join;
        this.reads = reads;
    }

    /// A part that is going to be sent.
    ///
    /// @param shard the name of where to
    Fragment addFragment(String shard) {
        return register(new Fragment(this, shard));
    }

    /// The name of a shard of a pool.
    ///
    /// @param shard its place, or [Router#NONE]
    static String nameOf(PoolFront pool, int shard) {
        return shard == Router.NONE ? "no server" : pool.shards().get(shard).name();
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
        if (failed == null && (fragment.failure() != null || isError(fragment.reply()))) {
            failed = fragment;
        }
        finish();
    }

    private static boolean isError(byte[] reply) {
        byte type = reply[0] == '|' ? ReplyCursor.on(reply).type() : reply[0];
        return type == '-' || type == '!';
    }

    /// A part could not be sent.
    void refuse(String shard, Failure failure) {
        addFragment(shard).fail(failure);
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
        Fragment first = failed;
        if (first == null) {
            byte[] whole = join.of(replies());
            give();
            settle(whole);
            return;
        }
        give();
        Failure failure = first.failure();
        if (failure == null) {
            settle(first.reply());
        } else {
            settleFailed(reads || !isAnySent() ? first.reply() : failedInPart(failure));
        }
        onRefused();
    }

    private boolean isAnySent() {
        for (Fragment part : parts) {
            if (part.isSent()) {
                return true;
            }
        }
        return false;
    }

    private byte[] failedInPart(Failure failure) {
        StringBuilder names = new StringBuilder();
        int count = 0;
        for (Fragment part : parts) {
            if (part.failure() != null && ++count <= NAMES_MAX) {
                names.append(count == 1 ? "" : ", ").append(part.shard());
            }
        }
        if (count > NAMES_MAX) {
            names.append(" and ").append(count - NAMES_MAX).append(" more");
        }
        return RespWriter.error("ERR " + failure + ", failed on " + count + " of " + parts.size() + " shards (" + names
                + "), outcome unknown in part");
    }

    private List<byte[]> replies() {
        List<byte[]> replies = new ArrayList<>(parts.size());
        for (Fragment part : parts) {
            replies.add(part.reply());
        }
        return replies;
    }
}

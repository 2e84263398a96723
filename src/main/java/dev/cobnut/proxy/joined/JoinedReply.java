package dev.cobnut.proxy.joined;

import static java.nio.charset.StandardCharsets.UTF_8;

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
/// | some, and it only reads, or is the only one  | that of the first                                         |
/// | all, and none of them may have been executed | that of the first: a node's own words, or *not sent*      |
/// | some, and others were executed, or may be    | that of the first, *outcome unknown in part*, and where   |
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

    /// As much of a node's own words stands before that.
    private static final int TEXT_BYTES_MAX = 1024;

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
        if (reads) {
            fragment.isRead();
        }
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
    @Override
    protected boolean isUnwanted() {
        return isAbandoned();
    }

    /// A part has ended. Parts that fail at once may do so while others are still being sent.
    void onFragment(Fragment fragment) {
        open--;
        if (failed == null && hasFailed(fragment)) {
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
        byte[] error = reads || parts.size() == 1 || !isDoneInPart() ? first.reply() : failedInPart(first);
        if (first.failure() == null) {
            settle(error);
        } else {
            settleFailed(error);
        }
        onRefused();
    }

    private static boolean hasFailed(Fragment part) {
        return part.failure() != null || isError(part.reply());
    }

    /// Whether any part was executed, or may have been.
    private boolean isDoneInPart() {
        for (Fragment part : parts) {
            if (part.failure() == null ? !isError(part.reply()) : part.isSent()) {
                return true;
            }
        }
        return false;
    }

    /// The error of a part as that of the whole: what stands before the end of its line, and then where it failed.
    private byte[] failedInPart(Fragment first) {
        byte[] reply = first.reply();
        Failure failure = first.failure();
        if (failure == null && reply[0] != '-') {
            return reply;
        }
        StringBuilder names = new StringBuilder();
        int count = 0;
        for (Fragment part : parts) {
            if (hasFailed(part) && ++count <= NAMES_MAX) {
                names.append(count == 1 ? "" : ", ").append(part.shard());
            }
        }
        if (count > NAMES_MAX) {
            names.append(" and ").append(count - NAMES_MAX).append(" more");
        }
        String text = failure == null
                ? new String(reply, 1, Math.min(reply.length - 3, TEXT_BYTES_MAX), UTF_8)
                : "ERR " + failure;
        return RespWriter.error(text + ", failed on " + count + " of " + parts.size() + " shards (" + names
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

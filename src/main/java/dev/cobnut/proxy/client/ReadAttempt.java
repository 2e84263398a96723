package dev.cobnut.proxy.client;

import dev.cobnut.net.Held;
import dev.cobnut.proxy.backend.Exchange;
import dev.cobnut.proxy.backend.Failure;
import dev.cobnut.proxy.backend.NodeLink;
import dev.cobnut.proxy.backend.Resumable;
import dev.cobnut.resp.ErrorCode;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// A read on its way to the node of first choice. When that one cannot answer, the other is asked in its place, once:
/// a read changes nothing, so it does not matter whether the first has seen it. Only what has waited for the pool's
/// timeout is not repeated; the timeout is a promise to the client.
final class ReadAttempt extends Exchange {
    private final Client client;
    private final ClientReads reads;
    private final int shard;
    private final Exchange read;
    private final byte[] request;
    private final int lane;
    private boolean begun;

    /// @param read gets the reply, whoever gives it
    /// @param request kept, to be sent again
    ReadAttempt(Client client, ClientReads reads, int shard, Exchange read, byte[] request) {
        this.client = client;
        this.reads = reads;
        this.shard = shard;
        this.read = read;
        this.request = request;
        this.lane = client.lane();
        client.replies().account().hold(Held.COPIES, request.length);
    }

    private void forget() {
        client.replies().account().give(Held.COPIES, request.length);
    }

    /// The other choice, when the first has failed; null when there is none.
    private @Nullable NodeLink otherwise(boolean unready) {
        NodeLink other = reads.otherwise(shard, unready);
        if (other == null || client.isGone()) {
            return null;
        }
        // What the client sends next must not overtake it on the way it would have taken.
        client.door().awaitAnswers();
        return other;
    }

    @Override
    public boolean onReply(byte[] bytes, int from, int to) {
        forget();
        NodeLink other = isUnready(bytes, from, to) ? otherwise(true) : null;
        if (other == null) {
            return read.onReply(bytes, from, to);
        }
        other.send(lane, read, request, 0, request.length);
        return true;
    }

    /// Whether the node has no data to read from, or none it vouches for.
    private static boolean isUnready(byte[] bytes, int from, int to) {
        ErrorCode code = ErrorCode.of(bytes, from, to);
        return code == ErrorCode.LOADING || code == ErrorCode.MASTERDOWN;
    }

    @Override
    public boolean onReplyPart(ByteBuf part, boolean last) {
        begun = true;
        if (last) {
            forget();
        }
        return read.onReplyPart(part, last);
    }

    @Override
    public void onFailure(Failure failure, boolean sent) {
        forget();
        boolean late = sent && failure.kind() == Failure.Kind.TIMED_OUT;
        NodeLink other = begun || late ? null : otherwise(false);
        if (other == null) {
            read.onFailure(failure, sent);
        } else {
            other.send(lane, read, request, 0, request.length);
        }
    }

    @Override
    public Object receiver() {
        return read.receiver();
    }

    @Override
    public void onPaused(Resumable connection) {
        read.onPaused(connection);
    }

    @Override
    public void onTooSlow() {
        read.onTooSlow();
    }
}

package dev.cobnut.proxy.backend;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A read on its way to the node of first choice. When that one cannot answer, the other is asked in its place, once:
/// a read changes nothing, so it does not matter whether the first has seen it. Only what has waited for the pool's
/// timeout is not repeated; the timeout is a promise to the client.
public abstract class ReadAttempt extends Exchange {
    /// What a node says that has no data to read from, or none it vouches for.
    private static final byte[][] UNREADY = {"-LOADING ".getBytes(US_ASCII), "-MASTERDOWN ".getBytes(US_ASCII)};

    private final Exchange read;
    private final int lane;
    private final byte[] request;
    private boolean begun;

    /// @param read gets the reply, whoever gives it
    /// @param lane on either link
    protected ReadAttempt(Exchange read, int lane, byte[] bytes, int from, int to) {
        this.read = read;
        this.lane = lane;
        this.request = Arrays.copyOfRange(bytes, from, to);
    }

    /// The other choice, asked for when the first has failed.
    ///
    /// @param unready true when the node is there and said that it is not to be read from
    /// @return null when there is none; the failure is the reply then
    protected abstract @Nullable ShardLink otherwise(boolean unready);

    @Override
    protected final boolean onReply(byte[] bytes, int from, int to) {
        ShardLink other = isUnready(bytes, from, to) ? otherwise(true) : null;
        if (other == null) {
            return read.onReply(bytes, from, to);
        }
        other.send(lane, read, request, 0, request.length);
        return true;
    }

    private static boolean isUnready(byte[] bytes, int from, int to) {
        if (bytes[from] == '-') {
            for (byte[] prefix : UNREADY) {
                if (to - from > prefix.length
                        && Arrays.equals(bytes, from, from + prefix.length, prefix, 0, prefix.length)) {
                    return true;
                }
            }
        }
        return false;
    }

    @Override
    protected final boolean onReplyPart(ByteBuf part, boolean last) {
        begun = true;
        return read.onReplyPart(part, last);
    }

    @Override
    protected final void onFailure(Failure failure, boolean sent) {
        boolean late = sent && failure.kind() == Failure.Kind.TIMED_OUT;
        ShardLink other = begun || late ? null : otherwise(false);
        if (other == null) {
            read.onFailure(failure, sent);
        } else {
            other.send(lane, read, request, 0, request.length);
        }
    }

    @Override
    protected final Object receiver() {
        return read.receiver();
    }

    @Override
    protected final void onPaused(NodeConnection connection) {
        read.onPaused(connection);
    }

    @Override
    protected final void onTooSlow() {
        read.onTooSlow();
    }
}

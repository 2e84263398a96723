package dev.cobnut.proxy.joined;

import dev.cobnut.proxy.backend.Exchange;
import dev.cobnut.proxy.backend.Failure;
import dev.cobnut.proxy.backend.Resumable;
import dev.cobnut.resp.RespWriter;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The part of a split request that goes to one shard. Its reply is collected whole, up to [#REPLY_BYTES_MAX].
class Fragment extends Exchange {
    static final int REPLY_BYTES_MAX = 64 * 1024 * 1024;

    private final JoinedReply joined;
    private final String shard;
    private byte[] reply = new byte[0];
    private @Nullable Failure failure;
    private boolean sent = true;
    private @Nullable ByteArrayOutputStream parts;
    private boolean tooLong;

    /// @param shard its name, for people
    Fragment(JoinedReply joined, String shard) {
        this.joined = joined;
        this.shard = shard;
    }

    /// The name of the shard that it goes to.
    String shard() {
        return shard;
    }

    /// The whole reply, or the error that stands for it.
    byte[] reply() {
        return reply;
    }

    /// Why no node answered; null when one did.
    @Nullable
    Failure failure() {
        return failure;
    }

    /// Whether a node may have executed it.
    boolean isSent() {
        return sent;
    }

    @Override
    public boolean onReply(byte[] bytes, int from, int to) {
        reply = Arrays.copyOfRange(bytes, from, to);
        joined.keep(reply.length);
        joined.onFragment(this);
        return joined.mayReadOn();
    }

    @Override
    public boolean onReplyPart(ByteBuf part, boolean last) {
        if (parts == null) {
            parts = new ByteArrayOutputStream(part.readableBytes() * 2);
        }
        boolean wanted = !joined.isUnwanted();
        tooLong |=
                parts.size() + part.readableBytes() > REPLY_BYTES_MAX || wanted && !joined.take(part.readableBytes());
        if (!tooLong && wanted) {
            byte[] copy = new byte[part.readableBytes()];
            part.getBytes(part.readerIndex(), copy);
            parts.writeBytes(copy);
        } else {
            parts = new ByteArrayOutputStream(0);
        }
        if (last) {
            reply = tooLong
                    ? RespWriter.error("ERR one shard's part of a reply joined from several is limited to "
                            + REPLY_BYTES_MAX + " bytes, and by the memory that is free; ask for fewer keys at once")
                    : parts.toByteArray();
            parts = null;
            if (!joined.isUnwanted()) {
                joined.onFragment(this);
            }
        }
        return joined.mayReadOn();
    }

    @Override
    public void onFailure(Failure cause, boolean wasSent) {
        failure = cause;
        sent = wasSent;
        reply = cause.reply(wasSent);
        joined.onFragment(this);
    }

    @Override
    public Object receiver() {
        return joined.receiver();
    }

    @Override
    public void onPaused(Resumable connection) {
        joined.onPaused(connection);
    }

    @Override
    public void onTooSlow() {
        joined.onTooSlow();
    }
}

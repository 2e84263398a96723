package dev.cobnut.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.util.internal.OutOfDirectMemoryError;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What one connection is going to write. Small pieces are copied into one buffer, long ones are passed on as they
/// are; the loop writes it all at the end of its turn. Before [#open] it only collects.
///
/// Owns every buffer appended until it hands it to the channel. For the loop's own thread.
final class Outgoing {
    private static final Logger LOG = LoggerFactory.getLogger(Outgoing.class);

    private final IoLoop loop;
    private @Nullable Channel channel;
    private @Nullable ByteBuf buffer;
    private @Nullable ArrayDeque<ByteBuf> waiting;
    private long waitingBytes;
    private @Nullable Account account;
    private boolean dirty;
    private boolean closed;

    Outgoing(IoLoop loop) {
        this.loop = loop;
    }

    /// Writes go to `channel` from now on, what was collected first.
    void open(Channel channel) {
        this.channel = channel;
        if (closed) {
            giveUp();
        }
        if (waiting != null) {
            for (ByteBuf piece : waiting) {
                write(channel, piece);
            }
            waiting = null;
            waitingBytes = 0;
            markDirty();
        }
        if (buffer != null) {
            markDirty();
        }
    }

    /// Appends a copy of some bytes. Does nothing once closed.
    void append(byte[] bytes, int offset, int length) {
        if (closed) {
            return;
        }
        ByteBuf target = buffer;
        if (target == null || target.writableBytes() < length) {
            ByteBuf next = take(length);
            if (next == null) {
                return;
            }
            if (target != null) {
                pass(target);
            } else if (channel != null) {
                markDirty();
            }
            target = buffer = next;
        }
        target.writeBytes(bytes, offset, length);
    }

    /// Null when there is no memory for it: this connection alone then ends.
    private @Nullable ByteBuf take(int length) {
        try {
            return loop.writeBuffers().take(length);
        } catch (OutOfDirectMemoryError e) {
            LOG.warn("no memory for {} bytes to be written, the connection is closed: {}", length, e.getMessage());
            giveUp();
            return null;
        }
    }

    /// Closes the connection, but not within the call: whoever appends does not expect its end.
    void giveUp() {
        close();
        Channel open = channel;
        if (open != null) {
            loop.eventLoop().execute(open::close);
        }
    }

    /// Whose unread bytes are counted here.
    void setAccount(Account account) {
        this.account = account;
    }

    /// Appends a copy of some bytes.
    void append(byte[] bytes) {
        append(bytes, 0, bytes.length);
    }

    /// Appends a buffer without copying it. Takes it over, also when closed.
    void appendOwned(ByteBuf piece) {
        if (closed) {
            piece.release();
            return;
        }
        if (buffer != null) {
            pass(buffer);
            buffer = null;
        }
        pass(piece);
        if (channel != null) {
            markDirty();
        }
    }

    /// Bytes appended and not yet taken by the kernel.
    long pendingBytes() {
        long pending = waitingBytes + (buffer == null ? 0 : buffer.readableBytes());
        Channel open = channel;
        if (open != null) {
            var outbound = open.unsafe().outboundBuffer();
            if (outbound != null) {
                pending += outbound.totalPendingWriteBytes();
            }
        }
        return pending;
    }

    /// Releases what has not been handed to the channel; later appends are dropped.
    void close() {
        closed = true;
        if (buffer != null) {
            buffer.release();
            buffer = null;
        }
        if (waiting != null) {
            waiting.forEach(ByteBuf::release);
            waiting = null;
            waitingBytes = 0;
        }
    }

    /// Hands everything to the kernel now instead of at the end of the turn.
    void flush() {
        dirty = false;
        Channel open = channel;
        if (open == null || closed) {
            return;
        }
        ByteBuf written = buffer;
        buffer = null;
        if (written == null) {
            open.unsafe().flush();
        } else {
            write(open, written.retain());
            open.unsafe().flush();
            loop.writeBuffers().giveBack(written);
        }
        if (account != null) {
            account.set(Held.UNREAD, pendingBytes());
        }
    }

    private void pass(ByteBuf piece) {
        if (channel != null) {
            write(channel, piece);
            return;
        }
        if (waiting == null) {
            waiting = new ArrayDeque<>();
        }
        waiting.add(piece);
        waitingBytes += piece.readableBytes();
    }

    private static void write(Channel channel, ByteBuf piece) {
        channel.unsafe().write(piece, channel.voidPromise());
    }

    private void markDirty() {
        if (!dirty) {
            dirty = true;
            loop.dirty(this);
        }
    }
}

package dev.cobnut.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// What one connection is going to write. Small pieces are copied into one buffer, long ones are passed on as they
/// are; the loop writes it all at the end of its turn. Before [#open] it only collects.
///
/// Owns every buffer appended until it hands it to the channel. For the loop's own thread.
final class Outgoing {
    private final IoLoop loop;
    private @Nullable Channel channel;
    private @Nullable ByteBuf buffer;
    private @Nullable ArrayDeque<ByteBuf> waiting;
    private long waitingBytes;
    private boolean dirty;
    private boolean closed;

    Outgoing(IoLoop loop) {
        this.loop = loop;
    }

    /// Writes go to `channel` from now on, what was collected first.
    void open(Channel channel) {
        this.channel = channel;
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
        if (target == null) {
            target = buffer = loop.writeBuffers().take(length);
            if (channel != null) {
                markDirty();
            }
        } else if (target.writableBytes() < length) {
            pass(target);
            target = buffer = loop.writeBuffers().take(length);
        }
        target.writeBytes(bytes, offset, length);
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

package dev.cobnut.proxy.backend;

import dev.cobnut.net.IoLoop;
import dev.cobnut.resp.ReplyScanner;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Cuts what a node sends into replies and gives them to the connection, in order.
///
/// A reply of up to [#HELD_BYTES_MAX] is given when it is whole, so that a node dying in the middle of it leaves a
/// clean error instead of a torso. A longer one goes on in parts as it arrives, and is never collected. For the loop's
/// own thread.
final class ReplyReader {
    static final int HELD_BYTES_MAX = 64 * 1024;

    /// A larger array is not kept between replies.
    private static final int ARRAY_KEPT_MAX = 16 * 1024;

    private final IoLoop loop;
    private final NodeConnection connection;
    private final ReplyScanner scanner = new ReplyScanner();
    private byte[] held = new byte[0];
    private int heldBytes;
    private boolean inParts;

    ReplyReader(IoLoop loop, NodeConnection connection) {
        this.loop = loop;
        this.connection = connection;
    }

    /// True while the reply at the head of the queue is being passed on in parts.
    boolean isInParts() {
        return inParts;
    }

    /// Reads on, until the bytes or the connection end. The buffer stays the caller's.
    ///
    /// @return what is wrong with the bytes; null when nothing is
    @Nullable
    String read(ByteBuf buffer) {
        if (inParts && scanner.bodyRemaining() >= buffer.readableBytes()) {
            scanner.skipBody(buffer.readableBytes());
            connection.onReplyPart(buffer, false);
            return null;
        }
        byte[] window = loop.window();
        int to = loop.copyToWindow(buffer);
        int at = 0;
        while (at < to && !connection.isClosed()) {
            if (!connection.expectsReply()) {
                return "sent bytes that nobody asked for";
            }
            int end = scanner.feed(window, at, to);
            if (scanner.error() != null) {
                return "sent " + scanner.error();
            }
            if (scanner.complete()) {
                scanner.reset();
                whole(buffer, window, at, end);
            } else {
                part(buffer, window, at, end);
            }
            at = end;
        }
        return null;
    }

    private void whole(ByteBuf buffer, byte[] window, int from, int to) {
        if (inParts) {
            inParts = false;
            connection.onReplyPart(buffer.slice(buffer.readerIndex() + from, to - from), true);
        } else if (heldBytes > 0) {
            hold(window, from, to);
            int length = heldBytes;
            heldBytes = 0;
            connection.onReply(held, 0, length);
            held = held.length > ARRAY_KEPT_MAX ? new byte[0] : held;
        } else {
            connection.onReply(window, from, to);
        }
    }

    private void part(ByteBuf buffer, byte[] window, int from, int to) {
        if (!inParts && heldBytes + to - from <= HELD_BYTES_MAX) {
            hold(window, from, to);
            return;
        }
        if (!inParts) {
            inParts = true;
            if (heldBytes > 0) {
                ByteBuf first = Unpooled.wrappedBuffer(held, 0, heldBytes);
                held = new byte[0];
                heldBytes = 0;
                connection.onReplyPart(first, false);
                first.release();
            }
        }
        connection.onReplyPart(buffer.slice(buffer.readerIndex() + from, to - from), false);
    }

    private void hold(byte[] bytes, int from, int to) {
        int length = to - from;
        if (held.length < heldBytes + length) {
            held = Arrays.copyOf(held, Math.max(heldBytes + length, Math.min(HELD_BYTES_MAX, held.length * 2)));
        }
        System.arraycopy(bytes, from, held, heldBytes, length);
        heldBytes += length;
    }
}

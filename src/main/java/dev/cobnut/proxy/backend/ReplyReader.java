package dev.cobnut.proxy.backend;

import dev.cobnut.net.IoLoop;
import dev.cobnut.resp.ReplyScanner;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Cuts what a node sends into replies and messages, and gives them to the receiver in order.
///
/// A reply of up to [#HELD_BYTES_MAX] is given when it is whole, so that a node dying in the middle of it leaves a
/// clean error instead of a torso. A longer one goes on in parts as it arrives, and is never collected, be it long by
/// its strings, its elements, or a line that does not end. For the loop's own thread.
///
/// A push of RESP3 is a message on every connection, also where nobody asked for one: it is never taken for the reply to
/// a request, and on a shared connection it ends nothing.
final class ReplyReader {
    static final int HELD_BYTES_MAX = 64 * 1024;

    /// A larger array is not kept between replies.
    private static final int ARRAY_KEPT_MAX = 16 * 1024;

    /// Who knows what is to come, and gets it.
    interface Receiver {
        /// Whether nothing more is wanted: what was given last has closed the connection.
        boolean isClosed();

        /// Whether a request waits for its reply.
        boolean expectsReply();

        /// Whether messages may come that nobody asked for.
        boolean expectsMessages();

        /// Something has come that can be neither a reply nor a message.
        ///
        /// @return what is wrong with it; null when the receiver has dealt with it, and closed the connection
        @Nullable
        String onUnasked(byte[] bytes, int from, int to);

        /// Whether a frame that is no push of RESP3 is a message all the same, and no reply.
        ///
        /// @param to as for [PushForm#matches]
        boolean isPush(byte[] bytes, int from, int to);

        /// A whole reply to the oldest request, valid during the call only.
        void onReply(byte[] bytes, int from, int to);

        /// A piece of a long reply to the oldest request. The buffer stays the reader's.
        void onReplyPart(ByteBuf part, boolean last);

        /// A whole message, valid during the call only.
        void onPush(byte[] bytes, int from, int to);

        /// A piece of a long message. The buffer stays the reader's.
        void onPushPart(ByteBuf part, boolean last);
    }

    private final IoLoop loop;
    private final Receiver receiver;
    private final ReplyScanner scanner = new ReplyScanner();
    private byte[] held = new byte[0];
    private int heldBytes;
    private boolean inParts;

    /// What goes on in parts is a message and not a reply.
    private boolean pushInParts;

    ReplyReader(IoLoop loop, Receiver receiver) {
        this.loop = loop;
        this.receiver = receiver;
    }

    void setResp3(boolean resp3) {
        scanner.setResp3(resp3);
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
        if (receiver.isClosed()) {
            return null; // by what was found out just before
        }
        if (inParts && scanner.bodyRemaining() >= buffer.readableBytes()) {
            scanner.skipBody(buffer.readableBytes());
            givePart(buffer, false);
            return null;
        }
        byte[] window = loop.window();
        int to = loop.copyToWindow(buffer);
        int at = 0;
        while (at < to && !receiver.isClosed()) {
            boolean unasked = !receiver.expectsReply() && !receiver.expectsMessages();
            if (unasked && !scanner.mayBePush()) {
                return receiver.onUnasked(window, at, to);
            }
            int end = scanner.feed(window, at, to);
            boolean expected = true;
            switch (scanner.status()) {
                case MORE -> expected = (!unasked || scanner.mayBePush()) && part(buffer, window, at, end);
                case REPLY -> {
                    boolean push = scanner.isPush();
                    scanner.reset();
                    expected = whole(buffer, window, at, end, push);
                }
                case BROKEN -> {
                    return "sent " + scanner.error();
                }
            }
            if (!expected) {
                return receiver.onUnasked(window, at, end);
            }
            at = end;
        }
        return null;
    }

    /// @return false when it is a reply that nobody asked for
    private boolean whole(ByteBuf buffer, byte[] window, int from, int to, boolean push) {
        if (inParts) {
            inParts = false;
            givePart(buffer.slice(buffer.readerIndex() + from, to - from), true);
            return true;
        }
        if (heldBytes == 0) {
            return give(window, from, to, push);
        }
        hold(window, from, to);
        int length = heldBytes;
        heldBytes = 0;
        boolean expected = give(held, 0, length, push);
        held = held.length > ARRAY_KEPT_MAX ? new byte[0] : held;
        return expected;
    }

    private boolean give(byte[] bytes, int from, int to, boolean push) {
        if (push || receiver.isPush(bytes, from, to)) {
            receiver.onPush(bytes, from, to);
        } else if (receiver.expectsReply()) {
            receiver.onReply(bytes, from, to);
        } else {
            return false;
        }
        return true;
    }

    private boolean part(ByteBuf buffer, byte[] window, int from, int to) {
        if (!inParts && heldBytes + to - from <= HELD_BYTES_MAX) {
            hold(window, from, to);
            return true;
        }
        if (!inParts) {
            inParts = true;
            pushInParts = scanner.isPush()
                    || (heldBytes > 0 ? receiver.isPush(held, 0, heldBytes) : receiver.isPush(window, from, to));
            if (!pushInParts && !receiver.expectsReply()) {
                return false;
            }
            if (heldBytes > 0) {
                ByteBuf first = Unpooled.wrappedBuffer(held, 0, heldBytes);
                held = new byte[0];
                heldBytes = 0;
                givePart(first, false);
                first.release();
            }
        }
        givePart(buffer.slice(buffer.readerIndex() + from, to - from), false);
        return true;
    }

    private void givePart(ByteBuf part, boolean last) {
        if (pushInParts) {
            receiver.onPushPart(part, last);
        } else {
            receiver.onReplyPart(part, last);
        }
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

package dev.cobnut.proxy.client;

import dev.cobnut.net.Account;
import dev.cobnut.net.Held;
import dev.cobnut.net.IoLoop;
import dev.cobnut.net.Socket;
import dev.cobnut.proxy.backend.Resumable;
import dev.cobnut.stats.Counters;
import dev.cobnut.stats.PoolCounter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The replies of one client, in the order of its requests.
///
/// ```
///   head                      tail
///   [ waiting ][ done ][ waiting ]      the reply of the head goes straight to the socket,
///                                       others are stored until it is their turn
/// ```
///
/// An error is a reply like any other: it takes its place here and leaves by the same door. For the loop's own
/// thread.
public final class ReplyQueue {
    /// Above this much unread, node connections stop reading for the sake of this client.
    static final int UNREAD_BYTES_MAX = 1024 * 1024;

    /// A shorter part is copied: kept as it is it would hold on to a whole read buffer of 64 KiB.
    private static final int COPIED_PART_BYTES = 32 * 1024;

    /// Who reads what leaves the queue.
    public interface Reader extends Account.Owner {
        /// A reply has left the queue.
        void onAnswered();

        /// Nothing more can be given to the client.
        void closeBroken(String why);

        @Override
        default void onShed(String why) {
            closeBroken(why);
        }
    }

    private final Socket socket;
    private final Reader reader;
    private final Counters<PoolCounter> counters;
    private final Account account;
    private final RequestWindow window = new RequestWindow();

    private @Nullable PendingReply head;
    private @Nullable PendingReply tail;
    private int size;

    /// How many of the requests that stand here answer by messages.
    private int confirming;

    /// Of all replies that are stored behind the head, parts of joined ones included.
    private long storedBytes;

    private final PausedNodes paused = new PausedNodes();

    private final Muting muting = new Muting();

    public ReplyQueue(IoLoop loop, Socket socket, Reader reader, Counters<PoolCounter> counters) {
        this.socket = socket;
        this.reader = reader;
        this.counters = counters;
        this.account = new Account(loop, socket, reader);
    }

    public Account account() {
        return account;
    }

    public RequestWindow window() {
        return window;
    }

    public Muting muting() {
        return muting;
    }

    public int size() {
        return size;
    }

    public boolean isEmpty() {
        return head == null;
    }

    public boolean isFlushed() {
        return head == null && socket.pendingBytes() == 0;
    }

    /// Takes a place for a request whose reply is still to come.
    public <R extends PendingReply> R add(R request) {
        if (muting.take() && !request.confirms()) {
            request.mute();
        }
        return append(request);
    }

    private <R extends PendingReply> R append(R request) {
        request.queue = this;
        if (tail == null) {
            head = request;
        } else {
            tail.next = request;
        }
        tail = request;
        size++;
        confirming += request.confirms() ? 1 : 0;
        return request;
    }

    /// A reply that the proxy makes itself, in its turn.
    public void answer(byte[] reply) {
        if (head == null && !muting.isOn()) {
            socket.append(reply);
        } else {
            settle(add(new PendingReply()), reply);
        }
    }

    /// As [#settle], for a reply that is not copied.
    boolean settle(PendingReply request, byte[] reply) {
        noteLength(reply.length);
        if (request == head || request.isMuted()) {
            return settle(request, reply, 0, reply.length);
        }
        request.markComplete();
        forget(request);
        request.store(reply);
        stored(reply.length);
        return hasRoom();
    }

    /// The whole reply of a request has come.
    ///
    /// @return false when the client has too much unread
    boolean settle(PendingReply request, byte[] bytes, int from, int to) {
        request.markComplete();
        if (request == head) {
            if (!request.isMuted()) {
                socket.append(bytes, from, to - from);
            }
            advance();
            return isReading();
        }
        if (!request.isMuted()) {
            request.store(Arrays.copyOfRange(bytes, from, to));
            stored(to - from);
        }
        return hasRoom();
    }

    boolean settlePart(PendingReply request, ByteBuf part, boolean last) {
        if (last) {
            request.markComplete();
        }
        noteLength(request.addPartBytes(part.readableBytes()));
        if (request == head) {
            if (!request.isMuted()) {
                request.markBegun();
                write(part);
            }
            if (last) {
                advance();
            }
            return isReading();
        }
        if (!request.isMuted()) {
            request.store(kept(part));
            stored(part.readableBytes());
        }
        return hasRoom();
    }

    private void noteLength(long bytes) {
        if (bytes > RequestWindow.SHORT_BYTES_MAX) {
            window.onLong(bytes);
        }
    }

    private void stored(long bytes) {
        storedBytes += bytes;
        account.hold(Held.STORED, bytes);
    }

    private void forget(PendingReply request) {
        int bytes = request.storedBytes();
        if (bytes > 0) {
            storedBytes -= bytes;
            if (request.hasStored()) {
                account.give(Held.STORED, bytes);
            }
        }
    }

    /// Bytes have come that a joined reply collects; its account knows.
    void collected(PendingReply request, int bytes) {
        if (request != head) {
            request.collect(bytes);
            storedBytes += bytes;
        }
    }

    /// Whether more may come of a joined reply: the head waits only for the client to read, since all others wait
    /// for it.
    boolean hasRoomFor(PendingReply request) {
        return standsBehindHead(request) ? hasRoom() : isReading();
    }

    private static ByteBuf kept(ByteBuf part) {
        return part.readableBytes() > COPIED_PART_BYTES
                ? part.retain()
                : Unpooled.wrappedBuffer(ByteBufUtil.getBytes(part));
    }

    private void write(ByteBuf part) {
        if (part.readableBytes() <= COPIED_PART_BYTES) {
            socket.append(ByteBufUtil.getBytes(part));
        } else {
            socket.appendOwned(part.retainedSlice());
        }
    }

    // ---- messages that are no replies -------------------------------------------------------------------------------

    /// A message for a subscriber, or another push. It goes out at once where that cannot put it before a reply that
    /// the node gave earlier, or a confirmation that is still to come; else right behind these.
    ///
    /// @param source where it came from
    /// @return false when the client has too much unread; the source is resumed when it has room again
    boolean push(Resumable source, byte[] bytes, int from, int to) {
        PendingReply before = lastBefore(source);
        if (before != null) {
            PendingReply push = insert(before, new PendingReply());
            return hadRoom(settle(push, bytes, from, to), push, source);
        }
        socket.append(bytes, from, to - from);
        boolean room = isReading();
        if (!room) {
            paused.waitAtHead(source);
        }
        return room;
    }

    /// A message of the proxy's own, for a client of RESP3: as soon as no reply is in the middle.
    void announce(byte[] message) {
        if (head == null || !head.hasBegun()) {
            socket.append(message);
        } else {
            settle(insert(head, new PendingReply()), message);
        }
    }

    /// A part of a message has come that [#beginPush] gave a place.
    ///
    /// @return as for [#push]
    boolean pushPart(Resumable source, PendingReply push, ByteBuf part, boolean last) {
        return hadRoom(settlePart(push, part, last), push, source);
    }

    private boolean hadRoom(boolean room, PendingReply push, Resumable source) {
        if (source.owesReplies()) {
            // The head may be among what it owes: it must not wait for the turn of a message behind the head.
            boolean reading = isReading();
            if (!reading) {
                paused.waitAtHead(source);
            }
            return reading;
        }
        if (!room) {
            resumeLater(push, source);
        }
        return room;
    }

    /// Takes a place for a message that comes in parts, each for [#pushPart].
    PendingReply beginPush(Resumable source) {
        return insert(lastBefore(source), new PendingReply());
    }

    /// Puts a message behind what came before it; null for at the head.
    private PendingReply insert(@Nullable PendingReply before, PendingReply push) {
        push.queue = this;
        size++;
        if (before == null) {
            push.next = head;
            head = push;
        } else {
            push.next = before.next;
            before.next = push;
        }
        tail = push.next == null ? push : tail;
        return push;
    }

    /// The last in the queue of which something was said before the message, by any node, and before all that its own
    /// node has not confirmed; null for none.
    private @Nullable PendingReply lastBefore(Resumable source) {
        PendingReply last = null;
        if (head != null && (head.hasBegun() || storedBytes > 0 || confirming > 0)) {
            for (PendingReply each = head; each != null && each.isConfirmedBy(source); each = each.next) {
                last = each.hasBegun() || each.isComplete() || each.confirms() ? each : last;
            }
        }
        return last;
    }

    /// No node will answer the request.
    public void fail(PendingReply request, byte[] error) {
        counters.add(PoolCounter.FORWARD_ERROR, 1);
        if (request.hasBegun()) {
            reader.closeBroken("a reply broke off in the middle");
        } else {
            forget(request);
            request.dropStored();
            settle(request, error);
        }
    }

    /// The head has been answered: it leaves, and what waited behind it follows.
    private void advance() {
        PendingReply done = head;
        while (done != null && done.isComplete()) {
            head = done.next;
            done.next = null;
            size--;
            confirming -= done.confirms() ? 1 : 0;
            if (head == null) {
                tail = null;
                break;
            }
            done = head;
            forget(done);
            done.writeStored(socket);
            paused.onTurn(done);
        }
        resumePaused();
        reader.onAnswered();
    }

    // ---- a client that does not keep up ---------------------------------------------------------------------------

    private boolean hasRoom() {
        return storedBytes < account.unreadBytesMax(UNREAD_BYTES_MAX) && isReading();
    }

    private boolean isReading() {
        return socket.isWritable() || socket.pendingBytes() < account.unreadBytesMax(UNREAD_BYTES_MAX);
    }

    /// A node connection that has just been told that there is no room for this reply waits until there is.
    void resumeLater(PendingReply reply, Resumable connection) {
        if (standsBehindHead(reply)) {
            paused.waitBehind(reply, connection);
        } else {
            paused.waitAtHead(connection);
        }
    }

    /// False for the head, and for what has left.
    private boolean standsBehindHead(PendingReply reply) {
        return reply != head && (reply.next != null || reply == tail);
    }

    /// Wakes the node connections that wait for this client, if it has room again.
    public void resumePaused() {
        if (!paused.isEmpty() && isReading()) {
            paused.resumeAtHead();
            if (hasRoom()) {
                paused.resumeAll();
            }
        }
    }

    void tooSlow() {
        reader.closeBroken("it read too slowly while others waited behind its replies");
    }

    /// The client has left: what is still to come goes nowhere.
    public void abandon() {
        for (PendingReply each = head; each != null; each = each.next) {
            each.queue = null;
            each.dropStored();
        }
        head = null;
        tail = null;
        size = 0;
        confirming = 0;
        storedBytes = 0;
        account.close();
        paused.resumeAll();
    }
}

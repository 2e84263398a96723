package dev.cobnut.proxy.frontend;

import dev.cobnut.net.Account;
import dev.cobnut.net.Held;
import dev.cobnut.net.IoLoop;
import dev.cobnut.net.Socket;
import dev.cobnut.proxy.backend.Hold;
import dev.cobnut.proxy.backend.LaneEpoch;
import dev.cobnut.proxy.backend.NodeConnection;
import dev.cobnut.proxy.client.ReplyQueue;
import dev.cobnut.proxy.client.RequestWindow;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// Whether a client is read. It stops, and is woken again, for any of these reasons; each is one bound of memory or one
/// promise of order:
///
/// | reason  | stops when                                          | wakes when                    |
/// |---------|-----------------------------------------------------|-------------------------------|
/// | ANSWERS | what comes next takes another way than those before | they are all answered         |
/// | LANES   | a shared connection was replaced under requests     | they are all answered         |
/// | COUNT   | as many requests as its [RequestWindow] allows      | half of them are answered     |
/// | HELD    | [#HELD_BYTES_MAX] of replies to them are kept       | half of that is gone          |
/// | ROOM    | the node connection cannot take more                | it can                        |
/// | UNREAD  | 256 KiB of replies are unread                       | the client has read           |
/// | MEMORY  | the process holds much, and much of it is for it    | less is held                  |
/// | MASTER  | the shard that it asks has no master for now        | it has one, or nobody waits any more |
///
/// Who waits for a master is read on for a while, so that it is noticed if the client leaves: what it does not wait for
/// is not to be executed. What was read from the socket before it stopped is kept here, in order. For the loop's own thread.
final class Intake {
    /// Of replies that wait for others, and of requests that may have to be repeated.
    static final int HELD_BYTES_MAX = 1024 * 1024;

    /// What is shorter is copied: as it is it would hold on to a whole read buffer of 64 KiB.
    private static final int COPIED_BYTES_MAX = 32 * 1024;

    /// Of what a client sends while it waits for a master.
    private static final int KEPT_BYTES_MAX = 64 * 1024;

    static final int ANSWERS = 1;
    static final int LANES = 1 << 1;
    static final int COUNT = 1 << 2;
    static final int ROOM = 1 << 3;
    static final int UNREAD = 1 << 4;
    static final int HELD = 1 << 5;
    static final int MEMORY = 1 << 6;
    static final int MASTER = 1 << 7;

    private final IoLoop loop;
    private final Socket socket;
    private final ReplyQueue replies;
    private final Account account;
    private final RequestWindow window;
    private final LaneEpoch epoch;
    private final Runnable goOn;

    private final Runnable onMaster = this::onMaster;
    private @Nullable Hold hold;
    private int keptBytes;
    private int reasons;
    private int laneEpoch;
    private boolean stopped;
    private boolean goOnScheduled;
    private @Nullable ArrayDeque<ByteBuf> unread;

    /// @param goOn run at the end of a turn in which reading may go on; it asks [#resume]
    Intake(IoLoop loop, Socket socket, ReplyQueue replies, LaneEpoch epoch, Runnable goOn) {
        this.loop = loop;
        this.socket = socket;
        this.replies = replies;
        this.account = replies.account();
        this.window = replies.window();
        this.epoch = epoch;
        this.goOn = goOn;
        this.laneEpoch = epoch.current();
    }

    // ---- the reasons ------------------------------------------------------------------------------------------------

    /// What comes next waits until all before it are answered.
    void awaitAnswers() {
        reasons |= ANSWERS;
    }

    /// Nothing more until the connection has room.
    void awaitRoom(NodeConnection connection) {
        reasons |= ROOM;
        connection.whenRoom(this::onRoom);
    }

    private void onRoom() {
        reasons &= ~ROOM;
        goOn.run();
    }

    /// Nothing more until the shard has a master again.
    ///
    /// @return false when the next request is not to wait but to fail
    boolean awaitMaster(Hold held) {
        if ((reasons & MASTER) != 0) {
            return true;
        }
        if (!held.await(onMaster)) {
            return false;
        }
        hold = held;
        reasons |= MASTER;
        return true;
    }

    private void onMaster() {
        hold = null;
        reasons &= ~MASTER;
        goOn.run();
    }

    boolean awaitsMaster() {
        return (reasons & MASTER) != 0;
    }

    /// Looks at everything that can be a reason before a request begins.
    ///
    /// @return whether the request may begin
    boolean look() {
        if (replies.isEmpty()) {
            reasons &= ROOM | MASTER;
            laneEpoch = epoch.current();
        } else {
            set(LANES, laneEpoch != epoch.current());
            set(COUNT, replies.size() >= window.requests());
            set(HELD, account.passing() >= HELD_BYTES_MAX);
        }
        set(UNREAD, !socket.isWritable());
        set(MEMORY, !account.mayGoOn());
        return reasons == 0;
    }

    private void set(int reason, boolean on) {
        reasons = on ? reasons | reason : reasons & ~reason;
    }

    /// The reasons found by the last [#look], or added since.
    int reasons() {
        return reasons;
    }

    /// Whether the node connection of a request that is being passed on has room.
    boolean hasRoom() {
        return (reasons & ROOM) == 0;
    }

    // ---- stopping and going on --------------------------------------------------------------------------------------

    boolean isStopped() {
        return stopped;
    }

    /// Reads no more from the socket.
    void stop() {
        stopped = true;
        socket.read(awaitsMaster() && keptBytes < KEPT_BYTES_MAX);
    }

    /// Keeps bytes that were read and not looked at; takes the buffer over.
    ///
    /// @param first whether they come before all that is kept
    void keep(ByteBuf buffer, boolean first) {
        if (unread == null) {
            unread = new ArrayDeque<>(2);
        }
        ByteBuf kept = buffer;
        if (buffer.readableBytes() <= COPIED_BYTES_MAX) {
            byte[] copy = new byte[buffer.readableBytes()];
            buffer.readBytes(copy);
            buffer.release();
            kept = Unpooled.wrappedBuffer(copy);
        }
        if (first) {
            unread.addFirst(kept);
        } else {
            unread.addLast(kept);
        }
        keptBytes += kept.readableBytes();
        account.hold(Held.REQUEST, kept.readableBytes());
        if (stopped) {
            stop();
        }
    }

    /// The next bytes that were kept, the caller's to release; null when there are none.
    @Nullable
    ByteBuf takeKept() {
        ByteBuf next = unread == null ? null : unread.pollFirst();
        if (next != null) {
            keptBytes -= next.readableBytes();
            account.give(Held.REQUEST, next.readableBytes());
        }
        return next;
    }

    /// A reply has left the queue.
    void onAnswered() {
        if (stopped && isAnsweredEnough()) {
            if ((reasons & COUNT) != 0) {
                reasons &= ~COUNT;
                window.grow();
            }
            wake();
        }
    }

    private boolean isAnsweredEnough() {
        boolean all = (reasons & (ANSWERS | LANES)) != 0;
        return replies.isEmpty()
                || (!all && replies.size() <= window.requests() / 2 && account.passing() <= HELD_BYTES_MAX / 2);
    }

    /// The client has read.
    void onWritable() {
        if (stopped) {
            wake();
        }
    }

    /// Less is held.
    void onMemory() {
        if (stopped) {
            wake();
        }
    }

    private void wake() {
        if (!goOnScheduled) {
            goOnScheduled = true;
            loop.defer(goOn);
        }
    }

    /// Goes on if no reason is left. What was kept is to be looked at first; then [#read].
    ///
    /// @param between whether the next bytes begin a request; in the middle of one that is being passed on only its own
    ///     node counts: to wait for answers would be to wait for itself
    /// @return whether it goes on
    boolean resume(boolean between) {
        goOnScheduled = false;
        if (!stopped || !(between ? look() : hasRoom())) {
            return false;
        }
        stopped = false;
        return true;
    }

    /// Reads from the socket again.
    void read() {
        socket.read(true);
    }

    /// Lets go of what was kept.
    void drop() {
        if (hold != null) {
            hold.forget(onMaster);
            hold = null;
        }
        if (unread != null) {
            unread.forEach(ByteBuf::release);
            unread = null;
        }
    }
}

package dev.cobnut.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The bytes of one connection: all that leaves goes through here, and here reading is switched on and off.
///
/// | state      | entered when                        | what is appended                                 |
/// |------------|-------------------------------------|--------------------------------------------------|
/// | COLLECTING | created                             | kept; only [#writeAhead] reaches the channel     |
/// | OPEN       | [#open]: the peer is ready for it   | written once at the end of the turn              |
/// | FINISHING  | [#finish]: all has been said        | dropped; what came before is still written       |
/// | CLOSED     | [#close]                            | dropped, with all that the kernel had not taken  |
///
/// Bytes are handed to the channel's `unsafe()`, past every handler: that is a good part of what makes a request
/// cheap, and nobody but [Outgoing] and this class may know of it. So this is the plain form. With TLS, what is
/// appended has to go through the handler that encrypts, `pendingBytes` counts what that handler holds as well, and
/// `finish` has to send a close notification before it half-closes, and to wait for the peer's. `read(false)` must not
/// keep a handshake from ending.
///
/// For the loop's own thread.
public final class Socket {
    private enum State {
        COLLECTING,
        OPEN,
        FINISHING,
        CLOSED
    }

    private final IoLoop loop;
    private final Outgoing out;
    private State state = State.COLLECTING;
    private @Nullable Channel channel;
    private boolean reading = true;

    /// Without a connection yet.
    public Socket(IoLoop loop) {
        this.loop = loop;
        this.out = new Outgoing(loop);
    }

    /// For a connection that is there.
    public static Socket of(IoLoop loop, Channel channel) {
        Socket socket = new Socket(loop);
        socket.attach(channel);
        socket.open();
        return socket;
    }

    /// The channel that is being connected, or is connected. Once, before [#open].
    public void attach(Channel channel) {
        if (this.channel != null) {
            throw new IllegalStateException("the socket has a channel already");
        }
        this.channel = channel;
        if (state == State.CLOSED) {
            release(channel);
        } else if (!reading) {
            channel.config().setAutoRead(false);
        }
    }

    /// Where the peer is, for people: its IP address without the port, or that it came over a unix socket.
    public String peer() {
        return channel != null && channel.remoteAddress() instanceof InetSocketAddress peer
                ? peer.getAddress() == null
                        ? peer.getHostString()
                        : peer.getAddress().getHostAddress()
                : "a unix socket";
    }

    /// Writes a copy of some bytes at once, before what is collected.
    public void writeAhead(byte[] bytes) {
        Channel attached = channel;
        if (state != State.COLLECTING || attached == null) {
            throw new IllegalStateException("nothing can be written ahead by a socket that is " + state);
        }
        attached.unsafe().write(loop.allocator().directBuffer(bytes.length).writeBytes(bytes), attached.voidPromise());
        attached.unsafe().flush();
    }

    /// What was collected goes out, and so does all that is appended from now on.
    public void open() {
        Channel attached = channel;
        if (state != State.COLLECTING || attached == null) {
            throw new IllegalStateException("a socket that is " + state + " cannot be opened");
        }
        state = State.OPEN;
        out.open(attached);
    }

    /// Its unread bytes count here from now on.
    void setAccount(Account account) {
        out.setAccount(account);
    }

    /// Both ends, for people.
    String describe() {
        Channel attached = channel;
        return attached == null
                ? "a connection that is " + state
                : attached.remoteAddress() + " at " + attached.localAddress();
    }

    // ---- writing ----------------------------------------------------------------------------------------------------

    /// Appends a copy of some bytes.
    public void append(byte[] bytes, int offset, int length) {
        out.append(bytes, offset, length);
    }

    /// Appends a copy of some bytes.
    public void append(byte[] bytes) {
        out.append(bytes);
    }

    /// Appends a buffer without copying it. Takes it over, in every state.
    public void appendOwned(ByteBuf piece) {
        out.appendOwned(piece);
    }

    /// Bytes appended that the kernel has not taken yet.
    public long pendingBytes() {
        return out.pendingBytes();
    }

    /// Whether less is pending than the channel's high water mark; for as long as it collects, its owner has to ask
    /// [#pendingBytes].
    public boolean isWritable() {
        Channel attached = channel;
        return attached != null && attached.isWritable();
    }

    /// Hands everything to the kernel now instead of at the end of the turn.
    public void flush() {
        out.flush();
    }

    // ---- reading ----------------------------------------------------------------------------------------------------

    /// Reads on, or stops reading. Saying it again costs nothing; whoever stops for several reasons has to know them.
    public void read(boolean wanted) {
        if (reading != wanted) {
            reading = wanted;
            Channel attached = channel;
            if (attached != null) {
                attached.config().setAutoRead(wanted);
            }
        }
    }

    // ---- the end ----------------------------------------------------------------------------------------------------

    /// Closes once the kernel has taken all that was appended.
    public void finish() {
        finish(0);
    }

    /// The same for a peer that is still sending. To a close with unread bytes the kernel adds a reset, which overtakes
    /// what was written: so it says that no more comes, reads what still arrives, which the owner has to drop, and
    /// closes after a time.
    ///
    /// @param millis how long it reads on, unless the owner closes before
    public void finishLingering(int millis) {
        finish(millis);
    }

    private void finish(int lingerMillis) {
        Channel attached = channel;
        if (state == State.COLLECTING || attached == null) {
            close();
        } else if (state == State.OPEN) {
            state = State.FINISHING;
            out.flush();
            out.close();
            ChannelPromise written = attached.newPromise();
            attached.unsafe().write(Unpooled.EMPTY_BUFFER, written);
            attached.unsafe().flush();
            written.addListener(_ -> onAllWritten(attached, lingerMillis));
        }
    }

    private void onAllWritten(Channel attached, int lingerMillis) {
        if (lingerMillis == 0 || !attached.isActive()) {
            close();
        } else {
            ((DuplexChannel) attached).shutdownOutput();
            read(true);
            loop.eventLoop().schedule(this::close, lingerMillis, TimeUnit.MILLISECONDS);
        }
    }

    /// Closes at once.
    public void close() {
        if (state != State.CLOSED) {
            state = State.CLOSED;
            out.close();
            if (channel != null) {
                release(channel);
            }
        }
    }

    /// A channel for which there was no descriptor, or no place on its loop, is on no loop, and cannot be asked to
    /// close: that throws, where whoever heard of the failure wanted to clear up.
    private static void release(Channel channel) {
        if (channel.isRegistered()) {
            channel.close();
        } else if (channel.isOpen()) {
            channel.unsafe().closeForcibly();
        }
    }
}

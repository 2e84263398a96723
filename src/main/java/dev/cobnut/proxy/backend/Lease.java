package dev.cobnut.proxy.backend;

import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The side of a connection that is turned to the one client which has it for itself: who that is, what the node
/// remembers of that client, and what the node may send it unasked.
///
/// The [ConnectionMode] follows the client: [#become] by commands in front of its requests, the setters after requests
/// of its own. It stays when the client goes, and [Loans] looks at it for the next one. The lease of a lane of a
/// [NodeLink] never has an owner.
///
/// A message that comes while nobody has it goes nowhere. Owned by a [NodeConnection]; for the loop's own thread.
public final class Lease {
    private final Consumer<String[]> command;
    private ConnectionMode mode;
    private @Nullable ConnectionOwner owner;
    private PushForm pushForm = PushForm.TYPED;
    private boolean spoiled;

    /// When the connection was made.
    final long bornNanos;

    /// Since when it lies among the idle ones of its link.
    long idleSinceNanos;

    /// @param mode that the connection opens in
    /// @param command sends one of the proxy's own, word for word, in front of the next request
    Lease(ConnectionMode mode, long bornNanos, Consumer<String[]> command) {
        this.mode = mode;
        this.bornNanos = bornNanos;
        this.command = command;
    }

    // ---- who has it -------------------------------------------------------------------------------------------------

    /// Lends it, or takes it back with null.
    public void setOwner(@Nullable ConnectionOwner owner) {
        this.owner = owner;
    }

    /// It is not to be lent again.
    void spoil() {
        spoiled = true;
    }

    boolean isSpoiled() {
        return spoiled;
    }

    boolean isOwned() {
        return owner != null;
    }

    // ---- what the node remembers ------------------------------------------------------------------------------------

    /// What the next request finds.
    ConnectionMode mode() {
        return mode;
    }

    /// Notes what a request of the owner's has changed.
    public void setDatabase(int database) {
        mode = mode.withDatabase(database);
    }

    /// Notes what a request of the owner's has changed.
    public void setResp3(boolean resp3) {
        mode = mode.withResp3(resp3);
    }

    /// Notes what a request of the owner's has changed.
    ///
    /// @param name in ASCII; empty for none
    public void setName(byte[] name) {
        mode = mode.withName(name);
    }

    /// Brings it into the mode that the next requests need, by commands in front of them.
    public void become(ConnectionMode wanted) {
        speak(wanted.resp3());
        ConnectionMode before = mode;
        mode = wanted;
        if (before.database() != wanted.database()) {
            send("SELECT", Integer.toString(wanted.database()));
        }
        if (!before.name().equals(wanted.name())) {
            send("CLIENT", "SETNAME", wanted.name());
        }
    }

    /// Brings it to this version of the protocol, which a node agrees to even while a script keeps it busy.
    public void speak(boolean resp3) {
        if (mode.resp3() != resp3) {
            mode = mode.withResp3(resp3);
            send("HELLO", resp3 ? "3" : "2");
        }
    }

    private void send(String... words) {
        command.accept(words);
    }

    // ---- what the node sends unasked --------------------------------------------------------------------------------

    /// What the owner's requests may make the node send.
    public void setPushForm(PushForm form) {
        pushForm = form;
    }

    /// Whether a frame that is no push of RESP3 is a message for the owner all the same, and no reply.
    ///
    /// @param to as for [PushForm#matches]
    boolean isPush(byte[] bytes, int from, int to) {
        return owner != null && pushForm.matches(bytes, from, to, mode.resp3());
    }

    /// @return as for [ConnectionOwner#onPush]; true when nobody has it
    boolean onPush(byte[] bytes, int from, int to) {
        ConnectionOwner receiver = owner;
        return receiver == null || receiver.onPush(bytes, from, to);
    }

    /// @return as for [ConnectionOwner#onPush]; true when nobody has it
    boolean onPushPart(ByteBuf part, boolean last) {
        ConnectionOwner receiver = owner;
        return receiver == null || receiver.onPushPart(part, last);
    }

    // ---- what else the owner is told --------------------------------------------------------------------------------

    void onTooSlow() {
        if (owner != null) {
            owner.onTooSlow();
        }
    }

    void onIdle() {
        if (owner != null) {
            owner.onIdle();
        }
    }

    void onMoved() {
        if (owner != null) {
            owner.onMoved();
        }
    }

    void onLost(Failure why) {
        if (owner != null) {
            owner.onLost(why);
        }
    }
}

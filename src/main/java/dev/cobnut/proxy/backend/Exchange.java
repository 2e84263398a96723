package dev.cobnut.proxy.backend;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// One request on its way to a node, and the way back for its reply. This is all that a node connection knows of
/// clients.
///
/// It is queued before its first byte is written, and leaves the queue only when the last byte of its reply was read
/// or the connection died. Whoever stops waiting (the client left, the timeout passed) leaves it in the queue: it
/// then swallows exactly one reply. That is what keeps replies from reaching the wrong client.
///
/// Its owner is told exactly one ending: one [#onReply]; some [#onReplyPart], the last one marked; one [#onConfirmed]
/// after a message that was the [PushAnswer#LAST]; or [#onFailure], which may also cut a series of parts short. That
/// promise is kept here, in one place, for whatever the connection sees:
///
/// | outcome | entered when                    | what comes then                                            |
/// |---------|---------------------------------|------------------------------------------------------------|
/// | WAITING | created                         | is given to the owner                                      |
/// | TOLD    | the pool's timeout has passed   | is swallowed: the owner knows a failure already            |
/// | DONE    | the last byte came, or none can | cannot come: it has left the queue                         |
///
/// All calls come on the event loop of the connection. The methods that begin with `on` are for the owner to write, and
/// for one exchange to pass on to another that stands behind it.
public abstract class Exchange {
    private enum Outcome {
        WAITING,
        TOLD,
        DONE
    }

    @Nullable
    Exchange next;

    int requestBytes;

    /// When the pool's timeout passes; 0 for never.
    long deadlineNanos;

    /// Whether the bytes of its request are in the [SentLog] of its connection.
    boolean kept;

    /// When it began to wait for a master; 0 when it never did.
    long heldSinceNanos;

    private boolean patient;
    private boolean ofScript;
    private boolean read;
    private boolean runsTwice;

    /// A part of the reply has come.
    private boolean begun;

    /// It has been sent again after it had reached a node.
    private boolean repeated;
    private Outcome outcome = Outcome.WAITING;

    /// Makes it exempt from the pool's timeout: a blocking command. To be called before it is sent.
    public final void waitWithoutEnd() {
        patient = true;
    }

    final boolean waitsWithoutEnd() {
        return patient;
    }

    /// Its reply is made by a script or a function, whose errors say nothing of the node. To be called before it is sent.
    public final void isOfScript() {
        ofScript = true;
    }

    /// It changes nothing, so that it does not matter whether a node has executed it when it is sent again. To be called
    /// before it is sent.
    public final void isRead() {
        read = true;
    }

    /// It may be executed twice, as far as its pool is concerned; so it is sent again, once, when nobody knows whether it
    /// was. To be called before it is sent.
    public final void mayRunTwice() {
        runsTwice = true;
    }

    /// Whether it may be sent again, to another node, after its connection has ended. Saying yes counts.
    ///
    /// @param sent whether a byte of it may have reached the first
    final boolean mayRepeat(boolean sent) {
        if (outcome != Outcome.WAITING || begun || (sent && (repeated || !(read || runsTwice)))) {
            return false;
        }
        repeated |= sent;
        return true;
    }

    final boolean readsOnly() {
        return read;
    }

    /// Whether its owner has been told nothing yet.
    final boolean isUnanswered() {
        return outcome == Outcome.WAITING && !begun;
    }

    /// Whether an error reply is the node's own word.
    final boolean speaksForNode() {
        return !ofScript;
    }

    /// Whether nobody waits for its reply any more; it is not sent again then.
    protected boolean isUnwanted() {
        return false;
    }

    /// Whether it is the proxy's own business, which no counter counts.
    boolean isHidden() {
        return false;
    }

    // ---- what the connection sees ---------------------------------------------------------------------------------

    /// Whether the owner has been told a failure, and the reply is still to come.
    final boolean isTold() {
        return outcome == Outcome.TOLD;
    }

    /// The whole reply has come.
    ///
    /// @return as for [#onReply]
    final boolean reply(byte[] bytes, int from, int to) {
        return !end() || onReply(bytes, from, to);
    }

    /// A piece of a long reply has come.
    ///
    /// @return as for [#onReplyPart]
    final boolean replyPart(ByteBuf part, boolean last) {
        begun = true;
        boolean wanted = last ? end() : outcome == Outcome.WAITING;
        return !wanted || onReplyPart(part, last);
    }

    /// The message that completes the answer has come.
    final void confirm() {
        if (end()) {
            onConfirmed();
        }
    }

    /// The reply is late. What comes of it later goes nowhere.
    final void expire(Failure failure) {
        if (outcome != Outcome.WAITING) {
            throw new IllegalStateException("an exchange that is " + outcome + " cannot expire");
        }
        outcome = Outcome.TOLD;
        onFailure(failure, true);
    }

    /// No reply can come any more.
    ///
    /// @param sent as for [#onFailure]
    final void fail(Failure failure, boolean sent) {
        if (end()) {
            onFailure(failure, sent || repeated);
        }
    }

    /// It could not be sent at all.
    public final void fail(Failure failure) {
        fail(failure, false);
    }

    /// @return whether the owner is still to be told
    private boolean end() {
        Outcome before = outcome;
        if (before == Outcome.DONE) {
            throw new IllegalStateException("an exchange that is DONE has ended again");
        }
        outcome = Outcome.DONE;
        return before == Outcome.WAITING;
    }

    // ---- what the owner is told -----------------------------------------------------------------------------------

    /// A message has come while this is the oldest request under way; it may be part of the answer. It counts, and does
    /// no more.
    public PushAnswer onPush(byte[] bytes, int from, int to) {
        return PushAnswer.NOT_MINE;
    }

    /// What a message is to the oldest request under way.
    public enum PushAnswer {
        NOT_MINE,
        MINE,
        /// It completes the answer: there will be no other reply.
        LAST
    }

    /// The answer was a message, or several, and is whole.
    public void onConfirmed() {}

    /// The whole reply, valid during the call only.
    ///
    /// @return false when the receiver has so much unread that the connection should stop reading; it then gets
    ///     [#onPaused]
    public abstract boolean onReply(byte[] bytes, int from, int to);

    /// A piece of a long reply, in order. The buffer is the caller's: retain it to keep it.
    ///
    /// @return as for [#onReply]
    public abstract boolean onReplyPart(ByteBuf part, boolean last);

    /// There will be no reply.
    ///
    /// @param sent true when a byte of the request may have reached the node, so that it may have been executed
    public abstract void onFailure(Failure failure, boolean sent);

    /// Who the reply is for; two exchanges of one client have the same receiver.
    public abstract Object receiver();

    /// The connection reads nothing until the receiver calls [Resumable#resume]. To be written by those who ask for it.
    public void onPaused(Resumable connection) {
        throw new IllegalStateException(getClass().getName() + " never asks to pause");
    }

    /// The receiver kept the connection paused for too long while other clients waited behind it. It must let go of
    /// what is still to come. To be written by those who ask to pause.
    public void onTooSlow() {
        throw new IllegalStateException(getClass().getName() + " never asks to pause");
    }
}

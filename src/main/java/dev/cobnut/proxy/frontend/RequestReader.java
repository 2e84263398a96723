package dev.cobnut.proxy.frontend;

import dev.cobnut.net.IoLoop;
import dev.cobnut.proxy.client.Client;
import dev.cobnut.proxy.client.Upload;
import dev.cobnut.proxy.dispatch.Dispatcher;
import dev.cobnut.resp.Frame;
import dev.cobnut.resp.RequestScanner;
import dev.cobnut.resp.RespWriter;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// Cuts what a client sends into requests and hands them on, one after the other.
///
/// | mode       | entered when                                          | bytes               | left when                 |
/// |------------|-------------------------------------------------------|---------------------|---------------------------|
/// | BETWEEN    | a request has ended                                   | to the scanner      | the next begins           |
/// | HOLDING    | a request is not whole                                | kept in [HeldFrame] | it is whole, or too long  |
/// | WAITING    | it is too long, and others must be answered before it | not read            | they are                  |
/// | UPLOADING  | its own way is open                                   | to the [Upload]     | its last piece            |
/// | DISCARDING | it was refused before it was whole                    | nowhere             | its end                   |
/// | PARKED     | it is whole, and others must be answered before it    | not read            | they are                  |
/// | CLOSED     | the client leaves                                     | nowhere             | never                     |
///
/// A request of more than [#HELD_BYTES_MAX] is passed on while it arrives where its shard is known from its first
/// arguments; otherwise it is collected, up to [#COLLECTED_BYTES_MAX] and [#COLLECTED_ARGUMENTS_MAX], and as long as there
/// is memory for it. For the loop's own thread.
final class RequestReader {
    static final int HELD_BYTES_MAX = 64 * 1024;
    static final int COLLECTED_BYTES_MAX = 64 * 1024 * 1024;

    /// The positions of that many keys fit into 16 MiB beside them.
    static final int COLLECTED_ARGUMENTS_MAX = 1024 * 1024;

    /// A shorter piece of a long request is copied: as it is it would hold on to a whole read buffer of 64 KiB.
    private static final int PASSED_ON_BYTES_MIN = 32 * 1024;

    private static final String COLLECTED =
            "ERR a request that is split over shards, or whose keys are not among its first arguments, is limited to ";
    private static final byte[] TOO_LONG =
            RespWriter.error(COLLECTED + COLLECTED_BYTES_MAX + " bytes, and by the memory that is free");
    private static final byte[] TOO_MANY = RespWriter.error(COLLECTED + COLLECTED_ARGUMENTS_MAX + " arguments");
    private static final byte[] NO_MEMORY =
            RespWriter.error("ERR the proxy has no memory left for this request; it was not sent, try again later");
    private static final String QUOTES = "unbalanced quotes in request";

    /// What the next bytes are.
    enum Mode {
        BETWEEN,
        HOLDING,
        WAITING,
        UPLOADING,
        DISCARDING,
        PARKED,
        CLOSED
    }

    private final IoLoop loop;
    private final Client client;
    private final Dispatcher dispatcher;
    private final Intake intake;
    private final RequestScanner scanner;
    private final Frame frame;
    private final HeldFrame held;
    private Mode mode = Mode.BETWEEN;

    /// Not null while UPLOADING.
    private @Nullable Upload upload;

    /// @param scanner of this client, at the beginning of a request
    RequestReader(Client client, Dispatcher dispatcher, Intake intake, RequestScanner scanner) {
        this.loop = client.pool().loop();
        this.client = client;
        this.dispatcher = dispatcher;
        this.intake = intake;
        this.scanner = scanner;
        this.frame = dispatcher.frame();
        this.held = new HeldFrame(client.replies().account());
    }

    Mode mode() {
        return mode;
    }

    private void enter(Mode next) {
        // A request may make its client leave while it is handled.
        if (mode != Mode.CLOSED) {
            mode = next;
        }
    }

    /// Reads on, until the bytes end or reading has to stop; the intake then has the rest. The buffer stays the
    /// caller's.
    void read(ByteBuf buffer) {
        Upload body = upload;
        int length = buffer.readableBytes();
        if (body != null && length >= PASSED_ON_BYTES_MIN && scanner.bodyRemaining() >= length) {
            scanner.skipBody(length);
            body.piece(buffer.retain());
            stopUntilRoom(body);
            return;
        }
        byte[] window = loop.window();
        int to = loop.copyToWindow(buffer);
        int at = 0;
        while (at < to && mode != Mode.CLOSED) {
            if (mode == Mode.BETWEEN && !intake.look()) {
                stop(buffer, at, to);
                return;
            }
            int end = scanner.feed(window, at, to);
            take(window, at, end);
            if (mode == Mode.PARKED) {
                stop(buffer, end, to);
                return;
            }
            at = end;
        }
    }

    private void stop(ByteBuf buffer, int at, int to) {
        intake.stop();
        intake.keep(buffer.retainedSlice(buffer.readerIndex() + at, to - at), true);
    }

    private void take(byte[] window, int from, int to) {
        switch (scanner.status()) {
            case FRAME -> whole(window, from, to);
            case MORE -> part(window, from, to);
            case INLINE -> inline(window, from, to);
            case SKIP -> {
                held.drop();
                noRequest();
            }
            case BROKEN -> broken(scanner.error());
        }
    }

    private void broken(String what) {
        client.replies().answer(RespWriter.error("ERR Protocol error: " + what));
        client.door().leaveBroken("protocol error: " + what);
    }

    /// Redis ignores it, and has then skipped the reply to it.
    private void noRequest() {
        client.replies().muting().skipNone();
        nextRequest();
    }

    private void nextRequest() {
        scanner.reset();
        enter(Mode.BETWEEN);
    }

    // ---- whole requests ---------------------------------------------------------------------------------------------

    private void whole(byte[] window, int from, int to) {
        switch (mode) {
            case BETWEEN -> {
                if (dispatch(window, from, to)) {
                    nextRequest();
                } else {
                    held.add(window, from, to);
                    park();
                }
            }
            case HOLDING -> {
                held.add(window, from, to);
                dispatchHeld();
            }
            case UPLOADING -> {
                endUpload(window, from, to);
                nextRequest();
            }
            case DISCARDING -> nextRequest();
            case WAITING, PARKED, CLOSED -> throw new IllegalStateException("bytes while " + mode);
        }
    }

    private boolean dispatch(byte[] bytes, int from, int to) {
        frame.begin(client.pool().table(), scanner, bytes, from, to);
        if (frame.commandIfKnown() == null && (frame.is(0, "POST") || frame.is(0, "HOST:"))) {
            client.door().closeBroken("HTTP: a browser was made to send it, and what follows could be commands");
            return true;
        }
        return dispatcher.dispatch(client, frame);
    }

    private void dispatchHeld() {
        if (dispatch(held.bytes(), 0, held.length())) {
            held.drop();
            nextRequest();
        } else {
            park();
        }
    }

    private void park() {
        // It is whole, and at most as long as what is read at once; its place in the order is promised.
        held.count();
        enter(Mode.PARKED);
        intake.awaitAnswers();
    }

    /// What had to wait goes on, now that all before it are answered.
    void goOn() {
        if (mode == Mode.PARKED) {
            scanner.reset();
            scanner.feedWhole(held.bytes(), held.length());
            dispatchHeld();
            if (mode == Mode.PARKED) {
                intake.stop();
            }
        } else if (mode == Mode.WAITING) {
            longRequest();
        }
    }

    private void inline(byte[] window, int from, int to) {
        held.add(window, from, to);
        byte[] request = InlineRequest.toFrame(held.bytes(), held.length());
        held.drop();
        scanner.reset();
        if (request == null) {
            broken(QUOTES);
        } else if (request.length == 0) {
            noRequest();
        } else {
            scanner.feedWhole(request, request.length);
            held.add(request, 0, request.length);
            dispatchHeld();
        }
    }

    // ---- long requests ----------------------------------------------------------------------------------------------

    private void part(byte[] window, int from, int to) {
        Upload body = upload;
        if (body != null) {
            body.piece(window, from, to);
            stopUntilRoom(body);
        } else if (mode != Mode.DISCARDING) {
            held.add(window, from, to);
            enter(Mode.HOLDING);
            if (held.length() > HELD_BYTES_MAX) {
                longRequest();
            } else if (!held.take()) {
                client.replies().answer(NO_MEMORY);
                discard();
            }
        }
    }

    /// What is held has grown long: it is passed on as it comes, if its shard can be told by now.
    private void longRequest() {
        frame.begin(client.pool().table(), scanner, held.bytes(), 0, held.length());
        if (!dispatcher.canUpload(client, frame)) {
            enter(Mode.HOLDING);
            if (scanner.argumentCount() > COLLECTED_ARGUMENTS_MAX) {
                client.replies().answer(TOO_MANY);
                discard();
            } else if (held.length() > COLLECTED_BYTES_MAX || !held.take()) {
                client.replies().answer(TOO_LONG);
                discard();
            }
        } else if (client.replies().isEmpty() && !dispatcher.mustHold(client, frame)) {
            beginUpload();
        } else {
            // Everything before it must be answered: it goes over another connection and could overtake. And there
            // must be a master to pass it on to.
            enter(Mode.WAITING);
            intake.awaitAnswers();
            intake.stop();
        }
    }

    private void beginUpload() {
        upload = dispatcher.beginUpload(client, frame);
        if (upload == null) {
            discard();
        } else {
            held.drop();
            enter(Mode.UPLOADING);
        }
    }

    private void endUpload(byte[] window, int from, int to) {
        if (upload != null) {
            upload.lastPiece(window, from, to);
            upload = null;
        }
        intake.awaitAnswers();
    }

    private void discard() {
        held.drop();
        enter(Mode.DISCARDING);
    }

    private void stopUntilRoom(Upload body) {
        if (!body.hasRoom()) {
            intake.stop();
            intake.awaitRoom(body.connection());
        }
    }

    // ---- the end ----------------------------------------------------------------------------------------------------

    /// Reads nothing more.
    void end() {
        mode = Mode.CLOSED;
        held.drop();
    }

    /// The client leaves: a request that is not whole by now is not sent.
    void close() {
        end();
        if (upload != null) {
            upload.abort();
            upload = null;
        }
    }
}

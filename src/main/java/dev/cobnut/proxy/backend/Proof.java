package dev.cobnut.proxy.backend;

import dev.cobnut.resp.RespWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// Whether the replies on a lane still belong to the requests they seem to. A node that leaves one request without an
/// answer would from then on give each client the reply of another; so once a request has timed out, no reply is
/// believed before a fresh number has come back from behind the last request, in its place.
///
/// ```
///   in flight     [ late ][ x2 ][ x3 ][ ECHO 81f0… ]
///   comes back            [ r ][ r2 ][ r3 ][ 81f0… ]     as many replies before it as requests: they are given
///   comes back                  [ r2 ][ r3 ][ 81f0… ]    one is missing: nobody can tell which
/// ```
///
/// Owned by [Deliveries]; for the loop's own thread.
final class Proof {
    /// More than this is not kept in doubt.
    static final int HELD_BYTES_MAX = 1024 * 1024;

    /// What a reply says.
    enum Verdict {
        /// Nothing yet; it is kept.
        WAIT,
        /// All that is kept belongs where it seems to.
        PROVEN,
        /// It cannot be found out any more.
        FAILED
    }

    /// A reply that is kept, or a piece of one.
    static final class Held {
        final byte[] bytes;

        /// Whether it came as one.
        final boolean piece;

        /// Whether the reply ends with it.
        final boolean last;

        private Held(byte[] bytes, boolean piece, boolean last) {
            this.bytes = bytes;
            this.piece = piece;
            this.last = last;
        }
    }

    private final String number;
    private final byte[] answer;

    /// Replies that must come before the number.
    private final int expected;

    private final ArrayDeque<Held> held = new ArrayDeque<>();
    private int replies;
    private int bytes;

    /// @param expected how many replies are still to come
    Proof(int expected) {
        this.expected = expected;
        this.number = Long.toHexString(ThreadLocalRandom.current().nextLong() | Long.MIN_VALUE);
        this.answer = RespWriter.bulk(number.getBytes(StandardCharsets.US_ASCII));
    }

    /// What is to come back; no client can know of it.
    String number() {
        return number;
    }

    /// A whole reply.
    Verdict onReply(byte[] reply, int from, int to) {
        boolean isNumber = Arrays.equals(reply, from, to, answer, 0, answer.length);
        if (isNumber || replies == expected) {
            return isNumber && replies == expected ? Verdict.PROVEN : Verdict.FAILED;
        }
        return keep(new Held(Arrays.copyOfRange(reply, from, to), false, true));
    }

    /// A piece of a long reply.
    Verdict onPiece(byte[] piece, boolean last) {
        return replies == expected ? Verdict.FAILED : keep(new Held(piece, true, last));
    }

    private Verdict keep(Held reply) {
        held.add(reply);
        bytes += reply.bytes.length;
        replies += reply.last ? 1 : 0;
        return bytes > HELD_BYTES_MAX ? Verdict.FAILED : Verdict.WAIT;
    }

    /// The next of what was kept; null when that was all.
    @Nullable
    Held next() {
        return held.poll();
    }
}

package dev.cobnut.proxy.backend;

import dev.cobnut.topology.Trouble;
import io.netty.channel.ConnectTimeoutException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.nio.charset.StandardCharsets;

/// Why a node could not answer, with the two replies a client may see. The texts begin with nutcracker's wording,
/// which clients match on, and then say more: which shard, and whether the command was *not sent* (safe to repeat)
/// or its outcome is *unknown* (it may have been executed).
public final class Failure {

    /// What happened, in nutcracker's words.
    public enum Kind {
        REFUSED("Connection refused", Trouble.Kind.REFUSED),
        TIMED_OUT("Connection timed out", Trouble.Kind.SILENT),
        RESET("Connection reset by peer", Trouble.Kind.LOST),
        CLOSED("unknown", Trouble.Kind.LOST),
        HOST_DOWN("Host is down", Trouble.Kind.REFUSED),
        BAD_REPLY("Invalid argument", Trouble.Kind.LOST),
        UNREACHABLE("No route to host", Trouble.Kind.REFUSED),
        BUSY("Resource temporarily unavailable", Trouble.Kind.LOST);

        private final String words;
        private final Trouble.Kind trouble;

        Kind(String words, Trouble.Kind trouble) {
            this.words = words;
            this.trouble = trouble;
        }

        /// What the end of a socket was.
        ///
        /// @param connecting whether it has never been open
        static Kind of(Throwable cause, boolean connecting) {
            return switch (cause) {
                case NoRouteToHostException _ -> UNREACHABLE;
                case ConnectTimeoutException _ -> TIMED_OUT;
                case ConnectException _ -> REFUSED;
                default -> connecting ? REFUSED : RESET;
            };
        }
    }

    private final Kind kind;
    private final String detail;
    private final byte[] notSent;
    private final byte[] unknown;

    /// @param kind what happened
    /// @param detail which shard and node, and what is known beyond the kind; no CR or LF
    public Failure(Kind kind, String detail) {
        this.kind = kind;
        this.detail = detail.replaceAll("[\\r\\n]", " ");
        this.notSent = reply("command not sent");
        this.unknown = reply("outcome unknown");
    }

    private Failure(Kind kind, String detail, byte[] notSent, byte[] unknown) {
        this.kind = kind;
        this.detail = detail;
        this.notSent = notSent;
        this.unknown = unknown;
    }

    /// The node is there and answered with an error that is the answer to everything now.
    ///
    /// @param reply the error reply without its CR LF
    static Failure answered(String detail, String reply) {
        byte[] bytes = (reply + "\r\n").getBytes(StandardCharsets.UTF_8);
        return new Failure(Kind.BAD_REPLY, detail, bytes, bytes);
    }

    public Kind kind() {
        return kind;
    }

    /// What it is to those who look for a master that has moved or died.
    Trouble.Kind trouble() {
        return kind.trouble;
    }

    /// The error reply, CR LF included. Shared; do not change it.
    ///
    /// @param sent true when a byte of the request may have reached the node
    public byte[] reply(boolean sent) {
        return sent ? unknown : notSent;
    }

    private byte[] reply(String outcome) {
        return ("-ERR " + this + ", " + outcome + "\r\n").getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return kind.words + ": " + detail;
    }
}

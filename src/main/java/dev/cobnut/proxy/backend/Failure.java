package dev.cobnut.proxy.backend;

import java.nio.charset.StandardCharsets;

/// Why a node could not answer, with the two replies a client may see. The texts begin with nutcracker's wording,
/// which clients match on, and then say more: which shard, and whether the command was *not sent* (safe to repeat)
/// or its outcome is *unknown* (it may have been executed).
public final class Failure {

    /// What happened, in nutcracker's words.
    public enum Kind {
        REFUSED("Connection refused"),
        TIMED_OUT("Connection timed out"),
        RESET("Connection reset by peer"),
        CLOSED("unknown"),
        HOST_DOWN("Host is down"),
        BAD_REPLY("Invalid argument"),
        UNREACHABLE("No route to host"),
        BUSY("Resource temporarily unavailable");

        private final String words;

        Kind(String words) {
            this.words = words;
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

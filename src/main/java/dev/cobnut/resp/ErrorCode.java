package dev.cobnut.resp;

import org.jspecify.annotations.Nullable;

/// What an error reply says by its first words, as far as the proxy acts on it. All others are the business of the
/// client, who gets them as they are.
///
/// *Executed* says whether the command was, or may have been; where it was not, it is safe to send it again, elsewhere
/// or later. *Node* is what the reply tells of the node that gave it.
///
/// Source: `shared` and processCommand in server.c, acceptCommonHandler in networking.c of Redis 7.2; authCommand of
/// 5.0 and 7.2.
public enum ErrorCode {
    READONLY(false, Node.REPLICA, "READONLY"),
    MASTERDOWN(false, Node.REPLICA_WITHOUT_MASTER, "MASTERDOWN"),
    LOADING(false, Node.LOADING, "LOADING"),
    BUSY(false, Node.BUSY, "BUSY"),
    NOAUTH(false, Node.WANTS_PASSWORD, "NOAUTH"),
    MAX_CLIENTS(false, Node.CLOSED_TO_US, "ERR max number of clients"),
    DENIED(false, Node.CLOSED_TO_US, "DENIED"),
    MISCONF(false, Node.REFUSES_WRITES, "MISCONF"),
    OOM(false, Node.REFUSES_WRITES, "OOM"),
    NOREPLICAS(false, Node.REFUSES_WRITES, "NOREPLICAS"),

    /// The answer to AUTH of a node that has no password: there was nothing more to do.
    NO_PASSWORD(true, Node.OPEN, "ERR AUTH <password> called without any password configured"),
    /// The same before Redis 6.
    NO_PASSWORD_SET(true, Node.OPEN, "ERR Client sent AUTH, but no password is set");

    /// What an error reply tells of the node.
    public enum Node {
        /// It is a replica, whose data may be read.
        REPLICA,
        /// It is a replica that has lost its master, and vouches for nothing.
        REPLICA_WITHOUT_MASTER,
        /// It reads its data from disk, or from its master, and has none to answer from yet.
        LOADING,
        /// A script keeps it from answering anything else.
        BUSY,
        /// It wants AUTH first.
        WANTS_PASSWORD,
        /// It serves others, and not this connection, which it closes.
        CLOSED_TO_US,
        /// It cannot save its data, has no memory left, or too few replicas: reads are answered.
        REFUSES_WRITES,
        /// It serves everybody.
        OPEN
    }

    private static final ErrorCode[] ALL = values();

    private final boolean executed;
    private final Node node;
    private final String beginning;

    ErrorCode(boolean executed, Node node, String beginning) {
        this.executed = executed;
        this.node = node;
        this.beginning = beginning;
    }

    /// Whether the command may have been executed.
    public boolean executed() {
        return executed;
    }

    /// What it tells of the node.
    public Node node() {
        return node;
    }

    /// The code of a reply; null for those that are none of these, and for replies that are no errors.
    ///
    /// @param from where the reply begins; there must be one byte at least
    public static @Nullable ErrorCode of(byte[] bytes, int from, int to) {
        if (bytes[from] == '-') {
            for (ErrorCode code : ALL) {
                if (code.begins(bytes, from, to)) {
                    return code;
                }
            }
        }
        return null;
    }

    private boolean begins(byte[] bytes, int from, int to) {
        int length = beginning.length();
        int end = from + 1 + length;
        if (end > to || (end < to && isOfWord(bytes[end]))) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (bytes[from + 1 + i] != beginning.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /// BUSY is not the beginning of BUSYGROUP.
    private static boolean isOfWord(byte b) {
        return b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z' || b >= '0' && b <= '9' || b == '_';
    }
}

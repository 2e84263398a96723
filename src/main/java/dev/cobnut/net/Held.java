package dev.cobnut.net;

import java.util.Locale;

/// What is held for a client, by what it is.
public enum Held {
    /// What each connection costs, whatever its client does.
    CONNECTION("the connection", false),
    /// A request that is not whole, or that waits; bytes that were read and not looked at.
    REQUEST("requests in part", false),
    /// Commands and effects of a transaction that has no node yet, or has not been executed.
    TRANSACTION("a transaction", false),
    /// Names of channels, and the client's own.
    NAMES("names", false),
    /// Replies that wait for their turn.
    STORED("replies that wait for their turn", true),
    /// Parts of replies that are made of several.
    JOINED("replies being joined", true),
    /// Reads that are repeated if the first node fails.
    COPIES("copies of reads", true),
    /// Replies that the client has not read.
    UNREAD("unread replies", false);

    private final String text;
    private final boolean passing;

    Held(String text, boolean passing) {
        this.text = text;
        this.passing = passing;
    }

    /// For a log line.
    String text() {
        return text;
    }

    /// Whether it goes by itself once the requests under way are answered.
    boolean isPassing() {
        return passing;
    }

    /// The field of the statistics.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}

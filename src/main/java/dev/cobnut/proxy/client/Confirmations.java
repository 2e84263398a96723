package dev.cobnut.proxy.client;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.cobnut.proxy.backend.Exchange;
import java.util.Arrays;

/// Counts the confirmations of one command of the SUBSCRIBE family at one node: one message for each name. For the
/// loop's own thread.
public final class Confirmations {
    /// `>3 CR LF` stands before the word, or `*3 CR LF`.
    private static final int HEADER_BYTES = 4;

    private final byte[] word;
    private int open;

    /// @param count how many names the command has, 1 or more
    public Confirmations(Subscriptions.Verb verb, int count) {
        this.word = ("$" + verb.word().length() + "\r\n" + verb.word() + "\r\n").getBytes(US_ASCII);
        this.open = count;
    }

    /// What a message is to the command.
    public Exchange.PushAnswer count(byte[] bytes, int from, int to) {
        int at = from + HEADER_BYTES;
        if (to - at < word.length || !Arrays.equals(bytes, at, at + word.length, word, 0, word.length)) {
            return Exchange.PushAnswer.NOT_MINE;
        }
        return --open == 0 ? Exchange.PushAnswer.LAST : Exchange.PushAnswer.MINE;
    }
}

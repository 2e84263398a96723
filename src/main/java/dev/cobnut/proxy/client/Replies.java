package dev.cobnut.proxy.client;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.cobnut.resp.RespWriter;

/// The short replies that the proxy makes itself, with Redis' own words.
public final class Replies {
    public static final byte[] OK = "+OK\r\n".getBytes(US_ASCII);
    public static final byte[] PONG = "+PONG\r\n".getBytes(US_ASCII);
    public static final byte[] RESET = "+RESET\r\n".getBytes(US_ASCII);
    public static final byte[] QUEUED = "+QUEUED\r\n".getBytes(US_ASCII);

    /// The client has asked for something that would have to be kept.
    public static final byte[] NO_MEMORY = RespWriter.error(noMemory());

    private Replies() {}

    /// The text of [#NO_MEMORY].
    public static String noMemory() {
        return "ERR the proxy has no memory left to keep this; give something up, or try again later";
    }
}

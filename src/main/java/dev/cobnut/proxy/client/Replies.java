package dev.cobnut.proxy.client;

import static java.nio.charset.StandardCharsets.US_ASCII;

/// The short replies that the proxy makes itself, with Redis' own words.
public final class Replies {
    public static final byte[] OK = "+OK\r\n".getBytes(US_ASCII);
    public static final byte[] PONG = "+PONG\r\n".getBytes(US_ASCII);
    public static final byte[] RESET = "+RESET\r\n".getBytes(US_ASCII);
    public static final byte[] QUEUED = "+QUEUED\r\n".getBytes(US_ASCII);

    private Replies() {}
}

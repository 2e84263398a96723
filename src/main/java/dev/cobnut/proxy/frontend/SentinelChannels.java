package dev.cobnut.proxy.frontend;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.cobnut.resp.Command;
import dev.cobnut.resp.Policy;
import dev.cobnut.resp.RequestScanner;
import java.util.Arrays;

/// Keeps clients from publishing on the channels through which Sentinels find each other: one forged message there
/// makes every Sentinel follow a stranger. Looks at publications, and at scripts whose text is in the request; a script
/// that puts the name together while it runs cannot be seen.
final class SentinelChannels {
    static final String REFUSAL = "NOPERM channels that begin with __sentinel__: belong to Redis Sentinel";

    private static final byte[] PREFIX = "__sentinel__:".getBytes(US_ASCII);

    private SentinelChannels() {}

    /// Whether a whole request would publish there.
    static boolean isTarget(Command command, RequestScanner scanner, byte[] bytes, int from, int to) {
        if (command.policy(true) == Policy.PUBLISH) {
            return isPrefix(bytes, from + scanner.offset(1), scanner.length(1));
        }
        if (!command.carriesScript()) {
            return false;
        }
        for (int at = from; at < to; at++) {
            if (bytes[at] == '_' && isPrefix(bytes, at, to - at)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isPrefix(byte[] bytes, int at, int length) {
        return length >= PREFIX.length && Arrays.equals(bytes, at, at + PREFIX.length, PREFIX, 0, PREFIX.length);
    }
}

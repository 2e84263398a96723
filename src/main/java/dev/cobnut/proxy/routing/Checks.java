package dev.cobnut.proxy.routing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.cobnut.resp.Command;
import dev.cobnut.resp.ErrorText;
import dev.cobnut.resp.Frame;
import dev.cobnut.resp.Policy;
import org.jspecify.annotations.Nullable;

/// What is wrong with a request whatever its keys are, in the order in which Redis looks. Pure.
final class Checks {
    private static final String SENTINEL_CHANNEL =
            "NOPERM channels that begin with __sentinel__: belong to Redis Sentinel";

    /// Through these channels Sentinels find each other: one forged message there makes every Sentinel follow a
    /// stranger.
    private static final byte[] SENTINEL_PREFIX = "__sentinel__:".getBytes(US_ASCII);

    private Checks() {}

    /// The text of the error reply; null when nothing is wrong.
    static @Nullable String refusal(Frame frame, PoolFront pool, Standing standing) {
        Command command = frame.commandIfKnown();
        if (command == null) {
            return ErrorText.unknown(frame);
        }
        if (!command.arityFits(frame.argumentCount())) {
            return ErrorText.wrongArity(command);
        }
        if (!standing.isAuthenticated() && !command.freeOfAuth()) {
            return ErrorText.NO_AUTH;
        }
        if (command.guarded()) {
            if (command.dangerous() && !pool.allows(command)) {
                return ErrorText.noPermission(command);
            }
            if (isForSentinels(frame, command)) {
                return SENTINEL_CHANNEL;
            }
        }
        if (!permits(command, standing)) {
            return ErrorText.READ_ONLY;
        }
        if (standing.isSubscriber() && !command.forSubscribers()) {
            return ErrorText.inSubscriberMode(command);
        }
        return null;
    }

    /// Whether a client may use the command at all, as far as it depends on where the client came in.
    static boolean permits(Command command, Standing standing) {
        return !standing.isReader() || !(command.mayWrite() || command.dangerous());
    }

    /// Whether a request would publish where Sentinels talk. Looks at publications, and at scripts whose text is in the
    /// request; a script that puts the name together while it runs cannot be seen.
    private static boolean isForSentinels(Frame frame, Command command) {
        if (command.policy(true) == Policy.PUBLISH) {
            return frame.startsWith(1, SENTINEL_PREFIX);
        }
        return command.carriesScript() && frame.contains(SENTINEL_PREFIX);
    }
}

package dev.cobnut.proxy.routing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.cobnut.resp.Command;
import dev.cobnut.resp.CommandFlag;
import dev.cobnut.resp.Effect;
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

    private static final String SECRETS =
            "NOPERM a pattern of this CONFIG GET fits passwords of the server; ask for other parameters by their names,"
                    + " or open config|get in allow";

    /// Redis' own words for a number that nobody has.
    private static final String NO_SUCH_CLIENT = "ERR The client ID you want redirect to does not exist";

    /// Longest name of a channel or pattern to subscribe to: half of what a node's message is held up for.
    static final int CHANNEL_BYTES_MAX = 32 * 1024;

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
            if (command.is(CommandFlag.SHOWS_SECRETS) && !pool.allows(command) && SecretParameters.areAskedFor(frame)) {
                return SECRETS;
            }
            if (command.effect() == Effect.TRACKS && redirectsToStrangers(frame, pool, standing)) {
                return NO_SUCH_CLIENT;
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

    /// What is wrong with the names of a whole request of the SUBSCRIBE family; null when nothing is. A node
    /// repeats each of them in its confirmation, which has to be read as a whole.
    static @Nullable String nameTooLong(Frame frame) {
        for (int i = 1; i < frame.argumentCount(); i++) {
            int length = frame.length(i);
            if (length > CHANNEL_BYTES_MAX) {
                return "ERR a channel or pattern of " + length + " bytes (expected: " + CHANNEL_BYTES_MAX + " at most)";
            }
        }
        return null;
    }

    /// Whether a client may use the command at all, as far as it depends on where the client came in.
    static boolean permits(Command command, Standing standing) {
        return !standing.isReader() || !(command.mayWrite() || command.dangerous());
    }

    /// Whether a request would have messages about keys sent to a connection that is not known to belong to a
    /// client of the same user: it could be one that clients share, and each of them has to get its own replies
    /// there.
    private static boolean redirectsToStrangers(Frame frame, PoolFront pool, Standing standing) {
        for (long id : frame.redirects()) {
            if (!pool.clients().isKnown(id, standing.user())) {
                return true;
            }
        }
        return false;
    }

    /// Whether a request would publish where Sentinels talk. Looks at publications, and at all that goes to
    /// scripts: their text, their keys and their arguments. A script that puts the name together while it runs
    /// cannot be seen.
    private static boolean isForSentinels(Frame frame, Command command) {
        if (command.policy(true) == Policy.PUBLISH) {
            return frame.startsWith(1, SENTINEL_PREFIX);
        }
        return command.feedsScript() && frame.contains(SENTINEL_PREFIX);
    }
}

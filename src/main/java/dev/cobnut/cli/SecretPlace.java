package dev.cobnut.cli;

import dev.cobnut.config.BadValue;
import dev.cobnut.config.Secret;
import dev.cobnut.topology.Login;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/// Options that say where a secret is. The secret itself is refused: it could be read in the list of processes. Blocks for the
/// disk.
final class SecretPlace {
    private SecretPlace() {}

    /// What is at a place.
    ///
    /// @param option for the message
    /// @throws ParameterException when it is no place, or nothing is there
    static String read(CommandSpec spec, String option, String place) {
        if (!Secret.isElsewhere(place)) {
            throw refusal(
                    spec,
                    option + " (expected: " + Secret.ELSEWHERE
                            + "; the secret itself could be read in the list of processes)");
        }
        try {
            return Secret.read(place);
        } catch (BadValue e) {
            throw refusal(spec, option + " " + e.getMessage());
        }
    }

    /// The default user with the password that is at a place; null for no place. Blocks for the disk.
    ///
    /// @throws BadValue when nothing is there
    static @Nullable Login login(@Nullable String place) throws BadValue {
        return place == null ? null : Login.of(null, Secret.read(place));
    }

    /// As whom somebody is spoken to; null for nobody.
    ///
    /// @param user null for the default one
    /// @param place of the password; null for none
    /// @throws ParameterException when they do not fit
    static @Nullable Login login(
            CommandSpec spec, String userOption, @Nullable String user, String passwordOption, @Nullable String place) {
        if (place != null) {
            return Login.of(user, read(spec, passwordOption, place));
        }
        if (user != null) {
            throw refusal(spec, userOption + " without " + passwordOption + " (expected: both)");
        }
        return null;
    }

    private static ParameterException refusal(CommandSpec spec, String text) {
        return new ParameterException(spec.commandLine(), text);
    }
}

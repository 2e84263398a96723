package dev.cobnut.render;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.config.BadValue;
import dev.cobnut.config.ConfigException;
import dev.cobnut.config.Problems;
import dev.cobnut.config.Secret;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The passwords themselves, for files that cannot say where one is.
///
/// @param redis of the servers; null for none
/// @param sentinel of the Sentinels; null for none
public record Passwords(@Nullable String redis, @Nullable String sentinel) {
    /// Nobody asks for any.
    public static final Passwords NONE = new Passwords(null, null);

    /// Looks them up. Blocks for the disk.
    ///
    /// @param file that says where they are, for the message
    /// @throws ConfigException with each that is missing, and where it was looked for
    public static Passwords read(Blueprint.Secrets secrets, Path file) throws ConfigException {
        Problems problems = new Problems(file);
        Passwords read =
                new Passwords(read("redis", secrets.redis(), problems), read("sentinel", secrets.sentinel(), problems));
        problems.throwIfAny();
        return read;
    }

    private static @Nullable String read(String whose, @Nullable String place, Problems problems) {
        try {
            return place == null ? null : Secret.read(place);
        } catch (BadValue e) {
            problems.add(0, "passwords: " + whose + " " + e.getMessage());
            return null;
        }
    }

    /// Without the passwords: records end up in logs.
    @Override
    public String toString() {
        return "Passwords[…]";
    }
}

package dev.cobnut.render;

import dev.cobnut.config.BadValue;
import dev.cobnut.config.Secret;
import org.jspecify.annotations.Nullable;

/// Knows what is at the place of a secret, if that can be known here.
@FunctionalInterface
public interface SecretLookup {
    /// Knows nothing: files get placeholders.
    SecretLookup NONE = _ -> null;

    /// Looks: in the environment of this process, and on this machine. Blocks for the disk.
    SecretLookup HERE = place -> {
        try {
            return Secret.read(place);
        } catch (BadValue _) {
            return null;
        }
    };

    /// The value.
    ///
    /// @param place `env:NAME` or `file:/PATH`
    /// @return null when it cannot be read here
    @Nullable
    String at(String place);
}

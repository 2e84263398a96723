package dev.cobnut.render;

import org.jspecify.annotations.Nullable;

/// Knows what is at the place of a secret, if that can be known here.
@FunctionalInterface
public interface SecretLookup {
    /// Knows nothing: files get placeholders.
    SecretLookup NONE = _ -> null;

    /// The value.
    ///
    /// @param place `env:NAME` or `file:/PATH`
    /// @return null when it cannot be read here
    @Nullable
    String at(String place);
}

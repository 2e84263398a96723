package dev.cobnut.topology;

import org.jspecify.annotations.Nullable;

/// As whom a node or a Sentinel is spoken to.
///
/// @param user a name of its ACL; null for the user `default`, whom servers before Redis 6 know, too
/// @param password never shown
public record Login(@Nullable String user, String password) {
    /// A login if there is a password.
    public static @Nullable Login of(@Nullable String user, @Nullable String password) {
        return password == null ? null : new Login(user, password);
    }

    /// AUTH, word for word.
    public String[] command() {
        return user == null ? new String[] {"AUTH", password} : new String[] {"AUTH", user, password};
    }

    /// Without the password: records end up in logs.
    @Override
    public String toString() {
        return "Login[" + (user == null ? "default" : user) + "]";
    }
}

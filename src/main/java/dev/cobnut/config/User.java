package dev.cobnut.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/// Somebody who may log in to a pool with AUTH or HELLO, by the rules of Redis' ACL for names and passwords.
///
/// @param name as AUTH names it; case counts
/// @param hashes SHA-256 of each password, 64 hexadecimal digits in lower case; at least one
public record User(String name, List<String> hashes) {
    static final String FORMS = "NAME >PASSWORD, or NAME #HASH with the SHA-256 of the password in hexadecimal, each"
            + " with as many passwords as wanted; PASSWORD may be " + Secret.ELSEWHERE + " where it is";

    private static final int HASH_DIGITS = 64;

    public User {
        hashes = List.copyOf(hashes);
    }

    /// Whether this is one of the user's passwords. Takes as long for a wrong one as for a right one.
    public boolean accepts(byte[] password) {
        byte[] given = HexFormat.of().formatHex(sha256(password)).getBytes(StandardCharsets.US_ASCII);
        boolean accepted = false;
        for (String hash : hashes) {
            accepted |= MessageDigest.isEqual(given, hash.getBytes(StandardCharsets.US_ASCII));
        }
        return accepted;
    }

    /// Without the hashes: records end up in logs.
    @Override
    public String toString() {
        return "User[" + name + "]";
    }

    /// Reads one item of `users:`. What it says in a refusal is never more than a name that a password follows.
    static User parse(String text) throws BadValue {
        String[] words = text.split(" +");
        String name = words[0];
        if (words.length < 2 || !isRule(words[1]) || isRule(name)) {
            throw new BadValue(
                    "…",
                    "not shown, as it may be a password; expected: " + FORMS + "; YAML wants quotes around a text"
                            + " with a # in it");
        }
        List<String> hashes = new ArrayList<>();
        for (int i = 1; i < words.length; i++) {
            hashes.add(hash(name, words[i]));
        }
        return new User(name, hashes);
    }

    private static boolean isRule(String word) {
        return word.startsWith(">") || word.startsWith("#");
    }

    private static String hash(String name, String rule) throws BadValue {
        String secret = rule.substring(Math.min(1, rule.length()));
        if (rule.startsWith(">") && !secret.isEmpty()) {
            return HexFormat.of().formatHex(sha256(Secret.read(secret).getBytes(StandardCharsets.UTF_8)));
        }
        String hash = secret.toLowerCase(Locale.ROOT);
        if (rule.startsWith("#") && hash.length() == HASH_DIGITS && hash.chars().allMatch(HexFormat::isHexDigit)) {
            return hash;
        }
        String why = rule.startsWith("#")
                ? "a hash that is not " + HASH_DIGITS + " hexadecimal digits"
                : rule.equals(">") ? "an empty password" : "a word that begins with neither > nor #";
        throw new BadValue(name, why + "; expected: " + FORMS);
    }

    private static byte[] sha256(byte[] password) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(password);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256, which every Java must have", e);
        }
    }
}

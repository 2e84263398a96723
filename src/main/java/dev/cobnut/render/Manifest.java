package dev.cobnut.render;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// What was rendered, as it was written: the SHA-256 of each file by its path, sorted. Its text is what `sha256sum -c`
/// reads. Pure.
///
/// @param sums 64 hexadecimal digits in lower case, by path from the manifest's folder
public record Manifest(SortedMap<String, String> sums) {
    /// Its name, in the folder of all that is rendered.
    public static final String NAME = "MANIFEST";

    /// Of a folder where nothing was rendered yet.
    public static final Manifest EMPTY = new Manifest(new TreeMap<>());

    private static final int DIGITS = 64;
    private static final String BETWEEN = "  ";

    public Manifest {
        sums = Collections.unmodifiableSortedMap(new TreeMap<>(sums));
    }

    /// Reads its text. Lines that are none of its own, such as comments, are passed over: a file without a line is taken for one
    /// that somebody else has written.
    static Manifest parse(String text) {
        SortedMap<String, String> sums = new TreeMap<>();
        for (String line : text.split("\n", -1)) {
            int end = DIGITS + BETWEEN.length();
            if (line.length() > end && line.startsWith(BETWEEN, DIGITS) && isSum(line.substring(0, DIGITS))) {
                sums.put(line.substring(end), line.substring(0, DIGITS));
            }
        }
        return new Manifest(sums);
    }

    private static boolean isSum(String digits) {
        return digits.chars().allMatch(HexFormat::isHexDigit);
    }

    /// As it is written.
    String text() {
        StringBuilder text = new StringBuilder(
                "# What `cobnut render` has written here, as it was written. `sha256sum -c MANIFEST` tells what was changed since.\n");
        sums.forEach(
                (path, sum) -> text.append(sum).append(BETWEEN).append(path).append('\n'));
        return text.toString();
    }

    /// The same, with some sums changed or added.
    Manifest with(Map<String, String> changed) {
        SortedMap<String, String> all = new TreeMap<>(sums);
        all.putAll(changed);
        return new Manifest(all);
    }

    /// Whether this is what was written there.
    boolean has(String path, byte[] content) {
        return sum(content).equals(sums.get(path));
    }

    static String sum(String content) {
        return sum(content.getBytes(StandardCharsets.UTF_8));
    }

    private static String sum(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256, which every Java must have", e);
        }
    }
}

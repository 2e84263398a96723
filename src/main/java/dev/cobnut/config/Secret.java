package dev.cobnut.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/// A value that need not stand in the configuration itself: `env:NAME` is what the environment has under that name,
/// `file:/PATH` what is in that file, without a line end behind it. Everything else is the value.
///
/// A refusal says where it was looked for, never what was found.
public final class Secret {
    /// What may stand instead of a value.
    public static final String ELSEWHERE = "env:NAME or file:/PATH";

    static final String PASSWORD = "a password, or " + ELSEWHERE + " where one is";
    static final String USER = "a name, or " + ELSEWHERE + " where one is";

    private static final String ENV = "env:";
    private static final String FILE = "file:";
    private static final Pattern PLACE = Pattern.compile("(?<=[\\s>\"'])(env:\\w+|file:/[^\\s\"',\\]]+)");
    private static final int BYTES_MAX = 4096;

    private Secret() {}

    /// Whether a text says where the value is, instead of being it.
    public static boolean isElsewhere(String text) {
        return text.startsWith(ENV) || text.startsWith(FILE);
    }

    /// The text of a configuration with `unknown` for each place of a value: for whoever reads it where the values are not.
    public static String withoutPlaces(String text) {
        return PLACE.matcher(text).replaceAll("unknown");
    }

    /// The value. Blocks for the disk.
    public static String read(String text) throws BadValue {
        String value = text;
        if (text.startsWith(ENV)) {
            value = System.getenv(text.substring(ENV.length()));
            if (value == null) {
                throw new BadValue(text, "the environment has no such variable; expected: one that is set");
            }
        } else if (text.startsWith(FILE)) {
            value = inFile(text);
        }
        if (value.isEmpty()) {
            throw new BadValue(text, "nothing is there; expected: a value");
        }
        return value;
    }

    private static String inFile(String text) throws BadValue {
        String path = text.substring(FILE.length());
        if (!path.startsWith("/")) {
            throw new BadValue(text, "expected: file:/PATH, from the root");
        }
        byte[] bytes;
        try (InputStream in = Files.newInputStream(Path.of(path))) {
            bytes = in.readNBytes(BYTES_MAX + 1);
        } catch (NoSuchFileException _) {
            throw new BadValue(text, "no such file; expected: one with the value");
        } catch (IOException e) {
            throw new BadValue(
                    text, "cannot be read: " + e.getClass().getSimpleName() + "; expected: a file with the value");
        }
        if (bytes.length > BYTES_MAX) {
            throw new BadValue(
                    text, "longer than " + BYTES_MAX + " bytes; expected: a file with the value and no more");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString()
                    .replaceFirst("\r?\n\\z", "");
        } catch (CharacterCodingException _) {
            throw new BadValue(text, "not UTF-8; expected: a text in UTF-8");
        }
    }
}

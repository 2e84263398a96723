package dev.cobnut.config;

/// A text that cannot be what it should be. The message is the text in quotes, then why and what was expected, such
/// as `"70000" (expected: 1 to 65535)`; whoever catches it puts in front what the text was for.
public final class BadValue extends Exception {
    private static final int SHOWN_MAX = 100;

    /// @param value as it stands in the file or on the command line
    /// @param why what is wrong with it, or `expected: …`
    public BadValue(String value, String why) {
        super(quote(value) + " (" + why + ")");
    }

    /// A value in quotes for one line of text: control characters escaped, long ones cut short.
    public static String quote(String value) {
        int shown = Math.min(value.length(), SHOWN_MAX);
        return "\"" + oneLine(value.substring(0, shown)) + (shown < value.length() ? "…\"" : "\"");
    }

    /// A text with its control characters escaped: names of pools and files may hold line ends.
    public static String oneLine(String text) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c)) {
                line.append(String.format("\\u%04x", (int) c));
            } else {
                line.append(c);
            }
        }
        return line.toString();
    }
}

package dev.cobnut.cli;

/// From nutcracker's log levels, 0 to 11, to ours.
final class LogLevel {
    private static final String PROPERTY = "cobnut.log.level";

    private LogLevel() {}

    /// The name of a level. Numbers outside of 0 to 11 count as the nearest, as in nutcracker.
    static String of(int verbosity) {
        if (verbosity <= 3) {
            return "ERROR";
        }
        return switch (verbosity) {
            case 4 -> "WARN";
            case 5, 6 -> "INFO";
            case 7 -> "DEBUG";
            default -> "TRACE";
        };
    }

    /// Sets the level for the whole process. Has an effect only before the first logger is made: `logback.xml` reads
    /// it then.
    static void set(int verbosity) {
        System.setProperty(PROPERTY, of(verbosity));
    }
}

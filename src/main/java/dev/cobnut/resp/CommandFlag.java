package dev.cobnut.resp;

/// What is true of a command whatever its arguments are; the letters stand in the command table. The first ten are
/// Redis' own. A row of a configuration can have the first twelve.
public enum CommandFlag {
    WRITE('w', "writes to the data set"),
    READONLY('r', "only reads from the data set"),
    DENY_OOM('d', "refused by a server whose memory is full"),
    ADMIN('a', "for administrators"),
    PUBSUB('p', "belongs to publish and subscribe"),
    NO_SCRIPT('n', "not allowed in scripts"),
    BLOCKING('b', "may block its connection"),
    LOADING('l', "answered while a server loads its data set"),
    STALE('t', "answered by a replica that has lost its master"),
    FAST('f', "takes constant or logarithmic time"),
    STATEFUL('s', "tied to the state of the connection it came on"),
    DANGEROUS('x', "refused unless the pool allows it"),
    CHANGES_OTHERS('o', "may change what others see, though it neither surely writes nor surely only reads"),
    ANY_NODE('y', "answered by any node of the shard, as it only reads the values of its keys"),
    FREE_OF_AUTH('u', "open to clients that have not logged in"),
    FOR_SUBSCRIBERS('m', "open to clients of RESP2 that have subscriptions"),
    ENDS_TRANSACTION('e', "not queued between MULTI and EXEC, but carried out at once"),
    FEEDS_SCRIPT('c', "brings a script or a library, or what one is given"),
    IDENTITY('i', "asks who the connection is"),
    SHOWS_SECRETS('k', "shows the passwords of a server to those who ask for them");

    private static final CommandFlag LAST_DECLARED = DANGEROUS;

    private final char letter;
    private final String help;

    CommandFlag(char letter, String help) {
        this.letter = letter;
        this.help = help;
    }

    /// The letter in the flags column.
    public char letter() {
        return letter;
    }

    /// One sentence for people.
    public String help() {
        return help;
    }

    /// The set, as bits, that a flags column spells. `-` is the empty set.
    ///
    /// @throws IllegalArgumentException on a letter that is not a flag, or one given twice
    static int parse(String letters) {
        return parse(letters, values().length);
    }

    /// The same of a row of a configuration: without what is said of the proxy's own commands, or follows.
    ///
    /// @throws IllegalArgumentException on a letter that is not a flag, or one given twice
    static int parseDeclared(String letters) {
        return parse(letters, LAST_DECLARED.ordinal() + 1);
    }

    int bit() {
        return 1 << ordinal();
    }

    boolean isIn(int flags) {
        return (flags & bit()) != 0;
    }

    private static int parse(String letters, int known) {
        if (letters.equals("-")) {
            return 0;
        }
        int bits = 0;
        for (int i = 0; i < letters.length(); i++) {
            CommandFlag flag = of(letters.charAt(i), known);
            if (flag.isIn(bits)) {
                throw new IllegalArgumentException("flag " + letters.charAt(i) + " twice in " + letters);
            }
            bits |= flag.bit();
        }
        return bits;
    }

    private static CommandFlag of(char letter, int known) {
        StringBuilder expected = new StringBuilder();
        for (CommandFlag flag : values()) {
            if (flag.ordinal() < known) {
                if (flag.letter == letter) {
                    return flag;
                }
                expected.append(flag.letter);
            }
        }
        throw new IllegalArgumentException("flag " + letter + " (expected: one of " + expected + ")");
    }
}

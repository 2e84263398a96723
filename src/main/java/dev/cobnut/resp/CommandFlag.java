package dev.cobnut.resp;

/// What is true of a command whatever its arguments are; the letters stand in the command table.
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
    DANGEROUS('x', "refused unless the pool allows it");

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
        if (letters.equals("-")) {
            return 0;
        }
        int bits = 0;
        for (int i = 0; i < letters.length(); i++) {
            int bit = of(letters.charAt(i)).bit();
            if ((bits & bit) != 0) {
                throw new IllegalArgumentException("flag " + letters.charAt(i) + " twice in " + letters);
            }
            bits |= bit;
        }
        return bits;
    }

    int bit() {
        return 1 << ordinal();
    }

    private static CommandFlag of(char letter) {
        for (CommandFlag flag : values()) {
            if (flag.letter == letter) {
                return flag;
            }
        }
        throw new IllegalArgumentException("flag " + letter + " (expected: one of wrdapnbltfsx)");
    }
}

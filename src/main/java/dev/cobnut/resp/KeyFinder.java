package dev.cobnut.resp;

import dev.cobnut.resp.OptionGrammar.Meaning;
import dev.cobnut.resp.OptionGrammar.Option;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Collects where the keys of a request stand. Walks the frame once, forward, and allocates only to grow its list,
/// which grows with the keys found, never with a number read from the request.
///
/// Reusable; not thread safe: one for each event loop.
public final class KeyFinder {
    private static final int KEYS_KEPT = 4096;

    private final OptionWalk options = new OptionWalk();
    private RequestCursor args = new RequestCursor();
    private int[] found = new int[2 * 16];
    private int count;
    private int[] patterns = new int[0];
    private int patternCount;

    /// Finds the keys of a request.
    ///
    /// @param args before the first argument of the request; moved
    /// @return null, or the text of the error reply
    @Nullable
    String find(RequestCursor args, Command command) {
        this.args = args;
        count = 0;
        patternCount = 0;
        if (found.length > 2 * KEYS_KEPT) {
            found = new int[2 * KEYS_KEPT];
        }
        if (command.singleKey()) {
            if (args.seek(command.firstKey())) {
                addCurrent();
            }
            return null;
        }
        List<KeySpec> specs = command.keys();
        for (int i = 0; i < specs.size(); i++) {
            String error = switch (specs.get(i)) {
                case KeySpec.Range range -> range(range, command);
                case KeySpec.Counted counted -> counted(counted, command);
                case KeySpec.Stored stored -> stored(stored.from());
                case KeySpec.Searched.SORT -> sort(OptionGrammar.SORT);
                case KeySpec.Searched.SORT_RO -> sort(OptionGrammar.SORT_RO);
                case KeySpec.Searched.STREAMS -> streams();
                case KeySpec.Searched.MIGRATE -> migrate();
            };
            if (error != null) {
                count = 0;
                patternCount = 0;
                return error;
            }
        }
        return null;
    }

    /// How many patterns of the last request name further keys, as BY and GET of SORT do: those with a `*`, in the
    /// place of which each element is put.
    public int patternCount() {
        return patternCount;
    }

    /// Where a pattern begins in the array of the last request.
    ///
    /// @param pattern from 0 to [#patternCount()] - 1
    public int patternOffset(int pattern) {
        return patterns[2 * pattern];
    }

    /// How many bytes all its keys begin with: those before the `*`.
    public int patternLength(int pattern) {
        return patterns[2 * pattern + 1];
    }

    /// How many keys the last request has.
    public int count() {
        return count;
    }

    /// Where a key begins in the array of the last request.
    ///
    /// @param key from 0 to [#count()] - 1, in the order of the arguments; a key given twice is there twice
    public int offset(int key) {
        return found[2 * checked(key)];
    }

    /// How many bytes a key has.
    public int length(int key) {
        return found[2 * checked(key) + 1];
    }

    private @Nullable String range(KeySpec.Range range, Command command) {
        int last = range.last() < 0 ? args.count() + range.last() : range.last();
        if (range.step() > 1 && (last + 1 - range.first()) % range.step() != 0) {
            return ErrorText.wrongArity(command);
        }
        for (int i = range.first(); i <= last && args.seek(i); i += range.step()) {
            addCurrent();
        }
        return null;
    }

    private @Nullable String counted(KeySpec.Counted counted, Command command) {
        if (!args.seek(counted.countAt())) {
            return ErrorText.wrongArity(command);
        }
        long keys = args.integer();
        if (keys == Long.MIN_VALUE) {
            return ErrorText.keyCountNotANumber(command);
        }
        if (keys < counted.least()) {
            return ErrorText.keyCountTooSmall(command);
        }
        if (keys > (args.count() - 1 - counted.countAt()) / counted.step()) {
            return ErrorText.keyCountTooLarge(command);
        }
        int last = counted.countAt() + (int) keys * counted.step();
        for (int i = counted.countAt() + 1; i <= last && args.seek(i); i += counted.step()) {
            addCurrent();
        }
        return null;
    }

    private @Nullable String stored(int from) {
        options.begin(args, OptionGrammar.STORE, from);
        for (Option option = options.next(); option != null; option = options.next()) {
            if (option.meaning() == Meaning.KEY && args.next()) {
                addCurrent();
            }
        }
        return null;
    }

    private @Nullable String sort(OptionGrammar grammar) {
        if (args.seek(1)) {
            addCurrent();
        }
        int offset = -1;
        int length = 0;
        options.begin(args, grammar, 2);
        for (Option option = options.next(); option != null; option = options.next()) {
            if (option.meaning() == Meaning.KEY && args.next()) {
                offset = args.offset();
                length = args.length();
            } else if (option.meaning() == Meaning.PATTERN && args.next()) {
                addPattern();
            }
        }
        if (offset >= 0) {
            add(offset, length);
        }
        return null;
    }

    private void addPattern() {
        int before = args.bytesBefore('*');
        if (before < 0) {
            return;
        }
        if (2 * patternCount == patterns.length) {
            patterns = Arrays.copyOf(patterns, 2 * patternCount + 8);
        }
        patterns[2 * patternCount] = args.offset();
        patterns[2 * patternCount + 1] = before;
        patternCount++;
    }

    private @Nullable String streams() {
        options.begin(args, OptionGrammar.STREAMS, 1);
        for (Option option = options.next(); option != null; option = options.next()) {
            if (option.meaning() == Meaning.REST) {
                int rest = args.count() - 1 - args.index();
                if (rest == 0 || rest % 2 != 0) {
                    return ErrorText.UNBALANCED_STREAMS;
                }
                for (int i = 0; i < rest / 2 && args.next(); i++) {
                    addCurrent();
                }
                return null;
            }
            if (option.meaning() == Meaning.UNKNOWN) {
                return ErrorText.SYNTAX;
            }
        }
        return ErrorText.SYNTAX;
    }

    private @Nullable String migrate() {
        if (!args.seek(3)) {
            return null;
        }
        addCurrent();
        if (args.length() > 0) {
            return null;
        }
        options.begin(args, OptionGrammar.MIGRATE, 6);
        for (Option option = options.next(); option != null; option = options.next()) {
            if (option.meaning() == Meaning.REST) {
                count = 0;
                while (args.next()) {
                    addCurrent();
                }
            }
        }
        return null;
    }

    private void addCurrent() {
        add(args.offset(), args.length());
    }

    private void add(int offset, int length) {
        if (2 * count == found.length) {
            found = Arrays.copyOf(found, 2 * found.length);
        }
        found[2 * count] = offset;
        found[2 * count + 1] = length;
        count++;
    }

    private int checked(int key) {
        if (key < 0 || key >= count) {
            throw new IndexOutOfBoundsException("key " + key + " of " + count);
        }
        return key;
    }
}

package dev.cobnut.resp;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Finds a command by the bytes of its name, without regard to ASCII case, without a String and without allocation:
/// open addressing over a table at most a quarter full. Immutable.
final class NameIndex {
    static final NameIndex EMPTY = new NameIndex(Map.of());

    private final byte[][] names;
    private final @Nullable Command[] commands;
    private final int mask;
    private final int longest;

    /// @param byName the commands under their names in lower case, ASCII
    NameIndex(Map<String, Command> byName) {
        int capacity = Math.max(4, Integer.highestOneBit(byName.size() * 4) << 1);
        names = new byte[capacity][];
        commands = new Command[capacity];
        mask = capacity - 1;
        int longestSoFar = 0;
        for (Map.Entry<String, Command> entry : byName.entrySet()) {
            byte[] name = entry.getKey().getBytes(StandardCharsets.US_ASCII);
            int slot = hash(name, 0, name.length) & mask;
            while (commands[slot] != null) {
                slot = (slot + 1) & mask;
            }
            names[slot] = name;
            commands[slot] = entry.getValue();
            longestSoFar = Math.max(longestSoFar, name.length);
        }
        longest = longestSoFar;
    }

    @Nullable
    Command get(byte[] bytes, int offset, int length) {
        if (length > longest) {
            return null;
        }
        int slot = hash(bytes, offset, length) & mask;
        while (commands[slot] != null) {
            if (matches(names[slot], bytes, offset, length)) {
                return commands[slot];
            }
            slot = (slot + 1) & mask;
        }
        return null;
    }

    // Three bytes and the length tell commands apart well enough, and need no loop whose end the processor guesses
    // wrong. Setting the bit of lower case on every byte is wrong for punctuation, which matches() tells apart.
    private static int hash(byte[] bytes, int offset, int length) {
        if (length == 0) {
            return 0;
        }
        int first = bytes[offset] | 0x20;
        int middle = bytes[offset + (length >> 1)] | 0x20;
        int last = bytes[offset + length - 1] | 0x20;
        int hash = ((first * 31 + middle) * 31 + last) * 31 + length;
        return hash * 0x9E3779B1 >>> 16;
    }

    private static boolean matches(byte[] name, byte[] bytes, int offset, int length) {
        if (name.length != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (name[i] != lower(bytes[offset + i])) {
                return false;
            }
        }
        return true;
    }

    private static int lower(byte b) {
        return b >= 'A' && b <= 'Z' ? b | 0x20 : b;
    }
}

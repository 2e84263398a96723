package dev.cobnut.sharding;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;

/// What placement knows of a server.
///
/// @param name hashed onto the ring, and the sort key of server order
/// @param weight 1 or more
public record RingServer(String name, int weight) {

    /// How nutcracker orders the names of servers and of pools: by length in UTF-8 bytes, then by unsigned bytes. So
    /// `node2` comes before `node10`, and `zz` before `aaa`.
    public static final Comparator<String> NUTCRACKER_ORDER = RingServer::compareNames;

    /// @throws IllegalArgumentException when the weight is less than 1
    public RingServer {
        if (weight < 1) {
            throw new IllegalArgumentException("weight " + weight + " of server " + name + " (expected: 1 or more)");
        }
    }

    private static int compareNames(String left, String right) {
        byte[] leftBytes = left.getBytes(StandardCharsets.UTF_8);
        byte[] rightBytes = right.getBytes(StandardCharsets.UTF_8);
        return leftBytes.length == rightBytes.length
                ? Arrays.compareUnsigned(leftBytes, rightBytes)
                : Integer.compare(leftBytes.length, rightBytes.length);
    }
}

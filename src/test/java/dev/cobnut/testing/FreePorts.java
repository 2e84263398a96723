package dev.cobnut.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/// Ports for tests: free on 127.0.0.1 at the moment of asking, and below 32768, where no outgoing connection takes
/// them between the question and the use. They differ from run to run.
///
/// No port is given twice until all have been: what one part of a test has asked for and does not use yet is not given
/// to another.
public final class FreePorts {
    private static final int FIRST = 10_000;
    private static final int LAST = 31_999;

    /// Where the next question begins.
    private static int next = ThreadLocalRandom.current().nextInt(FIRST, LAST + 1);

    private FreePorts() {}

    /// The first of `count` neighbouring free ports between 10000 and 31999; from any thread.
    public static synchronized int next(int count) {
        for (int tried = 0; tried <= LAST - FIRST; tried++) {
            int base = next + count - 1 > LAST ? FIRST : next;
            if (areFree(base, count)) {
                next = base + count;
                return base;
            }
            next = base + 1;
        }
        throw new IllegalStateException("no " + count + " neighbouring free ports between " + FIRST + " and " + LAST);
    }

    /// Whether this many ports from `base` on are free.
    public static boolean areFree(int base, int count) {
        for (int port = base; port < base + count; port++) {
            if (!isFree(port)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException _) {
            return false;
        }
    }
}

package dev.cobnut.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/// Ports for tests: free on 127.0.0.1 at the moment of asking, and below 32768, where no outgoing connection takes
/// them between the question and the use. They differ from run to run.
public final class FreePorts {
    private FreePorts() {}

    /// The first of `count` neighbouring free ports between 10000 and 31999.
    public static int next(int count) {
        for (int attempt = 0; attempt < 200; attempt++) {
            int base = ThreadLocalRandom.current().nextInt(10_000, 32_000 - count);
            if (areFree(base, count)) {
                return base;
            }
        }
        throw new IllegalStateException("no " + count + " neighbouring free ports between 10000 and 31999");
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

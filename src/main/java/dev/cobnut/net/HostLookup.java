package dev.cobnut.net;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.Security;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Host names to addresses, with a deadline. The JDK's lookup has none, and holds a carrier thread while it waits:
/// two dead names would stop every virtual thread of a two-core machine. So lookups run on at most
/// [#THREADS_MAX] daemon threads of their own.
///
/// What a name was looked up as holds for [#CACHE_SECONDS], and that it is unknown, too. The JVM's own 30 s and 10 s
/// are longer than a failover that moves a name.
public final class HostLookup {
    private static final int THREADS_MAX = 16;
    private static final String CACHE_SECONDS = "1";

    static {
        // Read by the JDK once, at the first lookup of a name. All go through here.
        Security.setProperty("networkaddress.cache.ttl", CACHE_SECONDS);
        Security.setProperty("networkaddress.cache.negative.ttl", CACHE_SECONDS);
    }

    private static final ExecutorService THREADS = new ThreadPoolExecutor(
            0,
            THREADS_MAX,
            10,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            Thread.ofPlatform().daemon().name("host-lookup-", 0).factory());

    private HostLookup() {}

    /// All addresses of a host; an address in digits is itself, at once.
    ///
    /// @param host an IP address without brackets, or a name
    /// @param timeoutMillis 1 or more
    /// @throws IOException when the name is unknown or nobody answers in time; `InterruptedIOException` when the
    ///     calling thread is interrupted
    public static List<InetAddress> lookup(String host, int timeoutMillis) throws IOException {
        if (isLiteral(host)) {
            return List.of(InetAddress.getByName(host));
        }
        Future<InetAddress[]> answer;
        try {
            answer = THREADS.submit(() -> InetAddress.getAllByName(host));
        } catch (RejectedExecutionException e) {
            throw new IOException(
                    "host " + host + ": " + THREADS_MAX + " lookups are waiting already; is the name server down?", e);
        }
        try {
            return List.of(answer.get(timeoutMillis, TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new IOException("host " + host + ": no answer of the name server in " + timeoutMillis + " ms", e);
        } catch (ExecutionException e) {
            throw new IOException("host " + host + ": unknown name", e.getCause());
        } catch (InterruptedException _) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("host " + host + ": lookup interrupted");
        }
    }

    /// True for an IPv4 or IPv6 address in digits.
    public static boolean isLiteral(String host) {
        if (host.indexOf(':') < 0 && !host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'))) {
            return false;
        }
        try {
            return !host.isEmpty() && InetAddress.getByName(host) != null;
        } catch (UnknownHostException _) {
            return false;
        }
    }
}

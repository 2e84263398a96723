package dev.cobnut.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ResolverTest {
    private volatile @Nullable String answer;

    private final Resolver resolver = new Resolver(Transport.NIO, host -> {
        String digits = answer;
        if (digits == null) {
            throw new IOException("host " + host + ": unknown name");
        }
        return InetAddress.getByName(digits);
    });

    private CompletableFuture<SocketAddress> resolve() {
        CompletableFuture<SocketAddress> found = new CompletableFuture<>();
        resolver.resolve(new NodeAddress.Tcp("moves", 6379), Runnable::run, (address, unresolved) -> {
            if (address != null) {
                found.complete(address);
            } else if (unresolved != null) {
                found.completeExceptionally(unresolved);
            }
        });
        return found.orTimeout(10, TimeUnit.SECONDS);
    }

    @Test
    void eachQuestionLooksANameUpAnewAndAFailureKeepsTheLastAddress() {
        answer = "10.0.0.1";
        assertThat(resolve().join()).isEqualTo(new InetSocketAddress("10.0.0.1", 6379));

        answer = "10.0.0.2";
        assertThat(resolve().join()).isEqualTo(new InetSocketAddress("10.0.0.2", 6379));

        answer = null;
        assertThat(resolve().join()).isEqualTo(new InetSocketAddress("10.0.0.2", 6379));
    }

    @Test
    void aNameThatWasNeverKnownIsUnresolved() {
        assertThat(resolve().handle((_, failure) -> failure).join())
                .isInstanceOf(IOException.class)
                .hasMessage("host moves: unknown name");
    }
}

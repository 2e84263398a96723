package dev.cobnut.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/// Many clients that send the same bytes as fast as they are taken, and never read. None of them waits for another,
/// and none of them minds being closed. For one thread.
public final class Crowd implements AutoCloseable {
    private static final int RECEIVE_BYTES = 4096;

    private static final class Member {
        private final SocketChannel channel;
        private final ByteBuffer left;

        Member(SocketChannel channel, ByteBuffer left) {
            this.channel = channel;
            this.left = left;
        }
    }

    private final List<Member> members = new ArrayList<>();

    private Crowd() {}

    /// Begins to connect to 127.0.0.1.
    public static Crowd to(int port, int count, byte[] bytes) throws IOException {
        Crowd crowd = new Crowd();
        // Direct, so that the JDK does not copy it for each write.
        ByteBuffer shared = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
        for (int i = 0; i < count; i++) {
            SocketChannel channel = SocketChannel.open();
            channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BYTES);
            channel.configureBlocking(false);
            channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            crowd.members.add(new Member(channel, shared.duplicate()));
        }
        return crowd;
    }

    /// Sends what is taken now.
    public void pump() {
        for (Member each : members) {
            try {
                if (each.channel.isOpen() && each.left.hasRemaining() && each.channel.finishConnect()) {
                    each.channel.write(each.left);
                }
            } catch (IOException _) {
                close(each);
            }
        }
    }

    /// How many have not noticed that they were closed.
    public int open() {
        int open = 0;
        for (Member each : members) {
            open += each.channel.isOpen() ? 1 : 0;
        }
        return open;
    }

    private static void close(Member member) {
        try {
            member.channel.close();
        } catch (IOException _) {
            // It is gone either way.
        }
    }

    @Override
    public void close() {
        members.forEach(Crowd::close);
    }
}

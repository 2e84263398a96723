package dev.cobnut.differential;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.cobnut.testing.RealRedis;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/// A real server that tells, by MONITOR, what it has understood. Streams are played to it side by side, each on a
/// connection of its own and in a database of its own, which is how MONITOR tells them apart.
///
/// A player may be used by one thread, and several players at once.
final class MonitoredRedis implements AutoCloseable {
    /// How many streams a player plays at once.
    static final int AT_ONCE = 32;

    private static final int PATIENCE_SECONDS = 30;
    private static final String MARKER = "the end of a round of player ";

    private final UnixDomainSocketAddress address;
    private final SocketChannel monitor;
    private final List<Player> players = new ArrayList<>();

    /// @param redis where the server is started
    MonitoredRedis(RealRedis redis, Path folder, int playerCount) throws IOException {
        Path socket = folder.resolve("s");
        address = UnixDomainSocketAddress.of(socket);
        redis.master("unixsocket " + socket, "databases " + (1 + playerCount * AT_ONCE));
        for (int i = 0; i < playerCount; i++) {
            players.add(new Player(i));
        }
        monitor = open();
        write(monitor, "MONITOR\r\n".getBytes(ISO_8859_1));
        InputStream lines = new BufferedInputStream(Channels.newInputStream(monitor), 1 << 16);
        if (!line(lines).equals("+OK")) {
            throw new IOException("MONITOR was refused");
        }
        Thread.ofPlatform().daemon().name("monitor").start(() -> listen(lines));
    }

    Player player(int number) {
        return players.get(number);
    }

    @Override
    public void close() throws IOException {
        monitor.close();
        for (Player player : players) {
            player.control.close();
        }
    }

    private SocketChannel open() throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(address);
        return channel;
    }

    private static void write(SocketChannel channel, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    // ---- what MONITOR says ------------------------------------------------------------------------------------------

    private void listen(InputStream lines) {
        try {
            while (true) {
                hear(line(lines));
            }
        } catch (IOException _) {
            // The test is over, or misses a round.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\r'; b = in.read()) {
            if (b < 0) {
                throw new IOException("the end");
            }
            line.write(b);
        }
        in.read();
        return line.toString(ISO_8859_1);
    }

    /// `+1700000000.000001 [3 unix:/tmp/s] "SET" "a" "\x00"`
    private void hear(String line) throws InterruptedException {
        int database = Integer.parseInt(line.substring(line.indexOf('[') + 1, line.indexOf(' ', line.indexOf('['))));
        List<String> words = words(line, line.indexOf(']') + 2);
        if (database > 0) {
            int index = database - 1;
            players.get(index / AT_ONCE).heard.get(index % AT_ONCE).add(words);
        } else if (words.size() == 2 && words.get(1).startsWith(MARKER)) {
            players.get(Integer.parseInt(words.get(1).substring(MARKER.length())))
                    .endRound();
        }
    }

    private static List<String> words(String line, int from) {
        List<String> words = new ArrayList<>();
        int at = from;
        while (at < line.length()) {
            StringBuilder word = new StringBuilder();
            at++;
            while (line.charAt(at) != '"') {
                char c = line.charAt(at++);
                if (c == '\\') {
                    char escaped = line.charAt(at++);
                    switch (escaped) {
                        case 'n' -> c = '\n';
                        case 'r' -> c = '\r';
                        case 't' -> c = '\t';
                        case 'a' -> c = '\u0007';
                        case 'b' -> c = '\b';
                        case 'x' -> {
                            c = (char) Integer.parseInt(line.substring(at, at + 2), 16);
                            at += 2;
                        }
                        default -> c = escaped;
                    }
                }
                word.append(c);
            }
            words.add(word.toString());
            at += 2;
        }
        return words;
    }

    // ---- players ----------------------------------------------------------------------------------------------------

    /// Plays rounds of streams.
    final class Player {
        private final int number;
        private final SocketChannel control;
        private final BlockingQueue<List<List<List<String>>>> rounds = new ArrayBlockingQueue<>(1);
        private List<List<List<String>>> heard = empty();

        private Player(int number) throws IOException {
            this.number = number;
            this.control = open();
        }

        private static List<List<List<String>>> empty() {
            List<List<List<String>>> lists = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                lists.add(new ArrayList<>());
            }
            return lists;
        }

        private void endRound() throws InterruptedException {
            rounds.put(heard);
            heard = empty();
        }

        /// Plays streams side by side, and waits until the server has taken in all of them.
        ///
        /// @param streams at most [#AT_ONCE], each in pieces
        List<Understood> play(List<List<byte[]>> streams) throws IOException, InterruptedException {
            List<SocketChannel> channels = new ArrayList<>();
            for (int i = 0; i < streams.size(); i++) {
                SocketChannel channel = open();
                channels.add(channel);
                write(channel, ("SELECT " + (1 + number * AT_ONCE + i) + "\r\n").getBytes(ISO_8859_1));
                say(channel, streams.get(i));
            }
            List<String> replies = new ArrayList<>();
            for (SocketChannel channel : channels) {
                String all = readToTheEnd(channel);
                replies.add(all.startsWith("+OK\r\n") ? all.substring(5) : all);
            }
            write(control, ("FLUSHALL\r\nECHO \"" + MARKER + number + "\"\r\n").getBytes(ISO_8859_1));
            List<List<List<String>>> round = rounds.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (round == null) {
                throw new AssertionError("MONITOR has shown no end of a round for " + PATIENCE_SECONDS + " s");
            }
            ByteBuffer drained = ByteBuffer.allocate(4096);
            control.read(drained);
            List<Understood> understood = new ArrayList<>();
            for (int i = 0; i < streams.size(); i++) {
                List<List<String>> commands = round.get(i);
                if (!commands.isEmpty() && commands.getFirst().getFirst().equals("SELECT")) {
                    commands = commands.subList(1, commands.size());
                }
                understood.add(new Understood(commands, replies.get(i)));
            }
            return understood;
        }

        /// The server may have closed the connection before it has heard all.
        private static void say(SocketChannel channel, List<byte[]> pieces) {
            try {
                for (byte[] piece : pieces) {
                    write(channel, piece);
                }
                channel.shutdownOutput();
            } catch (IOException _) {
                // Its last words are read all the same.
            }
        }

        private static String readToTheEnd(SocketChannel channel) throws IOException {
            try (channel) {
                ByteArrayOutputStream all = new ByteArrayOutputStream();
                ByteBuffer buffer = ByteBuffer.allocate(8192);
                try {
                    while (channel.read(buffer.clear()) >= 0) {
                        all.write(buffer.array(), 0, buffer.position());
                    }
                } catch (IOException _) {
                    // It was closed with something unread.
                }
                return all.toString(ISO_8859_1);
            }
        }
    }
}

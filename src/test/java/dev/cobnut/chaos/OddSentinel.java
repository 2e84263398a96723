package dev.cobnut.chaos;

import dev.cobnut.testing.ScriptedNode;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A Sentinel that is not to be trusted. Its connections end when it becomes another.
///
/// | mood   |                                                                                        |
/// |--------|----------------------------------------------------------------------------------------|
/// | LIES   | names a stranger as master in an epoch far ahead, and tells of failovers without end     |
/// | WAVERS | begins failovers, and gives them up, without end                                         |
/// | HANGS  | reads, and answers nothing                                                               |
/// | DRIPS  | says the same as who lies, one byte a second                                            |
final class OddSentinel implements AutoCloseable {
    /// What it does.
    enum Mood {
        LIES,
        WAVERS,
        HANGS,
        DRIPS
    }

    private static final String EPOCH = "99999";
    private static final int TOLD_EVERY_MILLIS = 100;

    private final String group;
    private final NodeAddress.Tcp stranger;
    private final ScriptedNode node;
    private volatile Mood mood = Mood.HANGS;

    /// The master that there is in truth.
    private volatile NodeAddress.Tcp real;

    OddSentinel(String group, NodeAddress.Tcp real, NodeAddress.Tcp stranger) {
        this.group = group;
        this.real = real;
        this.stranger = stranger;
        this.node = ScriptedNode.start(this::serve);
    }

    NodeAddress.Tcp address() {
        return node.address();
    }

    /// Any thread.
    void become(Mood next, NodeAddress.Tcp master) {
        real = master;
        mood = next;
    }

    private void serve(ScriptedNode.Peer peer) throws IOException {
        Mood now = mood;
        while (mood == now) {
            List<String> request = peer.read();
            if (now == Mood.HANGS) {
                continue;
            }
            String answer = switch (request.getFirst()) {
                case "SENTINEL" -> request.get(1).equals("MASTERS") ? "*1\r\n" + row() : "*0\r\n";
                case "SUBSCRIBE" -> confirmations(request.subList(1, request.size()));
                default -> array("pong", "");
            };
            if (now == Mood.DRIPS) {
                drip(peer, answer);
            } else {
                peer.send(answer);
            }
            if (request.getFirst().equals("SUBSCRIBE")) {
                if (now == Mood.LIES) {
                    tell(peer);
                } else if (now == Mood.WAVERS) {
                    waver(peer);
                }
            }
        }
    }

    private void tell(ScriptedNode.Peer peer) throws IOException {
        String of = " @ " + group + " " + real.host() + " " + real.port();
        String replica = "slave " + stranger + " " + stranger.host() + " " + stranger.port() + of;
        String master = "master " + group + " " + real.host() + " " + real.port();
        while (mood == Mood.LIES) {
            say(peer, "+try-failover", master);
            say(peer, "+elected-leader", master);
            say(peer, "+selected-slave", replica);
            say(peer, "+failover-state-send-slaveof-noone", replica);
            say(peer, "+promoted-slave", replica);
            say(
                    peer,
                    "+switch-master",
                    group + " " + real.host() + " " + real.port() + " " + stranger.host() + " " + stranger.port());
            sleep(TOLD_EVERY_MILLIS);
        }
    }

    private void waver(ScriptedNode.Peer peer) throws IOException {
        String master = "master " + group + " " + real.host() + " " + real.port();
        while (mood == Mood.WAVERS) {
            say(peer, "+try-failover", master);
            sleep(10 * TOLD_EVERY_MILLIS);
            say(peer, "-failover-abort-not-elected", master);
            sleep(TOLD_EVERY_MILLIS);
        }
    }

    private static void say(ScriptedNode.Peer peer, String event, String text) throws IOException {
        peer.send(array("message", event, text));
    }

    private void drip(ScriptedNode.Peer peer, String text) throws IOException {
        for (int i = 0; i < text.length() && mood == Mood.DRIPS; i++) {
            peer.send(text.substring(i, i + 1));
            sleep(1_000);
        }
    }

    private static void sleep(int millis) throws IOException {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private String row() {
        return array(
                "name",
                group,
                "ip",
                stranger.host(),
                "port",
                Integer.toString(stranger.port()),
                "flags",
                "master",
                "config-epoch",
                EPOCH);
    }

    private static String confirmations(List<String> channels) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < channels.size(); i++) {
            out.append("*3\r\n")
                    .append(bulk("subscribe"))
                    .append(bulk(channels.get(i)))
                    .append(':')
                    .append(i + 1)
                    .append("\r\n");
        }
        return out.toString();
    }

    private static String array(String... words) {
        StringBuilder out = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
            out.append(bulk(word));
        }
        return out.toString();
    }

    private static String bulk(String word) {
        return "$" + word.length() + "\r\n" + word + "\r\n";
    }

    @Override
    public void close() {
        node.close();
    }
}

package dev.cobnut.chaos;

import dev.cobnut.testing.TestChannel;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One connection of a [SimLoop] to a [SimNode]. Bytes take a few milliseconds and keep their order; what has left the loop
/// arrives even if the loop closes it then.
final class SimWire {
    private final SimWorld world;
    private final SimLoop loop;
    private final SimNode node;
    private final TestChannel channel;
    private final StringBuilder input = new StringBuilder();
    private long toNodeNanos;
    private long toLoopNanos;

    /// The node has no such connection any more.
    private boolean dead;

    private boolean dropped;

    /// What cannot get through at the moment.
    private final List<Runnable> stuck = new ArrayList<>();

    SimWire(SimWorld world, SimLoop loop, SimNode node, TestChannel channel) {
        this.world = world;
        this.loop = loop;
        this.node = node;
        this.channel = channel;
        node.wires.add(this);
    }

    // ---- of the loop ------------------------------------------------------------------------------------------------

    /// Takes along what the loop has written.
    ///
    /// @return false when the loop has closed it
    boolean collect() {
        String text = channel.takeWritten();
        if (!text.isEmpty()) {
            loop.onWritten(node, text);
            toNode(() -> arrive(text));
        }
        if (!channel.isOpen()) {
            toNode(() -> {
                dead = true;
                node.wires.remove(this);
            });
            return false;
        }
        return true;
    }

    private void toNode(Runnable arrival) {
        toNodeNanos = Math.max(world.nowNanos() + world.wireNanos(), toNodeNanos + 1);
        world.at(toNodeNanos, () -> pass(arrival));
    }

    private void pass(Runnable arrival) {
        if (!stuck.isEmpty() || world.isCut(loop.index, node)) {
            stuck.add(arrival);
        } else {
            arrival.run();
        }
    }

    /// The network is whole again.
    void heal() {
        List<Runnable> late = List.copyOf(stuck);
        stuck.clear();
        late.forEach(Runnable::run);
    }

    // ---- of the node ------------------------------------------------------------------------------------------------

    /// Dialling has come to the node.
    void dial() {
        toNode(() -> {
            if (node.up && !dead) {
                toLoop(() -> {
                    if (channel.isOpen() && !channel.isActive()) {
                        channel.peerAccepts();
                    }
                });
            } else if (!node.silent) {
                dead = true;
                node.wires.remove(this);
                toLoop(() -> {
                    if (channel.isOpen() && !channel.isActive()) {
                        channel.peerRefuses(new ConnectException("Connection refused"));
                    }
                });
            }
        });
    }

    private void arrive(String text) {
        if (dead || !node.up) {
            if (!node.silent) {
                reset();
            }
            return;
        }
        input.append(text);
        work();
    }

    /// Executes what is there.
    void work() {
        if (dead || !node.answers()) {
            return;
        }
        StringBuilder replies = new StringBuilder();
        for (List<String> words = next(); words != null; words = next()) {
            replies.append(node.execute(words));
        }
        if (!replies.isEmpty()) {
            String text = replies.toString();
            toLoop(() -> {
                if (channel.isOpen()) {
                    channel.peerSends(text);
                }
            });
        }
    }

    private @Nullable List<String> next() {
        if (input.isEmpty()) {
            return null;
        }
        int at = input.indexOf("\r\n");
        int count = Integer.parseInt(input.substring(1, at));
        List<String> words = new ArrayList<>(count);
        at += 2;
        for (int i = 0; i < count; i++) {
            int end = input.indexOf("\r\n", at);
            int length = Integer.parseInt(input.substring(at + 1, end));
            words.add(input.substring(end + 2, end + 2 + length));
            at = end + 4 + length;
        }
        input.delete(0, at);
        return words;
    }

    /// The node ends it: what it has not read is never executed.
    void nodeEnds() {
        dead = true;
        node.wires.remove(this);
        reset();
    }

    void nodeDies() {
        input.setLength(0);
        dead = true;
        if (!node.silent) {
            node.wires.remove(this);
            reset();
        }
    }

    /// Somebody is there again who knows nothing of it.
    void nodeIsBack() {
        if (dead) {
            node.wires.remove(this);
            reset();
        } else if (!channel.isActive()) {
            dial();
        }
    }

    private void reset() {
        if (dropped) {
            return;
        }
        dropped = true;
        boolean clean = world.chance(3);
        toLoop(() -> {
            if (!channel.isOpen()) {
                return;
            }
            if (!channel.isActive()) {
                channel.peerRefuses(new ConnectException("Connection refused"));
            } else if (clean) {
                channel.peerEnds();
            } else {
                channel.peerResets();
            }
        });
    }

    private void toLoop(Runnable arrival) {
        toLoopNanos = Math.max(world.nowNanos() + world.wireNanos(), toLoopNanos + 1);
        world.at(toLoopNanos, () -> pass(() -> loop.turn(arrival)));
    }
}

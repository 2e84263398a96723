package dev.cobnut.attack;

import dev.cobnut.testing.RealRedis;
import dev.cobnut.testing.Requests;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/// What happens to the nodes, by a seed: nothing at first, then one [Fault] after the other. Runs on a thread of its
/// own; the questions are for any thread.
final class Weather {
    private static final int CALM_MILLIS_MAX = 500;
    private static final int TOLD = 12;

    private final List<RealRedis.Server> nodes;
    private final List<Fault> faults;
    private final Random random;
    private final Map<RealRedis.Server, Wire> wires = new HashMap<>();
    private final Deque<String> last = new ArrayDeque<>();
    private final AtomicInteger losses = new AtomicInteger();
    private volatile boolean calm = true;

    /// @param faults which may happen; none for ever calm
    Weather(List<RealRedis.Server> nodes, List<Fault> faults, Random random) {
        this.nodes = nodes;
        this.faults = faults;
        this.random = random;
    }

    /// Whether nothing has happened yet that would excuse an error.
    boolean isCalm() {
        return calm;
    }

    /// Something happened that nobody has done: this machine has kept a node waiting.
    void isSpoiled() {
        calm = false;
    }

    /// Twice the number of nodes that have lost all they knew; one less while one is at it.
    int losses() {
        return losses.get();
    }

    /// The next fault. Returns when it is over.
    void change() throws IOException {
        if (faults.isEmpty()) {
            Fault.rest(CALM_MILLIS_MAX, CALM_MILLIS_MAX, random);
            return;
        }
        Fault.rest(50, CALM_MILLIS_MAX, random);
        Fault fault = faults.get(random.nextInt(faults.size()));
        int which = random.nextInt(nodes.size());
        note(fault + " at node " + which);
        calm = false;
        try {
            fault.befall(this, nodes.get(which), random);
        } catch (IOException e) {
            throw new IOException(fault + " at node " + which, e);
        }
    }

    /// A node is about to lose what it knows.
    void lose(Runnable loss) {
        losses.incrementAndGet();
        loss.run();
        losses.incrementAndGet();
    }

    /// Asks a node, past the proxy, and waits for the answer.
    void tell(RealRedis.Server node, String... request) throws IOException {
        byte[] frame = Requests.frame(request);
        for (boolean again = true; ; again = false) {
            Wire wire = wires.get(node);
            try {
                if (wire == null) {
                    wire = new Wire(node.port());
                    wires.put(node, wire);
                }
                wire.send(frame, 0, frame.length);
                Reply reply = wire.read();
                if (reply.type() == '-') {
                    throw new IllegalStateException(List.of(request) + ": " + reply);
                }
                return;
            } catch (IOException e) {
                // It was killed since, or closed all connections.
                wires.remove(node);
                if (!again) {
                    throw e;
                }
            }
        }
    }

    private synchronized void note(String event) {
        if (last.size() == TOLD) {
            last.remove();
        }
        last.add(event);
    }

    /// What has happened last.
    @Override
    public synchronized String toString() {
        return last.toString();
    }
}
